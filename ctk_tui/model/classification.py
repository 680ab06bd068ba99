"""What the classifier is given and what it says: values between the catalog and whoever classifies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.model.entry import Label

EMBEDDING = 2048
"""Numbers of an embedding of CNN14."""
EMBEDDING_BYTES = 2 * EMBEDDING
"""Bytes of one as it is stored: float16, little-endian."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be classified, and why the rest of what was asked for is not."""

    ids: tuple[int, ...]
    """Audio files to classify, in the order in which they were asked for."""
    done: int
    """Audio files that this version classified already."""
    failed: int
    """Those that it could not classify, and that did not change since."""
    broken: int
    """Those that cannot be decoded, as the scan found."""
    away: int
    """Those without a copy that is online."""
    unread: int
    """Placeholders whose bytes are in a cloud."""


@dataclass(frozen=True, slots=True)
class ToClassify:
    """One audio file that waits for the classifier."""

    id: int
    path: bytes
    """Absolute, of the primary."""
    duration_secs: float | None
    seen: str
    """Which content it was when it was asked for; goes back with the result."""


@dataclass(frozen=True, slots=True)
class Classified:
    """What the classifier says of one audio file."""

    id: int
    seen: str
    """As in `ToClassify`."""
    labels: tuple[Label, ...]
    """AudioSet labels to keep, in any order."""
    embedding: bytes
    """`EMBEDDING_BYTES` bytes, in the scale of the network."""
    category: str
    """One of `model.audio.CATEGORIES`."""
    source: str
    """Who says so: model, name or both."""
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class NotClassified:
    """An audio file that could not be classified."""

    id: int
    seen: str
    """As in `ToClassify`."""
    reason: str
    """In words."""
