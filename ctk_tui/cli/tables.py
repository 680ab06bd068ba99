"""Plain tables for terminals: columns in line whatever characters the names hold."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from ctk_tui.model.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GAP = "  "


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """Return text as exactly `width` cells: padded, or cut with an ellipsis."""
    own = _width(text)
    if own > width:
        from rich.cells import set_cell_size

        return set_cell_size(text, max(width - 1, 0)) + "…"
    return " " * (width - own) + text if right else text + " " * (width - own)


def terminal_width() -> int:
    """Return the columns of the terminal, 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> Iterator[str]:
    """Yield a heading and the rows, each column as wide as it needs.

    Args:
        heads: titles; one that ends in > is aligned right, one that ends in * is cut first where room is short.
        rows: cells, which may hold anything.
        width: columns to fit into; None for the terminal's.
    """
    titles = [head.rstrip(">*") for head in heads]
    cells = [[safe(cell) for cell in row] for row in rows]
    widths = [max(map(_width, (title, *(row[at] for row in cells)))) for at, title in enumerate(titles)]
    over = sum(widths) + len(GAP) * (len(widths) - 1) - (width or terminal_width())
    for at, head in enumerate(heads):
        if over > 0 and head.endswith("*"):
            less = min(over, max(0, widths[at] - 16))
            widths[at] -= less
            over -= less
    for row in (titles, *cells):
        shown = [fitted(cell, widths[at], right=heads[at].endswith(">")) for at, cell in enumerate(row)]
        yield GAP.join(shown).rstrip()
