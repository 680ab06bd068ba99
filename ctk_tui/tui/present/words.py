"""Text that comes from files, made fit for a terminal, and the pieces that lines are put together from."""

from __future__ import annotations

from rich.text import Text

from ctk_tui.model.text import display
from ctk_tui.tui.present.cells import clean, fit, width

Piece = tuple[str, str]
"""Text and its style."""


def name(path: bytes) -> str:
    """Return a path or file name as it can be shown."""
    return clean(display(path))


def short(text: str, cells: int, *, left: bool = False) -> str:
    """Return text in so many cells at most.

    Args:
        text: any.
        cells: how many.
        left: whether the beginning is what goes.
    """
    text = clean(text)
    return text if width(text) <= cells else fit(text, cells, cut="start" if left else "end").rstrip()


def joined(pieces: list[Piece], between: Piece = ("  ", "")) -> Text:
    """Return pieces side by side; empty ones leave no gap."""
    text = Text()
    for word, style in pieces:
        if not word:
            continue
        if text:
            text.append(between[0], between[1] or None)
        text.append(word, style or None)
    return text


def sides(left: Text, right: Text, cells: int) -> Text:
    """Return one line with a left and a right part; the left one is cut where they meet.

    Args:
        left: the part that may be cut.
        right: the part that stays.
        cells: of the line.
    """
    room = max(0, cells - right.cell_len - (1 if right else 0))
    made = left.copy()
    if made.cell_len > room:
        made.truncate(room, overflow="ellipsis")
    made.pad_right(max(0, cells - made.cell_len - right.cell_len))
    made.append_text(right)
    made.truncate(cells)
    return made
