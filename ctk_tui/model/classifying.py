"""What a run of the classifier tells when it ends, and how its model is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

CheckpointState = Literal["ok", "own", "unverified", "damaged", "missing"]
"""own: named by the user, so its checksum is its own matter. unverified: right in size, and not yet hashed."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model and its weights on this machine."""

    name: str
    path: Path
    """Where the weights are looked for."""
    state: CheckpointState
    size: int
    """Bytes that the published file has."""
    sha256: str
    """64 hex digits, of the published file."""
    url: str
    licence: str
    credit: str
    """Whom the licence asks to name."""
    missing: tuple[str, ...] = ()
    """Packages that are not installed and without which it cannot be used."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at the weights found."""

    sha256: str
    """64 hex digits, of the file."""
    published: bool
    """Whether it is the published file."""
    device: str
    """Where the engine computed."""
    apart: float
    """The largest difference between the engine's probabilities and those of panns-inference."""
    apart_embedding: float
    """The same of embeddings."""


@dataclass(slots=True)
class ClassifyReport:
    """What was done; filled while it runs. All that was asked for is one of these."""

    categories: dict[str, int] = field(default_factory=dict)
    """Audio files classified in this run, by category."""
    failed: list[tuple[int, bytes, str]] = field(default_factory=list)
    """Audio files that could not be classified, anew in this run: id, absolute path, reason."""
    unreadable: list[tuple[bytes, str]] = field(default_factory=list)
    """Files that could not be read now, with the reason; the next run looks again."""
    late: int = 0
    """Audio files that changed, or went, while they were classified; the next run does them."""
    left: int = 0
    """Audio files that this run did not come to: it was stopped, or limited."""
    done_before: int = 0
    """Audio files that were classified already."""
    failed_before: int = 0
    """Those that could not be classified before, and did not change since."""
    broken: int = 0
    """Those that cannot be decoded, as the scan found."""
    away: int = 0
    """Those without a copy that is online."""
    unread: int = 0
    """Placeholders whose bytes are in a cloud."""
    stopped: bool = False
    """Whether the time given was over before all was done."""
    device: str = ""
    """Where it computed: cpu or cuda:N, "" where nothing was to do."""
    seconds: float = 0.0
    """Wall time."""
    seconds_heard: float = 0.0
    """Of sound that the network heard."""

    @property
    def classified(self) -> int:
        """How many audio files were classified in this run."""
        return sum(self.categories.values())
