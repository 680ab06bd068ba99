"""All lines of a table's screen, made from where it is looked at; a line that was made is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctk_tui.tui.present.column import Cell
from ctk_tui.tui.table.lines import Line, LineMaker, Look
from ctk_tui.tui.table.thumb import thumb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ctk_tui.tui.present.column import Placed
    from ctk_tui.tui.present.glyphs import Glyphs
    from ctk_tui.tui.table.lines import Paint
    from ctk_tui.tui.table.marks import Marks
    from ctk_tui.tui.table.rows import RowCache
    from ctk_tui.tui.table.view import View

LINES_KEPT = 2000
"""Lines that are kept, 30 screens of them."""
GONE = Cell("not in the catalog any more", "faint")


@dataclass(slots=True)
class Shown:
    """What a table shows."""

    view: View
    rows: RowCache[Any]
    marks: Marks
    sort: str = ""
    """Key of the column that sorts."""
    descending: bool = False
    playing: int | None = None
    """Id of the row that is heard."""
    paused: bool = False


class FrameMaker:
    """Makes the lines of the screen.

    Args:
        signs: the glyphs.
        state: gives the state cell of a row.
        head: gives the text of a row that is the head of a group, None for others.
        paint: gives the styles.

    Attributes:
        width: cells of a line.
        placed: the columns and where they are.
    """

    def __init__(
        self, signs: Glyphs, state: Callable[[Any], Cell], head: Callable[[Any], Cell | None], paint: Paint
    ) -> None:
        self._signs, self._state, self._head, self._paint = signs, state, head, paint
        self._lines: dict[tuple[int, Look], Line] = {}
        self._headers: dict[tuple[str, bool], Line] = {}
        self._dots: dict[Look, Line] = {}
        self.placed: tuple[Placed, ...] = ()
        self.width = 0
        self._maker: LineMaker
        self._blank: Line

    def lay(self, placed: Sequence[Placed], width: int) -> None:
        """Place the columns in lines of `width` cells."""
        self.placed, self.width = tuple(placed), width
        self._maker = LineMaker(self.placed, width, self._signs, self._paint)
        self.restyle()

    def restyle(self) -> None:
        """Make all lines anew: the styles are others."""
        if not self.width:
            return
        self._lines.clear()
        self._headers.clear()
        self._dots.clear()
        self._blank = self._maker.spanned(Cell(""), Look())

    def forget(self, ids: Iterable[int]) -> None:
        """Make the lines of some rows anew: their values are others."""
        gone = set(ids)
        for key in [key for key in self._lines if key[0] in gone]:
            del self._lines[key]

    def frame(self, shown: Shown, height: int) -> list[Line]:
        """Return `height` lines, the titles first; none while there is no room."""
        if not self.width:
            return []
        view, rows, marks = shown.view, shown.rows, shown.marks
        edge, span = thumb(view.top, view.height, len(view.ids)), view.span()
        lines = [self._header(shown)]
        for y, some in enumerate(view.visible().tolist()):
            place = view.top + y
            sound = "" if some != shown.playing else "paused" if shown.paused else "playing"
            look = Look(place == view.cursor, some in marks, sound, place in span, y in edge)
            lines.append(self._lines.get((some, look)) or self._line(some, rows, look))
        return [*lines, *[self._blank] * (height - len(lines))][:height]

    def _header(self, shown: Shown) -> Line:
        key = (shown.sort, shown.descending)
        if key not in self._headers:
            self._headers[key] = self._maker.header(shown.sort, descending=shown.descending)
        return self._headers[key]

    def _waiting(self, look: Look) -> Line:
        if look not in self._dots:
            self._dots[look] = self._maker.waiting(look)
        return self._dots[look]

    def _line(self, some: int, rows: RowCache[Any], look: Look) -> Line:
        if not rows.has(some):
            return self._waiting(look)
        row = rows.get(some)
        head = GONE if row is None else self._head(row)
        made = self._maker.row(row, self._state(row), look) if head is None else self._maker.spanned(head, look)
        if len(self._lines) >= LINES_KEPT:
            self._lines.clear()
        self._lines[some, look] = made
        return made
