"""Folded file names in order: a table that follows the word indexes at its own pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.texts import name_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from ctk_tui.catalog.connection import Database
    from ctk_tui.catalog.search.pace import Pace

BATCH = 100_000
"""Rows that are sorted at once, 20 MB of them."""
SHARE = 16
"""Names are taken in when they are this part of those that are in. Names of one folder lie all over the table, so a few
rows of a big catalog rewrite a page each: a million rows, 2,000 a time, took 17 s for that alone, by this rule 4 s."""


def remove(connection: sqlite3.Connection, rows: Sequence[tuple[str, int]]) -> None:
    """Take (display text, path id) out, wherever they are."""
    connection.executemany(
        "DELETE FROM search_names WHERE name = ? AND id = ?", ((name_of(display), number) for display, number in rows)
    )


def add(connection: sqlite3.Connection, rows: Sequence[tuple[str, int]]) -> None:
    """Put those (display text, path id) in whose ids are among the named ones; the others come in by `take_in`."""
    named = _named(connection)
    _insert(connection, sorted((name_of(display), number) for display, number in rows if number <= named))


def take_in(database: Database, pace: Pace, *, all_of_them: bool) -> bool:
    """Take in the names of all rows that the word indexes have.

    Args:
        database: the catalog, opened for writing.
        pace: how long, and how much at a time.
        all_of_them: also when there are few.

    Returns:
        Whether the work came to its end.
    """
    while True:
        with database.read() as connection:
            mark, named, revision = connection.execute("SELECT mark, named, revision FROM search_state").fetchone()
            if mark - named <= (0 if all_of_them else named // SHARE):
                return True
            rows = connection.execute(
                "SELECT display, id FROM paths WHERE id > ? AND id <= ? ORDER BY id LIMIT ?", (named, mark, BATCH)
            ).fetchall()
        up_to = rows[-1][1] if len(rows) == BATCH else mark
        # Sorted, so that every page of the table is written once for the batch, not once a row.
        for part in _paced(sorted((name_of(display), number) for display, number in rows), pace):
            if not pace.goes_on():
                return False
            with pace.slice(database) as connection:
                if _revision(connection) != revision:
                    break  # another upkeep came in between: what was read may be old
                _insert(connection, part)
        else:
            with database.write() as connection:
                if _revision(connection) == revision:
                    connection.execute("UPDATE search_state SET named = ?", (up_to,))
        if not pace.goes_on():
            return False


def _paced(rows: list[tuple[str, int]], pace: Pace) -> Iterator[list[tuple[str, int]]]:
    at = 0
    while at < len(rows):
        part = rows[at : at + pace.rows]
        at += len(part)
        yield part


def _named(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT named FROM search_state").fetchone()[0])


def _revision(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT revision FROM search_state").fetchone()[0])


def _insert(connection: sqlite3.Connection, rows: Sequence[tuple[str, int]]) -> None:
    # OR IGNORE: a batch that did not come to its end is done once more.
    connection.executemany("INSERT OR IGNORE INTO search_names (name, id) VALUES (?, ?)", rows)
