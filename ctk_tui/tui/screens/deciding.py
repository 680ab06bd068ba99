"""Deciding what becomes of duplicates: which copy of a group stays, and which ones are marked for removal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.model.format import count
from ctk_tui.tui.decisions import KEEPER_STAYS
from ctk_tui.tui.present.groups import GroupRow, TooMany, filename
from ctk_tui.tui.present.words import short
from ctk_tui.tui.screens.grouping import Grouping

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctk_tui.model.groups import GroupFile
    from ctk_tui.tui.decisions import MarkedCopy
    from ctk_tui.tui.widgets.table import VirtualTable

_ON_COPIES = ("keeper", "compare")
_ON_ROWS = ("mark", "unmark", "range")
AT_ONCE = 500
"""Groups that are read and marked at a time."""


class Deciding(Grouping):
    """Groups whose copies can be kept and marked. In the list of groups, `m` means all copies but the keeper."""

    def marked_copies(self) -> list[MarkedCopy]:
        """Return the marked copies of the kind of duplicates that is shown, with the keepers of their groups."""
        return self.decisions.marked(self.copies.marks)

    def may_mark(self, number: int) -> bool:
        """Tell whether a copy can be marked."""
        return not self.decisions.why_not(number, self.copies.marks)

    @property
    def in_copies(self) -> bool:
        """Whether the keys mean the copies, and not the groups."""
        return self.table is self.copies

    def why_not(self, name: str) -> str:
        """Return why an action is not possible now, "" where it is."""
        key = self.ctk.keymap.shown
        if name in _ON_COPIES and self.group_here() is None:
            return "there is no group here"
        if name in _ON_ROWS and self.table.view.current is None:  # its row may be on its way still
            return "there is nothing to mark here"
        here = self.copies.view.current
        if name == "keeper" and not self.in_copies:
            return f"{key('other_pane')} goes to the copies; {key('keeper')} on the one that is to stay"
        if name == "keeper" and here is not None and self.decisions.file(here).offline:
            return "offline: a copy that cannot be looked at cannot be the keeper"
        if name == "keeper" and here is not None and self._stays_anyway(self.decisions.file(here)):
            return "protected: it stays anyway, and the keeper is one of the others"
        if name in ("mark", "range") and self.near and not self.in_copies:
            return f"near duplicates are marked one by one: {key('other_pane')}, then {key('mark')}"
        if name == "mark" and self.in_copies and here is not None and self.copies.view.anchor is None:
            reason = "" if here in self.copies.marks else self.decisions.why_not(here, self.copies.marks)
            if reason == KEEPER_STAYS:
                return f"{reason}; {key('keeper')} on another copy makes that one the keeper"
            return reason
        return ""

    def _stays_anyway(self, file: GroupFile) -> bool:
        """Tell whether a copy is protected, and another one could be the keeper."""
        group = self.group_here()
        return file.protected and group is not None and not all(one.protected or one.offline for one in group.files)

    def do_keeper(self) -> None:
        """Let the copy under the cursor be the one that stays; it loses its mark."""
        row_id, group, here = self.groups.view.current, self.group_here(), self.copies.view.current
        if row_id is None or group is None or here is None:
            return
        file = self.decisions.file(here)
        self.decisions.keep(row_id, file)
        lost = self.copies.marks.discard([here])
        self.keeper_changed(row_id, group)
        name = short(filename(file), 40)
        self.ctk.tell(f"{name} in {file.source} stays", hint="it is not marked any more" if lost else "")

    # -- marks --------------------------------------------------------------------------------------------------------

    async def do_mark(self) -> None:
        """Mark the range or this copy and go on; in the list of groups all copies that can go."""
        if self.in_copies:
            self.copies.mark()
            return
        view = self.groups.view
        span = view.span() or range(view.cursor, view.cursor + 1)
        rows = view.ids[span.start : span.stop].tolist()
        if not self.groups.leave_range():
            self.move("down")
        await self._mark_groups(rows)

    async def _mark_groups(self, rows: list[int]) -> None:
        """Mark all copies that can go in some groups, some groups at a time, so that keys are taken in between."""
        near, added = self.near, 0
        numbers: list[int] = []
        for start in range(0, len(rows), AT_ONCE):
            if len(rows) > AT_ONCE:
                self.ctk.tell(f"marking … {start:,} of {len(rows):,} groups")
            numbers = await self._numbers(rows[start : start + AT_ONCE])
            if self.near is not near:
                return
            added += self.copies.marks.add(numbers)
        if not added:
            self.ctk.tell("nothing of it can go", hint=self._why_none(numbers))
        elif len(rows) > AT_ONCE:
            self.ctk.tell(f"{added:,} copies marked in {len(rows):,} groups")

    async def _numbers(self, rows: list[int]) -> list[int]:
        """Return the numbers of all copies in some groups."""
        known = {row: self.groups.rows.get(row) for row in rows}
        found = {row: one.group for row, one in known.items() if isinstance(one, GroupRow)}
        missing = [row for row in rows if known[row] is None]
        if missing and self._found is not None:
            read = await self.finder.rows(self._found, missing)
            found.update((row, group) for row, group in read.items() if not isinstance(group, TooMany))
        return [number for row, group in found.items() for number in self.decisions.take(row, group)]

    def _why_none(self, numbers: Iterable[int]) -> str:
        marked = self.copies.marks
        reasons = [self.decisions.why_not(number, marked) for number in numbers if number not in marked]
        return next((reason for reason in reasons if reason not in ("", KEEPER_STAYS)), "")

    def do_unmark(self) -> None:
        """Take the marks of the range or of this copy away; in the list of groups those of all its copies."""
        if self.in_copies:
            self.copies.mark(on=False)
            return
        view = self.groups.view
        span = view.span() or range(view.cursor, view.cursor + 1)
        rows = set(view.ids[span.start : span.stop].tolist())
        self.copies.marks.discard([one for one in self.copies.marks if self.decisions.row_of(one) in rows])
        if not self.groups.leave_range():
            self.move("down")

    async def do_range(self) -> None:
        """Begin a range, or mark the one that was begun."""
        if self.table.view.anchor is None:
            self.table.start_range()
        else:
            await self.do_mark()

    def do_clear_marks(self) -> None:
        """Take all marks away; they can be brought back."""
        cleared = count(self.copies.marks.clear(), "mark")
        self.ctk.tell(f"{cleared} cleared", hint=f"{self.ctk.keymap.shown('last_marks')} brings them back")

    def do_last_marks(self) -> None:
        """Mark again what was cleared last, as far as it can go."""
        self.copies.marks.restore()

    def on_virtual_table_marks_changed(self, message: VirtualTable.MarksChanged) -> None:
        """Show which groups have marked copies, and how much they come to."""
        message.stop()
        if message.table is self.copies:
            tally = self.decisions.tally
            tally.count(frozenset(self.copies.marks), self.decisions)
            self.groups.marks.replace(tally.rows)
            self.tell_marks(len(self.copies.marks), tally.bytes, len(tally.rows))

    def tell_marks(self, marked: int, size: int, groups: int) -> None:
        """Show how much is marked.

        Args:
            marked: how many copies.
            size: their size in bytes.
            groups: how many groups have one.
        """
        raise NotImplementedError
