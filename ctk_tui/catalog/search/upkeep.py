"""Bringing the search index up to the paths: in slices that never hold the writer for long, whenever there is time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ctk_tui.catalog.derive import marks, slices
from ctk_tui.catalog.search import names
from ctk_tui.catalog.search.backlog import waiting
from ctk_tui.catalog.search.pace import Pace
from ctk_tui.catalog.search.texts import gram_text, start_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from ctk_tui.catalog.connection import Database

MERGE_PAGES = 64
"""Pages of 4 KiB that one step of merging writes: about 5 ms."""
_OLD = "INSERT INTO {0} ({0}, rowid, text) VALUES ('delete', ?, ?)"
_NEW = "INSERT INTO {0} (rowid, text) VALUES (?, ?)"
_MERGE = "INSERT INTO {0} ({0}, rank) VALUES ('merge', ?)"
INDEXES = ("search_grams", "search_starts")


def catch_up(database: Database, budget_seconds: float = math.inf, *, check: Callable[[], None] | None = None) -> int:
    """Take fresh rows into the index, in transactions of about 80 ms.

    Rows are found before that, too; but each is read on its own, about a million in 0.3 s.

    Args:
        database: the catalog, opened for writing.
        budget_seconds: begin nothing more after so long. Without a budget the work is brought to its end; with one,
            file names and the joining of small pieces may wait for a later call.
        check: called between two transactions; what it raises ends the work, and nothing is lost.

    Returns:
        How many rows still wait, about.
    """
    pace = Pace(budget_seconds, check)
    while pace.goes_on():
        with pace.slice(database) as connection:
            number = _slice(connection, pace.rows)
        if number == 0:
            if names.take_in(database, pace, all_of_them=budget_seconds == math.inf):
                _merge(database, pace)
            break
    return waiting(database)


def _slice(connection: sqlite3.Connection, rows: int) -> int:
    """Index at most `rows` rows, changed ones first; return how many were done."""
    done = _changed(connection, rows)
    if done == 0:
        mark = int(connection.execute("SELECT mark FROM search_state").fetchone()[0])
        new = connection.execute(
            "SELECT id, search FROM paths WHERE id > ? ORDER BY id LIMIT ?", (mark, rows)
        ).fetchall()
        if new:
            _add(connection, new)
            connection.execute("UPDATE search_state SET mark = ?", (new[-1][0],))
        done = len(new)
    return done


def _changed(connection: sqlite3.Connection, rows: int) -> int:
    # Half as many as new ones: each is deleted and added.
    pending = connection.execute("SELECT id, text, display FROM search_pending LIMIT ?", (rows // 2,)).fetchall()
    old = [row for row in pending if row[1] is not None]
    for table, text_of in zip(INDEXES, (gram_text, start_text), strict=True):
        connection.executemany(_OLD.format(table), ((row[0], text_of(row[1])) for row in old))
    names.remove(connection, [(row[2], row[0]) for row in old])
    for part in slices([row[0] for row in pending]):
        there = connection.execute(
            f"SELECT id, search, display FROM paths WHERE id IN {marks(part)} ORDER BY id", part
        ).fetchall()
        _add(connection, [row[:2] for row in there])
        names.add(connection, [(row[2], row[0]) for row in there])
        connection.execute(f"DELETE FROM search_pending WHERE id IN {marks(part)}", part)
    if pending:
        connection.execute("UPDATE search_state SET revision = revision + 1")
    return len(pending)


def _add(connection: sqlite3.Connection, rows: Sequence[tuple[int, str]]) -> None:
    for table, text_of in zip(INDEXES, (gram_text, start_text), strict=True):
        connection.executemany(_NEW.format(table), ((row[0], text_of(row[1])) for row in rows))


def _merge(database: Database, pace: Pace) -> None:
    """Let FTS5 join small pieces of its indexes, a few pages a transaction, until it has nothing to join."""
    for table in INDEXES:
        more = True
        while more and pace.goes_on():
            with database.write() as connection:
                before = connection.total_changes
                connection.execute(_MERGE.format(table), (MERGE_PAGES,))
                # The rule of SQLite's documentation: a difference below two means that nothing was left to do.
                more = connection.total_changes - before >= 2


def rebuild(database: Database, *, check: Callable[[], None] | None = None) -> None:
    """Make the index anew; searches find everything meanwhile, slower at first.

    Args:
        database: the catalog, opened for writing.
        check: as for `catch_up`; after it raised, `catch_up` does what is left.
    """
    with database.write() as connection:
        connection.execute("UPDATE search_state SET mark = 0, named = 0, revision = revision + 1")
        connection.execute("DELETE FROM search_pending")
        for table in INDEXES:
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        connection.execute("DELETE FROM search_names")
    catch_up(database, check=check)
