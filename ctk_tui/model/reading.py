"""What passes between the walk of a source, the reading of its files, and the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.model.audio import AudioFacts


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that the walk met and that has to be looked into."""

    source_id: int
    rel: bytes
    """Relative to the source's root, its parts divided by slashes."""
    size: int
    """Bytes."""
    mtime_ns: int
    """Nanoseconds since the epoch."""
    inode: int
    """0 where the file system has no such thing."""
    volume_id: int
    """Of the volumes table."""
    cloud: bool = False
    """Whether its bytes are not on this machine."""
    protected: bool = False
    path_id: int | None = None
    """Its row in paths, None for a name that the catalog does not know."""
    audio_id: int | None = None
    """The content which that row belongs to."""
    same_stat: bool = False
    """Whether size and time of change are as that row says."""
    full: bool = False
    """Whether it is read although nothing says that it changed."""

    @property
    def folder(self) -> bytes:
        """The folder it lies in, relative to the source's root, b"" for the root itself."""
        return self.rel.rpartition(b"/")[0]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is in a file."""

    fingerprint: str
    """16 hex digits."""
    facts: AudioFacts | None
    """None when it cannot be decoded."""
    error: str | None = None
    """Why it cannot be decoded."""


@dataclass(frozen=True, slots=True)
class Content:
    """One row of audio, as identity needs it."""

    id: int
    fingerprint: str
    digest: str | None


@dataclass(frozen=True, slots=True)
class KnownPath:
    """One row of paths, as identity needs it."""

    id: int
    audio_id: int
    source_id: int
    rel: bytes
    """Relative to its source."""
    path: bytes
    """Absolute."""
    size: int
    mtime_ns: int
    inode: int
    volume_id: int
    state: str
    online: bool
    """Whether its source is."""
    cloud: bool
