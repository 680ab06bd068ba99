"""Searching while one types: the newest query interrupts the older ones, and only its answer is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

    from ctk_tui.model.query.nodes import Query
    from ctk_tui.tui.bridge import Bridge

FIRST = 200
"""Rows that are shown before all are known: more than any screen has."""


class Finder:
    """Asks the catalog, and hands over the first hits and then all of them.

    Args:
        bridge: the threads.
        show: takes ids, and whether they are all.
    """

    def __init__(self, bridge: Bridge, show: Callable[[array[int], bool], None]) -> None:
        self._bridge = bridge
        self._show = show
        self._number = 0

    def ask(self, query: Query) -> None:
        """Search; whatever was asked before is given up."""
        self._number += 1
        self._bridge.toolkit.catalog.interrupt()
        self._bridge.start(self._answer(query, self._number))

    def forget(self) -> None:
        """Give up what was asked."""
        self._number += 1

    async def _answer(self, query: Query, number: int) -> None:
        catalog = self._bridge.toolkit.catalog
        first = await self._bridge.run("search", self._if_newest, number, catalog.first, query, FIRST)
        if first is None or number != self._number:
            return
        if len(first) < FIRST:
            self._show(first, True)
            return
        self._show(first, False)
        found = await self._bridge.run("search", self._if_newest, number, catalog.find, query)
        if found is not None and number == self._number:
            self._show(found, True)

    def _if_newest(self, number: int, work: Callable[..., array[int]], *args: object) -> array[int] | None:
        """Do the work unless a newer query came while this one waited for its turn."""
        return work(*args) if number == self._number else None
