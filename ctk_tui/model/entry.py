"""Audio files and their paths, as lists, details and JSON show them."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """One AudioSet class and its probability."""

    label: str
    p: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class PathEntry:
    """One name under which an audio file lies."""

    path: bytes
    """Absolute."""
    source: str
    primary: bool
    state: str
    """present, missing or quarantined."""
    offline: bool
    """Whether its source is."""
    protected: bool
    cloud: bool
    """Whether it is a placeholder whose bytes are not on this machine."""
    modified_at: float
    """Seconds since the epoch."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class AudioEntry:
    """One audio file: a row of every list."""

    id: int
    path: bytes
    """Absolute path of the primary."""
    source: str
    rel_start: int
    """Offset in `path` where the source-relative part begins."""
    file_size: int
    """Bytes."""
    file_hash: str | None
    """16 hex digits, or FINGERPRINT-DIGEST when two contents share the fingerprint; None for a cloud placeholder."""
    duration_secs: float | None
    sample_rate: int | None
    """Hertz."""
    channels: int | None
    format: str | None
    bit_depth: int | None
    modified_at: float
    """Of the primary path, seconds since the epoch."""
    added_at: float
    """Seconds since the epoch."""
    category: str | None
    category_source: str | None
    """model, name, both, user, or None."""
    confidence: float | None
    """0 to 1."""
    labels: tuple[Label, ...]
    """The likeliest five at most, likeliest first."""
    copies: int
    """Present copies; names of one inode are one copy."""
    verified: bool
    """False while another content has the same fingerprint and one of the two could not be read in full."""
    protected: bool
    offline: bool
    missing: bool
    quarantined: bool
    cloud: bool
    error: str | None
    """Why it cannot be decoded, None when it can."""

    @property
    def filename(self) -> bytes:
        """The last part of the path."""
        return os.path.basename(self.path)

    @property
    def directory(self) -> bytes:
        """The path without its last part."""
        return os.path.dirname(self.path)


@dataclass(frozen=True, slots=True)
class AudioDetails:
    """Everything the catalog knows of one audio file."""

    entry: AudioEntry
    paths: tuple[PathEntry, ...]
    """The primary first."""
    fingerprint: str | None
    digest: str | None
    title: str
    artist: str
    comment: str
    description: str
