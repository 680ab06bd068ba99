"""Duplicates as they were left: filter, cursor, keepers and marks of exact groups outlive the app.

Near groups have no id by which one could be found again: what was decided about them ends with the app.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from textual.widgets import Input

from ctk_tui.tui.present.groups import TooMany
from ctk_tui.tui.screens.removing import Removing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctk_tui.model.query.nodes import Query
    from ctk_tui.tui.memory import Memory


class Resuming(Removing):
    """A view of groups that goes on where the user left."""

    _left: list[tuple[int, bytes]] | None = None
    """Copies that were marked and are not yet again: the groups are looked for first."""

    def begin_looking(self) -> None:
        """Take over what was kept, and look."""
        memory = self.ctk.memory
        self.exact.cursor = memory.group or None
        self.exact.remember(dict(copies(memory.keepers)))
        self._left = copies(memory.removals)
        with self.query_line.input.prevent(Input.Changed):
            self.query_line.input.value = memory.duplicates_query
        super().begin_looking()

    async def _look(self, query: Query | None, words: str) -> None:
        await super()._look(query, words)
        found, left = self._found, self._left
        if found is None or left is None or self.decisions is not self.exact:
            return
        self._left = None
        rows = await self.finder.rows(found, sorted({row for row, _ in left}))
        groups = {row: group for row, group in rows.items() if not isinstance(group, TooMany)}
        if self.near:  # shown meanwhile: those of the other kind have marks of their own
            self._left = left
            return
        numbers = {
            (row, file.path): number
            for row, group in groups.items()
            for number, file in zip(self.exact.take(row, group), group.files, strict=True)
        }
        self.copies.marks.add(numbers[place] for place in left if place in numbers)

    def remember(self, memory: Memory) -> None:
        """Keep filter, cursor, keepers and marks."""
        exact = self.exact
        memory.duplicates_query = self.query_line.value
        memory.group = (exact.cursor if self.near else self.groups.view.current) or 0
        memory.keepers = told(exact.keepers.items())
        if self._left is None:
            marks = exact.marks if self.near else self.copies.marks
            memory.removals = told((exact.row_of(number), exact.file(number).path) for number in marks)


def told(places: Iterable[tuple[int, bytes]]) -> list[Any]:
    """Return groups and paths as the memory takes them."""
    return [[row, os.fsdecode(path)] for row, path in places]


def copies(kept: Iterable[Any]) -> list[tuple[int, bytes]]:
    """Return groups and paths from the memory; what is damaged there is left out."""
    return [
        (one[0], os.fsencode(one[1]))
        for one in kept
        if isinstance(one, list) and len(one) == 2 and isinstance(one[0], int) and isinstance(one[1], str)
    ]
