"""What a scan tells when it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.model.source import SourceStatus

COUNTERS = ("found", "new", "updated", "moved", "duplicates", "unchanged", "missing", "skipped")
"""What a scan counts. Each found path is one of new, updated, moved, duplicates, unchanged, skipped or an error."""


@dataclass(frozen=True, slots=True)
class ScanError:
    """A file or folder that could not be catalogued as it should."""

    path: bytes
    """Absolute."""
    stage: str
    """walk, read or decode."""
    reason: str
    new: bool
    """False when an earlier scan said the same of the unchanged file."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was passed over on purpose."""

    path: bytes
    """Absolute."""
    reason: str


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """How the scan of one source ended."""

    name: str
    path: bytes
    status: SourceStatus
    reason: str = ""


@dataclass(slots=True)
class ScanReport:
    """The whole report; filled while the scan runs."""

    sources: list[SourceOutcome] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))
    errors: list[ScanError] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    other_extensions: dict[str, int] = field(default_factory=dict)
    """Audio-like extensions that are not scanned, and how many files have them."""
    notes: list[str] = field(default_factory=list)
    """Sentences that the user should read, such as that half of a source went missing."""
    seconds: float = 0.0
    """Wall time."""

    def new_errors(self) -> int:
        """Return how many errors earlier scans had not told."""
        return sum(error.new for error in self.errors)
