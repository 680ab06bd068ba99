"""Plain tables for terminals: columns in line whatever characters the names hold."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.cli import output
from ctk_tui.model.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    right: bool = False
    """Whether cells stand at its right edge, as numbers do."""
    least: int = 0
    """Cells it may be cut to where room is short, 0 for never cut."""
    drop: int = 0
    """Where cutting is not enough, the highest goes first; 0 stays."""


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


def room() -> int | None:
    """Return the columns of the terminal, None where stdout is none: nothing is cut for a pipe."""
    return shutil.get_terminal_size((80, 24)).columns if output.is_terminal() else None


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None) -> Iterator[str]:
    """Yield a heading and the rows, each column as wide as it needs.

    Args:
        columns: left to right.
        rows: cells, which may hold anything; controls are escaped here.
        width: columns of the terminal to fit into, None for as wide as it gets.
    """
    cells = [[safe(cell) for cell in row] for row in rows]
    needs = [max(map(_width, (column.title, *(row[at] for row in cells)))) for at, column in enumerate(columns)]
    widths = _fit(columns, needs, width)
    for row in ([column.title for column in columns], *cells):
        shown = [fitted(row[at], own, right=columns[at].right) for at, own in widths.items()]
        yield GAP.join(shown).rstrip()


def _fit(columns: Sequence[Column], needs: Sequence[int], width: int | None) -> dict[int, int]:
    """Return the columns that are shown and their widths."""
    shown = list(range(len(columns)))
    if width is None:
        return {at: needs[at] for at in shown}
    while True:
        over = sum(needs[at] for at in shown) + len(GAP) * (len(shown) - 1) - width
        spare = {at: max(0, needs[at] - columns[at].least) for at in shown if columns[at].least}
        droppable = [at for at in shown if columns[at].drop]
        if over <= sum(spare.values()) or not droppable:
            break
        shown.remove(max(droppable, key=lambda at: columns[at].drop))
    widths = {at: needs[at] for at in shown}
    for at, cells in reversed(spare.items()):
        less = min(max(over, 0), cells)
        widths[at] -= less
        over -= less
    return widths
