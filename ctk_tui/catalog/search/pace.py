"""Long work on the catalog in short transactions: how many rows each may take, and when to stop."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from ctk_tui.catalog.connection import Database

AIM = 0.07
"""Seconds that a transaction should take: a writer may hold the catalog for 0.2, and the disk may be busy."""
FIRST_ROWS = 1000
LEAST_ROWS = 100
MOST_ROWS = 10_000


class Pace:
    """How one run of upkeep goes.

    Args:
        budget_seconds: begin no transaction after so long.
        check: called between two transactions; what it raises ends the run.
    """

    def __init__(self, budget_seconds: float, check: Callable[[], None] | None = None) -> None:
        self._until = time.monotonic() + budget_seconds
        self._check = check
        self.rows = FIRST_ROWS

    def goes_on(self) -> bool:
        """Return whether there is time for one more transaction."""
        if self._check is not None:
            self._check()
        return time.monotonic() < self._until

    @contextlib.contextmanager
    def slice(self, database: Database) -> Iterator[sqlite3.Connection]:
        """Give a connection in a write transaction; learn from the time it took how many `rows` the next one may."""
        start = time.perf_counter()
        with database.write() as connection:
            yield connection
        took = max(time.perf_counter() - start, 1e-3)
        self.rows = max(LEAST_ROWS, min(int(self.rows * AIM / took), 2 * self.rows, MOST_ROWS))
        # Whoever waits for the lock polls it; without a gap it would never be seen free.
        time.sleep(0.001)
