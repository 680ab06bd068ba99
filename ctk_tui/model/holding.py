"""A path as file operations need it: where it is, what the catalog believes of it, what proves its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Holding:
    """One row of paths with what its content and its source say."""

    path_id: int
    audio_id: int
    source_id: int
    source: str
    """Name."""
    rel: bytes
    """Relative to the source."""
    path: bytes
    """Absolute."""
    size: int
    """Bytes."""
    mtime_ns: int
    """Nanoseconds since the epoch."""
    inode: int
    """As SQLite stores it (`disk.stamps.signed`), 0 where the file system has none."""
    volume: str
    """Identity of the volume that it was seen on."""
    state: str
    """present, missing or quarantined."""
    online: bool
    """Whether its source is."""
    protected: bool
    cloud: bool
    primary: bool
    """Whether lists show it."""
    fingerprint: str | None
    digest: str | None
    verified: bool
    """False while another content has the same fingerprint and one of the two could not be read in full."""

    @property
    def folder(self) -> bytes:
        """The folder it lies in, relative to the source, b"" for its root."""
        return self.rel.rpartition(b"/")[0]

    @property
    def name(self) -> bytes:
        """The last part of its path."""
        return self.rel.rpartition(b"/")[2]

    @property
    def copy(self) -> tuple[object, ...]:
        """Equal for names of one inode."""
        return (self.volume, self.inode) if self.inode else (self.path_id,)


class Known(NamedTuple):
    """What the proof before a change needs of a holding: asked for twice a file, so it is no more than that."""

    size: int
    """Bytes."""
    mtime_ns: int
    """Nanoseconds since the epoch."""
    inode: int
    """As SQLite stores it, 0 where the file system has none."""
    cloud: bool
    """Whether only a placeholder of it was on this machine."""
    fingerprint: str | None
