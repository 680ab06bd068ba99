"""Totals as `ctk stats` tells them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Total:
    """Files of one kind."""

    files: int
    bytes: int
    duration_secs: float
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The whole catalog; each content counts once, missing and quarantined ones do not."""

    audio_files: int
    paths: int
    """Present names."""
    bytes: int
    duration_secs: float
    """Seconds."""
    duplicate_groups: int
    """Contents with more than one copy."""
    duplicate_paths: int
    """Copies beside the primary, hard links not counted."""
    wasted_bytes: int
    """size times (copies - 1) over the verified groups."""
    quarantined_bytes: int
    missing: int
    """Audio files whose every path is missing."""
    offline: int
    """Audio files that only offline sources hold."""
    errors: int
    """Rows of errors."""
    formats: dict[str, Total]
    """By format, the most frequent first; unknown for what cannot be decoded."""
    categories: dict[str, int]
    """Files by category, the most frequent first."""
