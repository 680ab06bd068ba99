"""What asks before something is done, and lists to choose from."""
