"""The words around a list of audio files: what was found, what is marked, where the file under the cursor lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.model.format import count, rate, size, total
from ctk_tui.tui.present.details import place
from ctk_tui.tui.present.words import short

if TYPE_CHECKING:
    from ctk_tui.model.entry import AudioEntry
    from ctk_tui.model.errors import QueryError
    from ctk_tui.tui.present.styles import Styles

SORTS = {
    "name": "name", "category": "category", "duration": "duration", "format": "format", "size": "size",
    "modified": "modified", "added": "added", "directory": "path",
}  # fmt: skip
"""Column to sort word."""


def place_line(row: AudioEntry, cells: int, styles: Styles, *, folder: bool) -> Text:
    """Return the line under the list: where the file lies, and what the hidden columns would say.

    Args:
        row: the file under the cursor.
        cells: width of the line.
        styles: how things look.
        folder: whether the folder's column is hidden, so that it is told here.
    """
    if row.error:
        return Text(" " + short(row.error, cells - 2), styles.warning)
    quality = "/".join(word for word in (str(row.bit_depth or ""), rate(row.sample_rate).rstrip("k")) if word)
    channels = {1: "mono", 2: "stereo"}.get(row.channels or 0, f"{row.channels} channels" if row.channels else "")
    words = [place(row) if folder else "", f"{quality} {channels}".strip()]
    words.append(count(row.copies, "copy", "copies") if row.copies > 1 else "")
    words += [
        word
        for word, on in (("offline", row.offline), ("missing", row.missing), ("quarantined", row.quarantined))
        if on
    ]
    return Text(" " + short(" · ".join(word for word in words if word), cells - 2), styles.quiet)


def marked_line(marked: int, seconds: float, size_bytes: int, elsewhere: int, styles: Styles) -> Text:
    """Return what is marked: 8 marked · 12 s · 1.6 MB · 2 not in this list."""
    words = [total(seconds), size(size_bytes)]
    if elsewhere:
        words.append(f"{elsewhere:,} not in this list")
    return Text.assemble((f" {marked:,} marked", styles.accent), (" · " + " · ".join(words), styles.quiet))


def found_line(found: int, of: int | None, seconds: float | None, styles: Styles) -> Text:
    """Return how much was found: 412 of 20,770 · 38 min."""
    words = f"{found:,}" if of is None or of == found else f"{found:,} of {of:,}"
    if seconds is not None:
        words += f" · {total(seconds)}"
    return Text(words, styles.quiet)


def wrong_line(error: QueryError, styles: Styles) -> Text:
    """Return what is wrong with a query."""
    return Text(short(f"{error.message} {error.hint}".strip(), 200), styles.warning)
