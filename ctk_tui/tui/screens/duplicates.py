"""Duplicates: groups by wasted bytes, and the copies of the one under the cursor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Container, Vertical
from textual.widgets import Static

from ctk_tui.tui.actions import DUPLICATES
from ctk_tui.tui.present.glyphs import glyphs
from ctk_tui.tui.present.groups import (
    Copy,
    GroupRow,
    TooMany,
    copy_columns,
    group_columns,
    many_line,
    marked_line,
    place_line,
    sign,
    too_many,
)  # fmt: skip
from ctk_tui.tui.screens.paths import PathActions
from ctk_tui.tui.screens.resuming import Resuming
from ctk_tui.tui.widgets.line import Line
from ctk_tui.tui.widgets.query_line import QueryLine
from ctk_tui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import DescendantFocus, Resize

    from ctk_tui.model.entry import AudioEntry
    from ctk_tui.tui.present.column import Cell

BESIDE_FROM = 100
"""Cells from which the copies stand beside the groups, and not below them."""


class DuplicatesView(Resuming, PathActions):
    """The third screen."""

    NAME = DUPLICATES
    FOOTER: ClassVar[tuple[str, ...]] = (
        "play_pause", "compare", "mark", "keeper", "remove", "clean_up", "undo", "other_pane", "near", "query",
    )  # fmt: skip
    DEFAULT_CSS = """
    DuplicatesView #panes { layout: horizontal; height: 1fr; }
    DuplicatesView #left { width: 2fr; height: 1fr; }
    DuplicatesView #right { width: 3fr; height: 1fr; border-left: solid $ctk-rule; }
    DuplicatesView .head { background: $panel; }
    DuplicatesView.stacked #panes { layout: vertical; }
    DuplicatesView.stacked #left { width: 1fr; height: 3fr; }
    DuplicatesView.stacked #right { width: 1fr; height: 2fr; min-height: 5; border-left: none; }
    DuplicatesView { layers: base over; }
    DuplicatesView #empty { display: none; layer: over; dock: top; margin-top: 1; width: 100%; height: 100%;
        padding: 2 4; background: $background; }
    DuplicatesView.empty #empty { display: block; }
    """

    def compose(self) -> ComposeResult:
        """Give the parts."""
        signs = glyphs(self.ctk.ascii_only)

        def state(row: Copy) -> Cell:
            return sign(row, signs)

        self.query_line = QueryLine("filter the groups: words, source:NAME, size:>1mb")
        self.groups = VirtualTable(group_columns(near=False), head=too_many, signs=signs, id="groups")
        self.copies = VirtualTable(
            copy_columns(near=False), state=state, may_mark=self.may_mark, signs=signs, id="copies"
        )
        self._pane = self.groups
        self.total, self.about = Line(classes="head"), Line(classes="head")
        self._marked = Line(id="marked")
        self._place = Line(id="place")
        yield self.query_line
        with Container(id="panes"):
            with Vertical(id="left"):
                yield self.total
                yield self.groups
            with Vertical(id="right"):
                yield self.about
                yield self.copies
        yield Static(id="empty", markup=False)
        yield self._marked
        yield self._place

    def on_mount(self) -> None:
        """Look for them."""
        self._marked.display = False
        for table in (self.groups, self.copies):
            table.view.stride = 0.5 if self.ctk.slow else 0.0
        self._arrange()
        self.screen.set_focus(self.groups)
        self.begin_looking()

    @property
    def table(self) -> VirtualTable:
        """The list that the keys move: groups, or copies."""
        return self._pane

    def entered(self) -> None:
        """Take the keys."""
        if self.is_mounted:
            self.screen.set_focus(self.table)
            self.look_if_stale()

    def leave_innermost(self) -> bool:
        """Give up a range."""
        return self.groups.leave_range() or self.copies.leave_range()

    # -- panes --------------------------------------------------------------------------------------------------------

    def on_resize(self, event: Resize) -> None:
        """Put the copies where there is room for them."""
        del event
        self._arrange()
        self._show_place()

    def _arrange(self) -> None:
        self.set_class(self.app.size.width < BESIDE_FROM, "stacked")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Let the keys move the list that was clicked."""
        if event.widget in (self.groups, self.copies):
            self._pane = self.copies if event.widget is self.copies else self.groups
            self._show_place()
            self.ctk.frame.draw_lines()

    def do_other_pane(self) -> None:
        """Go to the copies, or back to the groups."""
        self.leave_innermost()
        self._pane = self.groups if self.in_copies else self.copies
        self.screen.set_focus(self._pane)

    async def do_enter(self) -> None:
        """Go to the copies of a group; play a copy from its start; list the files of a name that too many have."""
        row = self.table.row()
        if isinstance(row, GroupRow):
            self.do_other_pane()
        elif isinstance(row, TooMany):
            await self.ctk.frame.show_query(f'name:"{row.name}"')
        else:
            self.ctk.keys.hearing.do_enter()

    def move(self, action: str) -> None:
        """Move the cursor; the copies follow the group at once, so that the next key finds them."""
        super().move(action)
        self.show_copies()

    def do_next_group(self) -> None:
        """Go to the next group."""
        self.groups.move_down()
        self.show_copies()

    def do_previous_group(self) -> None:
        """Go to the previous group."""
        self.groups.move_up()
        self.show_copies()

    # -- the cursor ---------------------------------------------------------------------------------------------------

    def on_virtual_table_need_rows(self, message: VirtualTable.NeedRows) -> None:
        """Read groups off the screen's thread."""
        message.stop()
        if message.table is self.groups:
            self.ctk.start(self.read_rows(message))

    def show_copies(self) -> None:
        """Show the copies of the group under the cursor, and where the first of them lies."""
        super().show_copies()
        self.sound_changed()
        self._show_place()

    def on_virtual_table_cursor_moved(self, message: VirtualTable.CursorMoved) -> None:
        """Show what the cursor stands on, and let it be heard where the user moved it there."""
        message.stop()
        self.show_copies()
        self.ctk.frame.draw_lines()  # what is possible here
        heard = self._sound(message.table.row())
        if message.by_user and heard is not None and not self.ctk.frame.is_typing:
            self.ctk.transport.audition_soon(heard)

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        """Play what was clicked twice."""
        message.stop()
        self.ctk.keys.hearing.do_enter()

    def _show_place(self) -> None:
        look, row = self.ctk.look, self.groups.row()
        if isinstance(row, TooMany):
            self._place.show(many_line(row, self.ctk.keymap.shown("enter"), look))
            return
        copy = self.copies.row()
        if not isinstance(row, GroupRow) or not isinstance(copy, Copy):
            self._place.show(Text())
        elif self.in_copies:
            self._place.show(place_line(copy, self.size.width, look))
        else:
            kept = self.decisions.keeper(self.groups.view.ids[self.groups.view.cursor], row.group) is row.first
            self._place.show(place_line(replace(copy, file=row.first, keeper=kept), self.size.width, look))

    def tell_marks(self, marked: int, size: int, groups: int) -> None:
        """Show the line of the marks."""
        self._marked.display = marked > 0
        if marked:
            self._marked.show(marked_line(marked, size, groups, self.ctk.look))

    async def chosen(self) -> list[AudioEntry]:
        """Return the marked copies, or the one under the cursor, each at its own path."""
        here = self.current()
        wanted = [(one.file.audio_id, one.file.path) for one in self.marked_copies()]
        if not wanted and here is not None and here.path is not None:
            wanted = [(here.audio_id, here.path)]
        ids = list(dict.fromkeys(audio_id for audio_id, _ in wanted))
        entries = await self.ctk.bridge.run("rows", lambda: list(self.ctk.toolkit.catalog.entries(ids)))
        by_id = {entry.id: entry for entry in entries}
        return [replace(by_id[audio_id], path=path) for audio_id, path in wanted if audio_id in by_id]
