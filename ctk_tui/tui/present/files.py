"""Audio files as rows: their columns, and the sign of their state."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from ctk_tui.model.format import day, length, rate, size
from ctk_tui.model.text import display
from ctk_tui.tui.present.column import Brief, Cell, Column

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.model.entry import AudioEntry
    from ctk_tui.tui.present.glyphs import Glyphs

DOUBTFUL = 0.5
"""A category below this confidence is shown with a question mark."""


def name(entry: AudioEntry) -> Cell:
    """Return the file's name; one that cannot be heard now is quiet."""
    mute = entry.error or entry.offline or entry.missing or entry.quarantined
    return Cell(display(entry.filename), "quiet" if mute else None)


def category(entry: AudioEntry) -> Cell:
    """Return the category, with * where it was set by hand and ? where it is doubtful."""
    if entry.category is None:
        return Cell("")
    if entry.category_source == "user":
        return Cell(f"{entry.category}*", "text")
    doubtful = entry.confidence is not None and entry.confidence < DOUBTFUL
    return Cell(f"{entry.category}?" if doubtful else entry.category)


def directory(entry: AudioEntry) -> str:
    """Return the folder below the source."""
    return display(os.path.dirname(entry.path[entry.rel_start :]).strip(b"/"))


def bits(entry: AudioEntry) -> str:
    """Return the bit depth, nothing where the format has no such thing."""
    return str(entry.bit_depth) if entry.bit_depth else ""


def copies(entry: AudioEntry) -> str:
    """Return how many copies there are, nothing for the one."""
    return str(entry.copies) if entry.copies > 1 else ""


def year(seconds: float) -> str:
    """Return the year of a moment in seconds since the epoch."""
    return str(time.localtime(seconds).tm_year)


def state(entry: AudioEntry, signs: Glyphs) -> Cell:
    """Return the sign of an audio file: what hinders it first."""
    if entry.error:
        return Cell(signs.broken, "warning")
    if entry.offline or entry.missing:
        return Cell(signs.offline)
    return Cell(signs.protected if entry.protected else "")


def stater(signs: Glyphs) -> Callable[[AudioEntry], Cell]:
    """Return `state` with these glyphs."""
    return lambda entry: state(entry, signs)


AUDIO_COLUMNS: tuple[Column[AudioEntry], ...] = (
    Column("name", "NAME", 36, name, least=12, comfort=36, grow=3, sortable=True, tone="text", cut="middle"),
    Column("category", "CATEGORY", 8, category, drop=2, sortable=True),
    Column("duration", "LENGTH", 7, lambda entry: length(entry.duration_secs), right=True, sortable=True),
    Column("format", "FORMAT", 6, lambda entry: entry.format or "", drop=3, sortable=True,
           brief=Brief("FMT", 4, lambda entry: entry.format or "")),
    Column("rate", "RATE", 6, lambda entry: rate(entry.sample_rate), right=True, drop=6),
    Column("bits", "BITS", 4, bits, right=True, drop=7),
    Column("channels", "CH", 2, lambda entry: str(entry.channels or ""), right=True, drop=8),
    Column("size", "SIZE", 7, lambda entry: size(entry.file_size), right=True, drop=9, sortable=True),
    Column("modified", "MODIFIED", 10, lambda entry: day(entry.modified_at), drop=10, sortable=True),
    Column("added", "ADDED", 10, lambda entry: day(entry.added_at), drop=5, sortable=True,
           brief=Brief("ADDED", 5, lambda entry: year(entry.added_at))),
    Column("copies", "CP", 2, copies, right=True, drop=4),
    Column("source", "SOURCE", 12, lambda entry: entry.source, drop=11),
    Column("directory", "DIRECTORY", 40, directory, drop=12, least=20, grow=2, cut="start"),
)  # fmt: skip
"""Left to right, as lists of audio files show them; hidden from the right, but copies and date stay for long."""
