"""Columns: what they show, and which of them fit into a width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Row = TypeVar("Row")
Tone: TypeAlias = Literal["text", "strong", "quiet", "faint", "accent", "warning"]
"""How loud a cell is; each is a component class of the table, `table--quiet` and so on."""
Cut: TypeAlias = Literal["end", "middle", "start"]
"""Where text that is too long loses its characters."""

GAP = 2
"""Cells between two columns."""


class Cell(NamedTuple):
    """What a column shows of a row."""

    text: str
    """Anything: controls are escaped, and what is too long is cut, when it is drawn."""
    tone: Tone | None = None
    """None for the column's own."""


@dataclass(frozen=True, slots=True)
class Brief(Generic[Row]):
    """A column where room is short."""

    title: str
    width: int
    """Cells."""
    render: Callable[[Row], str | Cell]


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a table."""

    key: str
    """What messages and the sort mark call it."""
    title: str
    width: int
    """Cells wanted."""
    render: Callable[[Row], str | Cell]
    """A pure function of the row; called once for each time that a row is drawn anew."""
    right: bool = False
    """Whether cells stand at its right edge, as numbers do."""
    drop: int = 0
    """Where room is short the highest goes first; 0 stays as long as anything is shown."""
    least: int = 0
    """Cells that it can be cut to, 0 for its width. A brief form counts instead, where there is one."""
    comfort: int = 0
    """Cells that it keeps before a column is shown that can be dropped, 0 for `least`."""
    grow: int = 0
    """Its share of the room that nobody asked for; 0 for none."""
    sortable: bool = False
    tone: Tone = "quiet"
    cut: Cut = "end"
    brief: Brief[Row] | None = None
    """A narrower form, taken before columns that are less important are given up."""


class Placed(NamedTuple):
    """A column where it stands."""

    column: Column[Any]
    title: str
    x: int
    """Cells from the left edge of the area."""
    width: int
    """Cells."""
    render: Callable[[Any], str | Cell]


def layout(columns: Sequence[Column[Any]], width: int) -> tuple[Placed, ...]:
    """Return the columns that fit, left to right.

    A width alone decides, never the rows: columns keep their place while rows come in. The most important get in first,
    each in its narrowest form; what is left makes them as wide as they want to be, and then goes to those that grow.

    Args:
        columns: as they stand from left to right.
        width: cells there are for them.
    """
    order = sorted(range(len(columns)), key=lambda at: (columns[at].drop, at))
    widths, left = _admitted(columns, order, width)
    for at in order:
        if at in widths:
            more = min(left, max(columns[at].width - widths[at], 0))
            if columns[at].brief is None or widths[at] + more >= columns[at].width:
                widths[at] += more
                left -= more
    _grow(columns, widths, left)
    placed, x = [], 0
    for at in sorted(widths):
        placed.append(_placed(columns[at], x, widths[at]))
        x += widths[at] + GAP
    return tuple(placed)


def _admitted(columns: Sequence[Column[Any]], order: Sequence[int], width: int) -> tuple[dict[int, int], int]:
    """Return the columns that are shown with the cells they get at least, and the cells that are left."""
    widths: dict[int, int] = {}
    used = 0
    for at in order:
        column = columns[at]
        used += _least(column) + (GAP if widths else 0)
        wish = sum(max(columns[one].comfort - _least(columns[one]), 0) for one in (*widths, at)) if column.drop else 0
        if used + wish > width:
            used -= _least(column) + GAP
            break
        widths[at] = _least(column)
    if not widths and order and width > 0:
        return {order[0]: width}, 0
    return widths, width - used


def _least(column: Column[Any]) -> int:
    if column.brief is not None:
        return column.brief.width
    return column.least or column.width


def _grow(columns: Sequence[Column[Any]], widths: dict[int, int], left: int) -> None:
    shares = {at: columns[at].grow for at in sorted(widths) if columns[at].grow}
    total = sum(shares.values())
    for at, share in shares.items():
        more = left * share // total
        widths[at] += more
        left -= more
        total -= share


def _placed(column: Column[Any], x: int, width: int) -> Placed:
    brief = column.brief
    if brief is not None and width < column.width:
        return Placed(column, brief.title, x, width, brief.render)
    return Placed(column, column.title, x, width, column.render)
