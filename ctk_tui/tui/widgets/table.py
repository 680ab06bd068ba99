"""A table of any number of rows: it holds their ids, asks for the rows on screen, and sends what changed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ctk_tui.tui.present.column import Cell, layout
from ctk_tui.tui.present.glyphs import UNICODE
from ctk_tui.tui.table.frame import FrameMaker, Shown
from ctk_tui.tui.table.ids import as_ids
from ctk_tui.tui.table.lines import EDGE, GROUNDS, GUTTER, TONES, Line, changed
from ctk_tui.tui.table.marking import Marking
from ctk_tui.tui.table.marks import Marks
from ctk_tui.tui.table.motions import Motions
from ctk_tui.tui.table.pointing import Pointing
from ctk_tui.tui.table.rows import RowCache
from ctk_tui.tui.table.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ctk_tui.tui.present.column import Column
    from ctk_tui.tui.present.glyphs import Glyphs
    from ctk_tui.tui.table.rows import Request

PATIENCE = 0.03
"""Seconds that the screen waits for rows before it shows dots; most come sooner, and nothing flickers."""


class VirtualTable(Marking, Motions, Pointing, Widget, can_focus=True):
    """A list of rows with a cursor and marks, drawn from an array of ids.

    It never asks anybody but by messages: `NeedRows` wants rows, to be read off the screen's thread and given to
    `deliver`. No key is bound here; the keys' table calls the moves (`move_down` and so on, see `Motions`) and the
    marking (`mark`, `start_range`, see `Marking`).

    Args:
        columns: left to right; those that do not fit are hidden, by their `drop`.
        state: the cell for the state column of a row, such as offline; the sound that plays has its own.
        head: the text of a row that is the head of a group and stands across all columns, None for other rows.
        may_mark: whether an id can be marked; None for all.
        signs: the glyphs.
        id: of the widget.
        classes: of the widget.

    Attributes:
        view: where it is looked at: `view.ids`, `view.cursor` (place), `view.current` (id or None), `view.top`,
            `view.height`, `view.settle()`, `view.stride` (slow lines).
        marks: the marked ids; a change of them is drawn and told.
        rows: the rows read so far.
        shown: keys of the columns that fit.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"table--{name}" for name in (*TONES, *GROUNDS)}
    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text("utf-8")
    ALLOW_SELECT = False

    class About(Message):
        """What a table tells."""

        def __init__(self, table: VirtualTable) -> None:
            super().__init__()
            # Made while the screen paints, it would count as the screen's, and would not come past it.
            self.set_sender(table)
            self.table = table

        @property
        def control(self) -> VirtualTable:
            """The table, for `@on(..., "#id")`."""
            return self.table

    class NeedRows(About):
        """Rows have to be read: `deliver(request, {id: row})` answers, `decline(request)` gives up."""

        def __init__(self, table: VirtualTable, request: Request) -> None:
            super().__init__(table)
            self.request = request

    class CursorMoved(About):
        """The cursor stands on another row, or its row has another place.

        Attributes:
            row_id: the row, None for an empty list.
            place: where in the list.
            by_user: whether the user moved it; False where the list changed under it, which starts no sound.
        """

        def __init__(self, table: VirtualTable, row_id: int | None, place: int, by_user: bool) -> None:
            super().__init__(table)
            self.row_id, self.place, self.by_user = row_id, place, by_user

        def can_replace(self, message: Message) -> bool:
            """A held key leaves the newest of the moves alone."""
            return isinstance(message, type(self)) and message.table is self.table and message.by_user == self.by_user

    class Opened(About):
        """A row was clicked twice."""

        def __init__(self, table: VirtualTable, row_id: int) -> None:
            super().__init__(table)
            self.row_id = row_id

    class MarksChanged(About):
        """Other rows are marked now."""

        def can_replace(self, message: Message) -> bool:
            """One is enough."""
            return isinstance(message, type(self)) and message.table is self.table

    class SortAsked(About):
        """The title of a column that sorts was clicked."""

        def __init__(self, table: VirtualTable, key: str) -> None:
            super().__init__(table)
            self.key = key

    class ColumnsChanged(About):
        """Other columns fit now; `table.shown` has their keys."""

    def __init__(
        self,
        columns: Sequence[Column[Any]],
        *,
        state: Callable[[Any], Cell] = lambda row: Cell(""),  # noqa: ARG005 - named as callers may name it
        head: Callable[[Any], Cell | None] = lambda row: None,  # noqa: ARG005
        may_mark: Callable[[int], bool] | None = None,
        signs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.view = View()
        self.marks = Marks(self.marks_changed, may_mark)
        self.rows: RowCache[Any] = RowCache()
        self.shown: tuple[str, ...] = ()
        self._columns = tuple(columns)
        self._shown = Shown(self.view, self.rows, self.marks)
        self._maker = FrameMaker(signs, state, head, self._paint)
        self._paints: dict[tuple[str, str], Style] = {}
        self._frame: list[Line] = []
        self._told: tuple[int | None, int] = (None, 0)
        self._patient_until: float | None = None

    # -- the list -----------------------------------------------------------------------------------------------------

    def show(self, ids: Iterable[int], rows: Mapping[int, Any] | None = None, *, fresh: bool = False) -> None:
        """Show another list. The cursor stays on its row, see `View`.

        Args:
            ids: all rows in their order, or the first ones for now; see `as_ids` for a million of them.
            rows: rows that are known already, such as the first ones.
            fresh: whether it answers another question, see `View.show`.
        """
        if rows:
            self.rows.put(rows)
            self._maker.forget(rows)
        self.view.show(as_ids(ids), fresh=fresh)
        self._tell_cursor(by_user=False)
        self.refresh_cells()

    def deliver(self, request: Request, rows: Mapping[int, Any]) -> None:
        """Take the rows that a `NeedRows` asked for; an id without a row is gone. Call it on the screen's thread."""
        self.rows.deliver(request, rows)
        self._maker.forget(request.ids)
        self.refresh_cells()

    def decline(self, request: Request) -> None:
        """Take back a request that could not be answered; its rows are asked for when they are next on screen."""
        self.rows.decline(request)

    def expire(self) -> None:
        """Read all rows again, because something about them changed; until then they are shown as they were."""
        self.rows.expire()
        self.refresh_cells()

    def row(self) -> Any:
        """Return the row under the cursor, None while it is not read or there is none."""
        current = self.view.current
        return None if current is None else self.rows.get(current)

    def set_columns(self, columns: Sequence[Column[Any]]) -> None:
        """Show other columns."""
        self._columns = tuple(columns)
        self._lay_out(anew=True)
        self.refresh()

    def set_sort(self, key: str, *, descending: bool = False) -> None:
        """Mark the column that the list is sorted by; "" for none."""
        self._shown.sort, self._shown.descending = key, descending
        self.refresh_cells()

    def set_playing(self, some: int | None, *, paused: bool = False) -> None:
        """Mark the row that is heard, or that would be if it were not paused."""
        self._shown.playing, self._shown.paused = some, paused
        self.refresh_cells()

    def marks_changed(self) -> None:
        """Draw and tell other marks."""
        self.post_message(self.MarksChanged(self))
        self.refresh_cells()

    # -- drawing ------------------------------------------------------------------------------------------------------

    def moved(self, *, by_user: bool = True) -> None:
        """Draw and tell that the view was moved."""
        self._tell_cursor(by_user=by_user)
        self.refresh_cells()

    def _tell_cursor(self, *, by_user: bool) -> None:
        now = (self.view.current, self.view.cursor)
        if now != self._told:
            self._told = now
            self.post_message(self.CursorMoved(self, *now, by_user))

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen as it was made last."""
        self._lay_out()
        return self._frame[y].strip if y < len(self._frame) else Strip.blank(self.size.width, self._paint("text", ""))

    def on_resize(self) -> None:
        """Lay the columns out for another size."""
        if self._lay_out():
            self.refresh()

    def notify_style_update(self) -> None:
        """Take over another theme, or another focus."""
        super().notify_style_update()
        self.call_later(self._restyle)  # the colours of rows are worked out after this call

    def _restyle(self) -> None:
        self._paints.clear()
        self._maker.restyle()
        self.refresh_cells()

    def _lay_out(self, *, anew: bool = False) -> bool:
        """Place the columns and make all lines where the size is another one; return whether it was."""
        width, height = self.size
        if self._maker.width == width and len(self._frame) == height and not anew:
            return False
        placed = layout(self._columns, width - GUTTER - EDGE)
        self._maker.lay(placed, width)
        self.view.resize(height - 1)
        shown = tuple(column.column.key for column in placed)
        if shown != self.shown:
            self.shown = shown
            self.post_message(self.ColumnsChanged(self))
        self._ask()
        self._frame = self._maker.frame(self._shown, height)
        return True

    def refresh_cells(self) -> None:
        """Make the lines of the screen, and have those cells sent that are others than before."""
        if not self._frame or self._lay_out():
            self.refresh()
            return
        self._ask()
        if self._is_patient():
            return
        frame = self._maker.frame(self._shown, self.size.height)
        regions = []
        for y, (old, new) in enumerate(zip(self._frame, frame, strict=True)):
            cells = changed(old, new)
            if cells is not None:
                regions.append(Region(cells[0], y, cells[1] - cells[0], 1))
        self._frame = frame
        if regions:
            self.refresh(*regions)

    def _ask(self) -> None:
        """Ask for the rows on screen, and then for those around it, so that a held key finds them there."""
        view = self.view
        around = range(max(0, view.top - view.height), min(len(view.ids), view.top + 3 * view.height))
        for ids in (view.visible(), view.ids[around.start : around.stop]):
            request = self.rows.request(ids.tolist())
            if request is not None:
                self.post_message(self.NeedRows(self, request))

    def _is_patient(self) -> bool:
        """Return whether to keep the screen as it is for now, because rows are on their way."""
        if all(map(self.rows.has, self.view.visible().tolist())):
            self._patient_until = None
            return False
        now = time.monotonic()
        if self._patient_until is None:
            self._patient_until = now + PATIENCE
            self.set_timer(PATIENCE, self.refresh_cells)
        return now < self._patient_until

    def _paint(self, tone: str, ground: str) -> Style:
        found = self._paints.get((tone, ground))
        if found is None:
            found = self.get_component_rich_style(f"table--{tone}")
            if ground:
                under = self.get_component_rich_style(f"table--{ground}")
                bold = under.bold or found.bold
                found += Style(bgcolor=under.bgcolor, bold=bold, reverse=under.reverse, underline=under.underline)
            self._paints[tone, ground] = found
        return found

    # -- under the mouse, see Pointing --------------------------------------------------------------------------------

    def title_clicked(self, x: int) -> None:
        """Ask for another sort, if a title that sorts stands there."""
        for column in self._maker.placed:
            if column.column.sortable and column.x <= x - GUTTER < column.x + column.width:
                self.post_message(self.SortAsked(self, column.column.key))

    def opened(self) -> None:
        """Tell that the row under the cursor was opened."""
        if self.view.current is not None:
            self.post_message(self.Opened(self, self.view.current))
