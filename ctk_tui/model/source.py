"""What is known of a source beyond its settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from pathlib import Path

SourceStatus = Literal["ok", "offline", "lost", "disabled", "cancelled"]
"""lost: it went away while it was scanned. cancelled: its scan was ended before it was done."""
SOURCE_STATES: tuple[str, ...] = get_args(SourceStatus)


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as `ctk sources` shows it."""

    name: str
    path: Path
    enabled: bool
    status: SourceStatus
    reason: str
    """Why it is not ok, "" when it is."""
    protected: bool
    removable: bool
    files: int
    """Audio files (contents) with a present path in it."""
    paths: int
    """Present paths in it."""
    bytes: int
    """Sum of the sizes of those paths, hard links counted once."""
    duration_secs: float
    """Sum of the durations of those audio files, in seconds."""
    last_scan: float | None
    """Seconds since the epoch when a scan of it last ended, None if never."""
    configured: bool = True
    """False for a source that the catalog knows and the configuration no longer names."""
    found_at: Path | None = None
    """Where its volume is mounted now, when that is elsewhere than configured."""
