"""Values that every floor speaks: settings, sounds, sources, jobs, reports, errors. It knows no file and no database."""
