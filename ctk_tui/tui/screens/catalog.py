"""The catalog: the query line, the list, and everything about the file under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Horizontal
from textual.widgets import Static

from ctk_tui.tui.actions import CATALOG
from ctk_tui.tui.present.files import AUDIO_COLUMNS, stater
from ctk_tui.tui.present.glyphs import glyphs
from ctk_tui.tui.present.listed import SORTS, marked_line, place_line
from ctk_tui.tui.screens.detailing import Detailing
from ctk_tui.tui.screens.knowing import Knowing
from ctk_tui.tui.screens.marking import Marking
from ctk_tui.tui.screens.paths import PathActions
from ctk_tui.tui.screens.whole import Whole
from ctk_tui.tui.transport import Heard
from ctk_tui.tui.widgets.line import Line
from ctk_tui.tui.widgets.query_line import QueryLine
from ctk_tui.tui.widgets.side import Side
from ctk_tui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Resize

    from ctk_tui.tui.memory import Memory


class CatalogView(Whole, Detailing, Knowing, Marking, PathActions):
    """The first screen."""

    NAME = CATALOG
    FOOTER: ClassVar[tuple[str, ...]] = (
        "play_pause",
        "mark",
        "copy_to",
        "query",
        "similar",
        "remove",
        "undo",
        "details",
        "scan",
    )
    DEFAULT_CSS = """
    CatalogView #list { height: 1fr; }
    CatalogView #list { layers: base over; }
    /* Over the list, and not in its place: a hidden list would lose the keys to the query line. */
    CatalogView #empty {
        display: none; layer: over; dock: left; width: 100%; height: 100%; padding: 2 4; background: $background;
    }
    CatalogView.empty #empty { display: block; }
    """

    _marked_sums = (0.0, 0)
    """Length in seconds and size in bytes of what is marked."""

    def compose(self) -> ComposeResult:
        """Give the parts."""
        signs = glyphs(self.ctk.ascii_only)
        self.query_line = QueryLine("search: words, category:drums, duration:..2, ? for help")
        self._table = VirtualTable(AUDIO_COLUMNS, state=stater(signs), signs=signs, id="files")
        self.side = Side(id="side")
        self._place = Line(id="place")
        self._marked = Line(id="marked")
        yield self.query_line
        with Horizontal(id="list"):
            yield self._table
            yield self.side
            yield Static(id="empty", markup=False)
        yield self._marked
        yield self._place

    def on_mount(self) -> None:
        """Begin where the user left."""
        self._marked.display = False
        self._table.view.stride = 0.5 if self.ctk.slow else 0.0
        self.place_side()
        self.begin_asking()
        self.ctk.start(self.read_marks())

    @property
    def table(self) -> VirtualTable:
        """The list."""
        return self._table

    def entered(self) -> None:
        """Take the keys."""
        if self.is_mounted:
            self.screen.set_focus(self._table)

    def leave_innermost(self) -> bool:
        """Give up marks that are waited for, a range, or the details that lie over the list."""
        if self.give_up_marking() or self.table.leave_range():
            return True
        return self.close_side()

    def show_empty(self, *, empty: bool) -> None:
        """Say what to do where nothing is listed."""
        self.set_class(empty, "empty")
        if empty:
            self.ctk.start(self._teach())

    async def _teach(self) -> None:
        """Say what to do where nothing is listed."""
        look, keys = self.ctk.look, self.ctk.keymap
        words = self.query_line.value.strip()
        if self.total is None:
            await self._read_total()
        if words and self.total:
            text = Text.assemble((f"Nothing is found for {words}", look.strong), "\n\n")
            similar = await self.ctk.bridge.run("side", self.ctk.toolkit.catalog.like, words)
            if similar:
                text.append("Names like it:\n", look.quiet)
                for one in similar:
                    text.append(f"  ~ {one}\n", look.accent)
            text.append(f"\n{keys.shown('escape')} shows everything again", look.quiet)
        elif not self.ctk.toolkit.settings.sources:
            text = Text.assemble(
                ("The catalog is empty", look.strong), "\n\n",
                (keys.shown("show_sources"), look.accent), " the sources, then ",
                (keys.shown("add_source"), look.accent), " adds a folder with sounds; ",
                (keys.shown("scan"), look.accent), " scans it.",
            )  # fmt: skip
        else:
            text = Text.assemble(
                ("Nothing is catalogued yet", look.strong), "\n\n", (keys.shown("scan"), look.accent),
                " scans the sources; sounds appear here while it runs.",
            )  # fmt: skip
        self.query_one("#empty", Static).update(text)

    def catalog_changed(self, *, done: bool, seen: bool) -> None:
        """Search again, and read what is told at the side again."""
        super().catalog_changed(done=done, seen=seen)
        if seen:
            self.rest_on(self.table.view.current)

    # -- the cursor ---------------------------------------------------------------------------------------------------

    async def on_virtual_table_need_rows(self, message: VirtualTable.NeedRows) -> None:
        """Read rows off the screen's thread."""
        message.stop()
        self.ctk.start(self._read_rows(message))

    async def _read_rows(self, message: VirtualTable.NeedRows) -> None:
        found = await self.ctk.bridge.run("rows", self.finder.read, message.request.ids)
        self._table.deliver(message.request, found)
        self._show_place()

    def on_virtual_table_cursor_moved(self, message: VirtualTable.CursorMoved) -> None:
        """Show what the cursor stands on, and let it be heard where the user moved it there."""
        message.stop()
        self._show_place()
        self.rest_on(message.row_id)
        if message.by_user and message.row_id is not None and not self.ctk.frame.is_typing:
            self.ctk.transport.audition_soon(Heard(message.row_id))

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Play what was clicked twice."""
        message.stop()
        self.ctk.transport.play(Heard(message.row_id))

    def on_virtual_table_sort_asked(self, message: VirtualTable.SortAsked) -> None:
        """Sort by the column whose title was clicked."""
        message.stop()
        word = SORTS[message.key]
        self.sort_by(word, back=self.sort == f"{word}+")

    def on_resize(self, event: Resize) -> None:
        """Cut the line below the list to its new width."""
        del event
        self._show_place()

    def on_virtual_table_columns_changed(self, message: VirtualTable.ColumnsChanged) -> None:
        """Say below the list what its columns do not."""
        message.stop()
        self._show_place()

    def current(self) -> Heard | None:
        """Return the sound under the cursor."""
        found = self._table.view.current
        return None if found is None else Heard(found)

    def after(self, heard: Heard) -> Heard | None:
        """Return the sound below another one."""
        view = self._table.view
        place = view.cursor if view.current == heard.audio_id else view.ids.tolist().index(heard.audio_id)
        return Heard(view.ids[place + 1]) if place + 1 < len(view.ids) else None

    def reached(self, heard: Heard) -> None:
        """Let the cursor follow the player."""
        self.stand_on(heard.audio_id)

    def sound_changed(self) -> None:
        """Mark the row that is heard."""
        heard = self.ctk.transport.heard
        self._table.set_playing(heard.audio_id if heard and self.ctk.transport.state.status != "stopped" else None)

    def _show_place(self) -> None:
        row = self._table.row()
        if row is None:
            self._place.show(Text())
        else:
            folder = "directory" not in self._table.shown
            self._place.show(place_line(row, self.size.width, self.ctk.look, folder=folder))

    # -- the end ------------------------------------------------------------------------------------------------------

    def remember(self, memory: Memory) -> None:
        """Keep query, order and cursor."""
        memory.query, memory.sort = self.query_line.value, self.sort
        memory.cursor = self._table.view.current or 0

    # -- marks --------------------------------------------------------------------------------------------------------

    def on_virtual_table_marks_changed(self, message: VirtualTable.MarksChanged) -> None:
        """Store the marks, and tell how many there are."""
        message.stop()
        self.ctk.start(self.keep_marks())

    def listed(self) -> None:
        """Say anew how many of the marked files are not in the list."""
        if self._table.marks:
            self.tell_marks(*self._marked_sums)

    def tell_marks(self, seconds: float, size: int) -> None:
        """Show the line of the marks."""
        self._marked_sums = (seconds, size)
        marked = len(self._table.marks)
        self._marked.display = marked > 0
        if marked:
            elsewhere = self._table.marks.outside(self._table.view.ids)
            self._marked.show(marked_line(marked, seconds, size, elsewhere, self.ctk.look))
