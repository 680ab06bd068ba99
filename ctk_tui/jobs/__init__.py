"""Long work: in the foreground or as a child, seen and cancelled by any front end."""
