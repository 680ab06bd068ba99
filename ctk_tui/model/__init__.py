"""Values that every floor speaks: settings, sounds, sources, jobs, reports, errors. No files, no database."""
