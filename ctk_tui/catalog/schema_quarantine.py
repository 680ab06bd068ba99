"""What version 4 adds to the schema: names in quarantine are found as quickly as those outside of it."""

from __future__ import annotations

# Not unique: several files of one name may be in quarantine, one after the other. `paths_by_name` has the others.
INDEXES = ("CREATE INDEX paths_in_quarantine ON paths (source_id, rel) WHERE state = 'quarantined'",)

STATEMENTS: tuple[str, ...] = INDEXES
"""Schema version 4."""
