"""Names that ctk gives on the user's disks; a walk goes past them, whatever the configuration says."""

from __future__ import annotations

QUARANTINE = b".ctk-quarantine"
"""Folder of removed files."""
TEMPORARY = b".ctk-tmp-"
"""Beginning of the names of ctk's own unfinished files."""
