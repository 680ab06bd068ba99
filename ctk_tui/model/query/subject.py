"""Everything that a query can ask of one audio file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SubjectPath:
    """One path of the audio file."""

    source: str
    """Name of the source."""
    relative: str
    """Display text of the path inside the source, with / between its parts."""
    absolute: str
    """Display text of the absolute path."""
    modified_at: float
    """Seconds since the epoch."""
    protected: bool = False
    cloud: bool = False
    """Whether it is a placeholder whose bytes are not on this machine."""

    @property
    def folder(self) -> str:
        """The folder inside the source, "" for the source's root."""
        return self.relative.rpartition("/")[0]

    @property
    def filename(self) -> str:
        """The last part of the path."""
        return self.relative.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class QuerySubject:
    """One audio file as a query sees it; what is None is not known and lies in no range."""

    id: int
    paths: tuple[SubjectPath, ...]
    """The present ones; where none is present, the quarantined ones; where there are none either, the missing ones."""
    size: int
    """Bytes."""
    added_at: float
    """Seconds since the epoch."""
    copies: int = 1
    """Present copies; names of one inode are one copy."""
    tags: str = ""
    """The embedded words, as `Tags.words` returns them."""
    labels: Mapping[str, float] = field(default_factory=dict)
    """Label to probability, 0 to 1."""
    category: str | None = None
    confidence: float | None = None
    """0 to 1."""
    format: str | None = None
    duration: float | None = None
    """Seconds."""
    rate: int | None = None
    """Hertz."""
    channels: int | None = None
    bits: int | None = None
    """Bits a sample."""
    flags: frozenset[str] = frozenset()
    """Names of `fields.FLAGS`, without protected and cloud, which each path has for itself."""
