"""Groups of files that are there twice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupFile:
    """One copy in a group; names of one inode are one copy, told by the first of them."""

    audio_id: int
    path: bytes
    """Absolute."""
    source: str
    file_size: int
    """Bytes."""
    duration_secs: float | None
    format: str | None
    modified_at: float
    """Seconds since the epoch."""
    offline: bool
    protected: bool
    keeper: bool = False
    """Whether it is the copy that stays and that a removal relies on."""
    sample_rate: int | None = None
    """Hertz."""
    bit_depth: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Files with the same bytes (exact), or with one name and nearly one length (near)."""

    id: int
    """The audio file's id for an exact group, the lowest of its files' for a near one."""
    wasted_bytes: int
    """What removing all but the keeper would win; 0 where a copy is not verified, and for near groups."""
    verified: bool
    files: tuple[GroupFile, ...]
    """The keeper first, then by path."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Sounds that make a near group; their copies are read when they are shown."""

    name: str
    """What they share: the base name to its last dot, composed and case-folded."""
    ids: tuple[int, ...]
    """Of the audio files, by duration."""
