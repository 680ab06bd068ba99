"""Changing the user's files: plans, apply, journal, undo, quarantine."""
