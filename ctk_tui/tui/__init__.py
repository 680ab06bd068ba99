"""The full-screen app: a front end over the toolkit."""
