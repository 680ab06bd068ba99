"""A change of categories by hand, which can be undone."""

from __future__ import annotations

from dataclasses import dataclass

AUTO = "auto"
"""In place of a category: the model's word counts again."""


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """What the user said of some audio files."""

    id: int
    """By which it is undone; 0 where nothing had to be changed."""
    at: float
    """Seconds since the epoch."""
    category: str
    """One of `model.audio.CATEGORIES`, or AUTO."""
    files: int
    """Audio files that had another word before."""
    undone: bool
