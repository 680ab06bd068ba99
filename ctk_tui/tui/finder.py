"""Searching while one types: the newest query interrupts the older ones, and only its answer is shown.

The first hits come with their rows, so that they are drawn whole and at once; the others are looked for when that is
done: two threads that work at the same time take turns in Python, and a frame that takes 20 ms alone takes 100.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from array import array
    from collections.abc import Awaitable, Callable, Sequence

    from ctk_tui.model.entry import AudioEntry
    from ctk_tui.model.query.nodes import Query
    from ctk_tui.tui.bridge import Bridge

FIRST = 200
"""Rows that are shown before all are known: more than any screen has."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, or its beginning."""

    ids: array[int]
    """Of audio files, in order."""
    whole: bool
    """Whether these are all."""
    rows: dict[int, AudioEntry]
    """By id, those that were read already."""


class Finder:
    """Asks the catalog, and hands over the first hits and then all of them.

    Args:
        bridge: the threads.
        show: takes what was found.
        drawn: waits until that is on the screen.
        screenful: tells how many rows the screen has.
    """

    def __init__(
        self,
        bridge: Bridge,
        show: Callable[[Found], None],
        drawn: Callable[[], Awaitable[None]],
        screenful: Callable[[], int],
    ) -> None:
        self._bridge = bridge
        self._show = show
        self._drawn = drawn
        self._screenful = screenful
        self._number = 0
        self._whole: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
        self._opened: dict[int, AudioEntry] | None = None
        """Rows read since the app began; the first search, right behind the opening page, need not read them again."""

    def ask(self, query: Query) -> None:
        """Search; whatever was asked before is given up."""
        self._number += 1
        self._end(False)
        self._whole = asyncio.get_running_loop().create_future()
        self._bridge.toolkit.catalog.interrupt(self)
        self._bridge.start(self._answer(query, self._number))

    async def begin(self) -> bool:
        """Show the first files of all, before anything is asked; return whether nothing was asked meanwhile."""
        number, self._opened = self._number, {}
        found = await self._bridge.run("search", self._opening, self._screenful())
        if number != self._number:
            return False
        if len(found.ids):
            self._show(found)
            await self._drawn()
        return number == self._number

    def _opening(self, screenful: int) -> Found:
        ids = self._bridge.toolkit.catalog.opening(FIRST)
        return Found(ids, False, self.read(ids[:screenful]))

    def forget(self) -> None:
        """Give up what was asked; what is shown instead is whole."""
        self._number += 1
        self._end(True)

    @property
    def is_whole(self) -> bool:
        """Whether all hits were shown."""
        return self._whole.done() and self._whole.result() is True

    async def whole(self) -> bool | None:
        """Wait until all hits were shown: True; False if something was asked instead, None if the search failed."""
        return await asyncio.shield(self._whole)

    def _end(self, shown: bool | None) -> None:
        if not self._whole.done():
            self._whole.set_result(shown)

    async def _answer(self, query: Query, number: int) -> None:
        try:
            if await self._show_all(query, number):
                self._end(True)
        finally:
            if number == self._number:
                self._end(None)

    async def _show_all(self, query: Query, number: int) -> bool:
        """Show the first hits and then all; return False as soon as something else was asked."""
        found = await self._bridge.run("search", self._if_newest, number, self._first, query, self._screenful())
        if found is not None and number == self._number:
            self._show(found)
            if not found.whole:
                await self._drawn()
                found = await self._bridge.run("search", self._if_newest, number, self._all, query)
                if found is not None and number == self._number:
                    self._show(found)
        return number == self._number

    def _first(self, query: Query, screenful: int) -> Found:
        ids = self._bridge.toolkit.catalog.first(query, FIRST, asker=self)
        known, self._opened = self._opened or {}, None
        wanted = ids[:screenful]
        rows = {one: known[one] for one in wanted if one in known}
        return Found(ids, len(ids) < FIRST, rows | self.read([one for one in wanted if one not in rows]))

    def read(self, ids: Sequence[int]) -> dict[int, AudioEntry]:
        """Return rows by id; called in a thread."""
        rows = {entry.id: entry for entry in self._bridge.toolkit.catalog.entries(ids)}
        opened = self._opened
        if opened is not None:
            opened.update(rows)
        return rows

    def _all(self, query: Query) -> Found:
        return Found(self._bridge.toolkit.catalog.find(query, asker=self), True, {})

    def _if_newest(self, number: int, work: Callable[..., Found], *args: object) -> Found | None:
        """Do the work unless a newer query came while this one waited for its turn."""
        return work(*args) if number == self._number else None
