"""The rows that were read: the ones on screen and around it, by id, and which of them to ask for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = TypeVar("Row")

KEPT = 4000
"""Rows that stay in memory, 60 screens of them."""


@dataclass(frozen=True, slots=True)
class Request:
    """Rows that a table needs. It is handed back with the answer."""

    generation: int
    """Which state of the rows is asked for."""
    ids: tuple[int, ...]
    """In no order."""


class RowCache(Generic[Row]):
    """Rows by id.

    Args:
        kept: how many stay in memory.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._generation = 0
        self._rows: OrderedDict[int, tuple[int, Row | None]] = OrderedDict()
        self._asked: set[int] = set()
        self._news = asyncio.Event()

    async def read(self, some: int) -> None:
        """Wait until a row is read that was asked for, or is known to be gone."""
        while not self.has(some):
            await self._news.wait()

    def get(self, some: int) -> Row | None:
        """Return a row, None while it is not read, and where it is gone."""
        found = self._rows.get(some)
        return found[1] if found else None

    def is_gone(self, some: int) -> bool:
        """Return whether the row was asked for and is not there any more."""
        found = self._rows.get(some)
        return found is not None and found[1] is None

    def has(self, some: int) -> bool:
        """Return whether something can be shown for an id, be it that the row is gone."""
        return some in self._rows

    def request(self, ids: Iterable[int]) -> Request | None:
        """Return what of these has to be read and is not asked for yet, None for nothing; from now on it is."""
        missing = []
        for some in ids:
            found = self._rows.get(some)
            if found is not None:
                self._rows.move_to_end(some)
            if (found is None or found[0] != self._generation) and some not in self._asked:
                missing.append(some)
        self._asked.update(missing)
        return Request(self._generation, tuple(missing)) if missing else None

    def deliver(self, request: Request, rows: Mapping[int, Row]) -> None:
        """Take the answer to a request, where an id without a row is gone.

        An answer that comes late, after `expire`, is shown until the next one is there: where rows change more often
        than they can be read, the screen would stay empty otherwise.
        """
        for some in request.ids:
            found = self._rows.get(some)
            if found is None or found[0] <= request.generation:
                self._rows[some] = (request.generation, rows.get(some))
                self._rows.move_to_end(some)
        self._wake()
        if request.generation == self._generation:
            self._asked.difference_update(request.ids)
        while len(self._rows) > self._kept:
            self._rows.popitem(last=False)

    def decline(self, request: Request) -> None:
        """Take back a request that could not be answered, so that its rows are asked for again."""
        if request.generation == self._generation:
            self._asked.difference_update(request.ids)

    def put(self, rows: Mapping[int, Row]) -> None:
        """Take rows that nobody asked for, such as the first ones of a list."""
        for some, row in rows.items():
            self._rows[some] = (self._generation, row)
            self._rows.move_to_end(some)
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def expire(self) -> None:
        """Have all rows read again; until then the old ones are shown."""
        self._generation += 1
        self._asked.clear()
