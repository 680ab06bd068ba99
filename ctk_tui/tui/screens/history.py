"""The history: what was done to files, what it did to each, and taking it back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.widgets import Static

from ctk_tui.tui.actions import HISTORY
from ctk_tui.tui.present.glyphs import glyphs
from ctk_tui.tui.present.history import ENTRY_COLUMNS, STEP_COLUMNS, held_line
from ctk_tui.tui.present.words import name
from ctk_tui.tui.screens.view import View
from ctk_tui.tui.widgets.line import Line
from ctk_tui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from ctk_tui.model.journal import HistoryEntry, JournalStep
    from ctk_tui.tui.present.column import Column


class HistoryView(View):
    """Entries, newest first; enter lists the files of one, escape goes back to the entries."""

    NAME = HISTORY
    FOOTER: ClassVar[tuple[str, ...]] = ("enter", "undo", "mark", "escape")
    DEFAULT_CSS = """
    HistoryView #none { display: none; height: 1fr; padding: 2 4; }
    HistoryView.empty #none { display: block; }
    HistoryView.empty #entries { display: none; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._entries: list[HistoryEntry] = []
        self._steps: list[JournalStep] = []
        self._open: HistoryEntry | None = None

    def compose(self) -> ComposeResult:
        """Give the parts."""
        self._title = Line(id="title")
        self._table = VirtualTable(ENTRY_COLUMNS, signs=glyphs(self.ctk.ascii_only), id="entries")
        self._below = Line(id="below")
        yield self._title
        yield self._table
        yield Static(
            Text.assemble(
                ("Nothing was done yet", self.ctk.look.strong),
                "\n\nWhat ctk does to files stands here, and can be taken back, whole or file by file.",
            ),
            id="none",
            markup=False,
        )
        yield self._below

    def on_mount(self) -> None:
        """List the entries."""
        self.ctk.start(self._read())

    def entered(self) -> None:
        """Take the keys, and list what is new."""
        if self.is_mounted:
            self.screen.set_focus(self._table)
            self.ctk.start(self._read())

    def catalog_changed(self, *, done: bool, seen: bool) -> None:
        """List what is new."""
        if done and seen:
            self.ctk.start(self._read())

    @property
    def table(self) -> VirtualTable:
        """The list."""
        return self._table

    async def _read(self) -> None:
        files = self.ctk.toolkit.files
        self._entries = await self.ctk.bridge.run("side", files.history)
        held = await self.ctk.bridge.run("side", files.quarantine)
        self.set_class(not self._entries, "empty")
        self._below.show(held_line(held, self.ctk.look, time.time()))
        if self._open is None:
            self._list_entries()
        else:
            await self._list_steps(self._open)

    def _list_entries(self) -> None:
        self._open = None
        self._title.show(Text(" History", self.ctk.look.quiet))
        self._table.marks.clear()
        self._list(ENTRY_COLUMNS, self._entries)

    async def _list_steps(self, entry: HistoryEntry) -> None:
        self._steps = await self.ctk.bridge.run("side", self.ctk.toolkit.files.steps, entry.id)
        self._open = entry
        self._title.show(Text(f" {entry.kind} {entry.id}  {name(entry.query.encode())}", self.ctk.look.quiet))
        self._list(STEP_COLUMNS, self._steps)

    def _list(self, columns: Sequence[Column[Any]], values: Sequence[object]) -> None:
        self._table.show(())  # the columns of the one know nothing of the rows of the other
        self._table.set_columns(columns)
        rows = dict(enumerate(values))
        self._table.show(list(rows), rows)

    # -- actions ------------------------------------------------------------------------------------------------------

    def why_not(self, name: str) -> str:
        """Return why an action is not possible now, "" where it is."""
        if name in ("enter", "undo", "mark", "unmark") and not self._entries:
            return "nothing was done yet"
        if name in ("mark", "unmark", "clear_marks") and self._open is None:
            return "enter lists the files of an entry; they can be marked"
        return ""

    async def do_enter(self) -> None:
        """List the files of the entry under the cursor."""
        place = self._table.view.current
        if self._open is None and place is not None:
            await self._list_steps(self._entries[place])

    def leave_innermost(self) -> bool:
        """Go back to the entries; tell whether files were listed."""
        if self._open is None:
            return False
        at = next((place for place, entry in enumerate(self._entries) if entry.id == self._open.id), 0)
        self._list_entries()
        self._table.view.to(at)
        self._table.show(self._table.view.ids)
        return True

    def do_mark(self) -> None:
        """Mark a file of an entry, for bringing it back."""
        self._table.mark()

    def do_unmark(self) -> None:
        """Take the mark away."""
        self._table.mark(on=False)

    def do_clear_marks(self) -> None:
        """Take all marks away."""
        self._table.marks.clear()

    async def do_undo(self) -> None:
        """Take back the entry under the cursor, or the marked files (or this one) of the entry that is open."""
        place = self._table.view.current
        if place is None:
            return
        if self._open is None:
            await self.ctk.file_work.undo(entry=self._entries[place].id)
        else:
            steps = [self._steps[one] for one in (sorted(self._table.marks) or [place])]
            await self.ctk.file_work.undo(entry=self._open.id, paths=[step.path for step in steps])
        await self._read()
