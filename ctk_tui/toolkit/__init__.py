"""The behaviour contract: everything a front end can ask for, as values and facades."""
