"""Searching as a screen does it: the ids of all hits, in order, the newest query before all others."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from typing import TYPE_CHECKING

from ctk_tui.catalog.failures import told_as_ours
from ctk_tui.catalog.search.cold import few, small
from ctk_tui.catalog.search.evaluate import Evaluation
from ctk_tui.catalog.search.few import few_rows
from ctk_tui.catalog.search.first import FAST, walked, walked_old
from ctk_tui.catalog.search.leaves import labels
from ctk_tui.catalog.search.meaning import STATES, add_functions
from ctk_tui.catalog.search.memory import Memory, Moment
from ctk_tui.catalog.search.ranking import ranked, top
from ctk_tui.catalog.search.rows import with_hidden
from ctk_tui.model.errors import Cancelled
from ctk_tui.model.query.fields import HIDDEN
from ctk_tui.model.query.meaning import hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctk_tui.catalog.connection import Database
    from ctk_tui.catalog.search.arrays import Ids
    from ctk_tui.model.query.nodes import Query


class Searcher:
    """Searches over one catalog, from any thread; what they learn of it is kept for the next one.

    Args:
        database: the catalog; may be read-only.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memory = Memory()
        self._guard = threading.Lock()
        self._running: dict[int, tuple[sqlite3.Connection, object]] = {}
        """By number: the connection, and who asked."""
        self._last = 0

    def ids(self, query: Query, now: float, *, asker: object = None) -> Ids:
        """Return the ids of the audio files that a query finds, in its order.

        The order is what the query says; else by name, hits in the name before hits elsewhere where there are words.
        What a sort has no value for is last, whichever way it goes; what is equal is in the order of names.

        Args:
            query: what is asked.
            now: the moment that relative dates count from, in seconds since the epoch.
            asker: who may interrupt it; None for nobody.

        Raises:
            Cancelled: the asker interrupted it.
        """
        with self._search(asker) as connection:
            return self._all(Moment(connection, self._memory), query, now)

    def first(self, query: Query, now: float, most: int = 100, *, asker: object = None) -> Ids:
        """Return the first ids of what `ids` returns, sooner.

        While the catalog changes they may be those of a moment ago, in an order of a moment ago; every one of them is
        a hit now.

        Args:
            query: what is asked.
            now: the moment that relative dates count from, in seconds since the epoch.
            most: how many.
            asker: who may interrupt it; None for nobody.

        Raises:
            Cancelled: the asker interrupted it.
        """
        with self._search(asker) as connection:
            moment = Moment(connection, self._memory)
            found = None if moment.is_current() else _first_by_sql(moment, query, now, most)
            return self._first(moment, query, now, most) if found is None else found

    def _first(self, moment: Moment, query: Query, now: float, most: int) -> Ids:
        """Return the first hits with what memory has, which is brought up to date."""
        moment.by_name()
        of = _evaluation(moment, query, now)
        if few_rows(moment, query.expr, FAST) is None and (found := walked(of, query, most)) is not None:
            return found
        return top(moment, query, of.audio(query.expr), most)

    def _all(self, moment: Moment, query: Query, now: float) -> Ids:
        found = None
        if not moment.is_ready():
            found = small(moment, query, now) if moment.memory.names is None else few(moment, query, now)
        if found is not None:
            return found
        return ranked(moment, query, _evaluation(moment, query, now).audio(query.expr))

    def prepare(self, check: Callable[[], None] | None = None) -> None:
        """Fill memory, so that filters and sorts are fast from the first one on; in a thread of its own.

        After opening it works five seconds for a million files, names first; what was only added since costs little.
        Searches go on meanwhile, and `interrupt` does not end it.

        Args:
            check: called between two parts; what it raises ends the work, and nothing is lost.

        Raises:
            Cancelled: all statements of the database were interrupted.
        """
        with self._reading(self._database.connection()) as connection:
            for part in Moment(connection, self._memory).parts():
                if check is not None:
                    check()
                part()

    def interrupt(self, asker: object) -> None:
        """End an asker's searches: they raise Cancelled within a millisecond or the step of numpy they are in.

        Those of others go on: nobody else asks again for what they wait for.

        Args:
            asker: what was handed to the searches; never None.
        """
        with self._guard:
            for number in [number for number, (_, who) in self._running.items() if who is asker]:
                connection, _ = self._running.pop(number)
                connection.interrupt()

    @contextlib.contextmanager
    def _search(self, asker: object) -> Iterator[sqlite3.Connection]:
        """Give a connection in a read transaction that `interrupt` ends."""
        connection = self._database.connection()
        with self._guard:
            self._last = number = self._last + 1
            self._running[number] = connection, asker
        try:
            with self._reading(connection):
                yield connection
            self._end(number)
        except sqlite3.OperationalError:
            # Where a statement opens a word index, SQLite may tell an interrupt as "vtable constructor failed".
            self._end(number)
            raise
        finally:
            with self._guard:
                self._running.pop(number, None)

    @contextlib.contextmanager
    def _reading(self, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        """Put a connection in a read transaction, with the functions that conditions call."""
        try:
            with told_as_ours(self._database.path):
                add_functions(connection)
                connection.execute("BEGIN")
                try:
                    yield connection
                finally:
                    connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
                raise Cancelled("a newer search took its place") from None
            raise

    def _end(self, number: int) -> None:
        """Raise Cancelled where an interrupt came in between two statements."""
        with self._guard:
            if number not in self._running:
                raise Cancelled("a newer search took its place")


def _first_by_sql(moment: Moment, query: Query, now: float, most: int) -> Ids | None:
    found = few(moment, query, now)
    if found is None:
        found = walked_old(moment, query, now, most)
    if found is None and moment.memory.names is None:
        found = small(moment, query, now)
    return None if found is None else found[:most]


def _evaluation(moment: Moment, query: Query, now: float) -> Evaluation:
    found = moment.rows()
    wanted = tuple(sorted(STATES[name] for name in HIDDEN - hidden(query)))
    owner = with_hidden(moment.connection, found.owner, wanted)
    return Evaluation(moment, owner, labels(moment.connection), now)
