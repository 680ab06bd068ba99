"""Groups of duplicates: looked for when they are first shown, filtered by the query line, read a page at a time."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Static

from ctk_tui.model.errors import QueryError
from ctk_tui.tui.decisions import Copies, Decisions
from ctk_tui.tui.groups import GroupFinder
from ctk_tui.tui.present.groups import (
    Copy,
    GroupRow,
    TooMany,
    copy_columns,
    group_columns,
    group_line,
    none_text,
    total_line,
)
from ctk_tui.tui.present.listed import wrong_line
from ctk_tui.tui.screens.view import SETTLED, View, settled

if TYPE_CHECKING:
    from textual.widgets import Input

    from ctk_tui.model.groups import Group, GroupFile
    from ctk_tui.model.query.nodes import Query
    from ctk_tui.tui.groups import Found
    from ctk_tui.tui.present.groups import AnyGroup
    from ctk_tui.tui.widgets.line import Line
    from ctk_tui.tui.widgets.query_line import QueryInput, QueryLine
    from ctk_tui.tui.widgets.table import VirtualTable


class Grouping(View):
    """A view with a list of groups, and a list of the copies in the group under its cursor."""

    query_line: QueryLine
    groups: VirtualTable
    copies: VirtualTable
    total: Line
    about: Line

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.near = False
        numbers = Copies()
        self._decided = {False: Decisions(numbers), True: Decisions(numbers)}
        self._found: Found | None = None
        self._all: dict[bool, int] = {}
        self._stale = False
        self._asked = ""
        """What the query line said when they were last looked for."""
        self._answered = asyncio.Event()
        self._answered.set()
        self._shown: tuple[int | None, object] = (None, None)
        self._roots: dict[str, int] = {}

    @property
    def decisions(self) -> Decisions:
        """What was decided about the groups of the kind that is shown."""
        return self._decided[self.near]

    @property
    def exact(self) -> Decisions:
        """What was decided about groups whose bytes are equal."""
        return self._decided[False]

    def begin_looking(self) -> None:
        """Look for exact duplicates."""
        self.finder = GroupFinder(self.ctk.bridge)
        self.query_line.input.earlier = self.ctk.memory.earlier
        self.look()

    # -- which groups there are ---------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look for the groups that are asked for; until they are there the list stays as it is."""
        asked, self._asked = self._asked, self.query_line.value
        words = self._asked.strip()
        try:
            query = self.ctk.toolkit.catalog.parse(words, dash=True) if words else None
        except QueryError as error:
            self.query_line.tell(wrong_line(error, self.ctk.look))
            self._answered.set()
            return
        self._stale = False
        if self._asked != asked:
            self._answered.clear()
        if self._found is None:
            self._show_instead(Text("looking for duplicates …", self.ctk.look.quiet))
        self.ctk.start(self._look(query, words))

    async def _look(self, query: Query | None, words: str) -> None:
        found = await self.finder.find(query, near=self.near)
        if found is None:
            return
        settings = self.ctk.toolkit.settings
        self._roots = {one.name: len(os.fsencode(one.path).rstrip(b"/")) + 1 for one in settings.sources}
        if query is None:
            self._all[self.near] = found.groups
        await self._recheck(found, whole=query is None)
        first_time, self._found = self._found is None, found
        self.groups.rows.expire()
        self.groups.show(found.ids, fresh=first_time)
        if first_time and self.decisions.cursor is not None and self.groups.view.to_id(self.decisions.cursor):
            self.groups.show(found.ids)
        of = self._all.get(self.near)
        self.total.show(total_line(found.groups, of, found.wasted, self.ctk.look, near=self.near))
        self.query_line.tell(Text())
        if found.ids:
            self.set_class(False, "empty")
        else:
            self._show_instead(none_text(words, self.ctk.keymap.shown, self.ctk.look, near=self.near))
        self.show_copies()
        self._answered.set()
        self.ctk.frame.draw_lines()
        self.look_if_stale()

    async def _recheck(self, found: Found, *, whole: bool) -> None:
        """Keep the marks that still hold: files may have gone, and others may be keepers now."""
        marked, decisions = frozenset(self.copies.marks), self.decisions
        if marked and (whole or found.near is None):
            rows = await self.finder.rows(found, sorted({decisions.row_of(number) for number in marked}))
            groups = {row: group for row, group in rows.items() if not isinstance(group, TooMany)}
            self.copies.marks.discard(marked - decisions.recheck(groups, marked))

    def _show_instead(self, text: Text) -> None:
        self.query_one("#empty", Static).update(text)
        self.set_class(True, "empty")

    def do_near(self) -> None:
        """Show near duplicates, or exact ones again; each kind keeps its cursor, its keepers and its marks."""
        self.decisions.marks, self.decisions.cursor = frozenset(self.copies.marks), self.groups.view.current
        self.near = not self.near
        self._found = None
        self.groups.set_columns(group_columns(near=self.near))
        self.copies.set_columns(copy_columns(near=self.near))
        self.copies.marks.replace([])
        self.copies.marks.add(self.decisions.marks)
        self.groups.show([])
        self.show_copies()
        self.look()

    def catalog_changed(self, *, done: bool, seen: bool) -> None:
        """Look again once nothing more comes; near ones, which take longer, after jobs alone."""
        if done or (not self.near and not self.ctk.watch_jobs.running):
            self._stale = True
        if seen and self._found is not None:
            self.look_if_stale()

    def look_if_stale(self) -> None:
        """Look again where the catalog changed while another screen was shown, or while they were looked for."""
        if self._stale:
            self.look()

    # -- rows ---------------------------------------------------------------------------------------------------------

    async def read_rows(self, message: VirtualTable.NeedRows) -> None:
        """Read groups, and show the copies of the one under the cursor."""
        found = self._found
        if found is None:
            self.groups.decline(message.request)
            return
        rows = await self.finder.rows(found, message.request.ids)
        self.groups.deliver(message.request, {one: self._row(one, group) for one, group in rows.items()})
        self.show_copies()

    def _row(self, row_id: int, group: Group | TooMany) -> AnyGroup:
        return group if isinstance(group, TooMany) else GroupRow(group, self.decisions.first(row_id, group))

    async def settle(self) -> None:
        """Wait for what the query line asks for, and the group under the cursor: its copies are what the keys mean."""
        self._look_if_changed()
        await settled(self._answered)
        current = self.groups.view.current
        if current is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.groups.rows.read(current), SETTLED)

    def group_here(self) -> Group | None:
        """Return the group under the cursor, None while it is not read and where there is none."""
        row = self.groups.row()
        return row.group if isinstance(row, GroupRow) else None

    def show_copies(self) -> None:
        """Show the copies of the group under the cursor."""
        row, row_id = self.groups.row(), self.groups.view.current
        if (row_id, row) == self._shown:
            return
        if row_id != self._shown[0]:
            self.copies.view.to(0)
        self._shown = (row_id, row)
        if row_id is None or not isinstance(row, GroupRow):
            self.copies.show([])
            self.about.show(Text())
            return
        numbers = self.decisions.take(row_id, row.group)
        keeper = self.decisions.keeper(row_id, row.group)
        self.about.show(group_line(row.group, self.ctk.look, near=self.near))
        self.copies.show(
            numbers,
            {
                number: Copy(file, row.first, file is keeper, self._start(file))
                for number, file in zip(numbers, row.group.files, strict=True)
            },
        )

    def _start(self, file: GroupFile) -> int:
        return self._roots.get(file.source, 0)

    def keeper_changed(self, row_id: int, group: Group) -> None:
        """Draw a group and its copies with another keeper."""
        self.groups.show(self.groups.view.ids, {row_id: self._row(row_id, group)})
        self.show_copies()

    # -- the query line -----------------------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while one types."""
        event.stop()
        self._look_if_changed()

    def _look_if_changed(self) -> None:
        if self.query_line.value != self._asked:
            self.look()

    def do_query(self) -> None:
        """Go to the query line."""
        self.screen.set_focus(self.query_line.input)

    def on_query_input_left(self) -> None:
        """Go back to the lists; the query stays, and is remembered."""
        self.ctk.memory.used(self.query_line.value)
        self.query_line.input.earlier = self.ctk.memory.earlier
        self.screen.set_focus(self.table)

    def on_query_input_moved(self, message: QueryInput.Moved) -> None:
        """Move the groups from the line."""
        getattr(self.groups, f"move_{message.action}")()

    def leave_filter(self) -> bool:
        """Show all groups again."""
        was = bool(self.query_line.value)
        self.query_line.input.value = ""
        return was
