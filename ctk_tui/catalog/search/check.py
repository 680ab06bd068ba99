"""Does the search index tell the truth? For doctor."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ctk_tui.catalog import schema_search
from ctk_tui.catalog.search.texts import GRAM, gram_text, match_all, name_of, quoted, start_text

if TYPE_CHECKING:
    import sqlite3

    from ctk_tui.catalog.connection import Database

SAMPLE = 300
"""Rows that are looked up: damage to one row in a hundred is seen nineteen times in twenty."""
_HAS = "SELECT 1 FROM {0} WHERE {0} MATCH ? AND rowid = ?"


def check(database: Database, *, sample: int = SAMPLE, seed: int | None = None) -> list[str]:
    """Return what is wrong with the index, empty for a sound one; `upkeep.rebuild` repairs all of it.

    It only reads: counts of everything (0.2 s for a million rows), and `sample` rows in every part of the index.

    Args:
        database: the catalog.
        sample: how many rows.
        seed: for the choice of rows, None for another one each time.
    """
    with database.read() as connection:
        found = _parts(connection)
        if found:
            return found
        # One transaction: a scan may write between two questions.
        connection.execute("BEGIN")
        try:
            return [*_counts(connection), *_rows(connection, sample, random.Random(seed))]  # noqa: S311 -- a sample, no secret
        finally:
            connection.execute("ROLLBACK")


def _parts(connection: sqlite3.Connection) -> list[str]:
    wanted = {statement.split()[2] for statement in schema_search.TRIGGERS}
    wanted |= {"search_state", "search_pending", "search_grams", "search_starts", "search_names"}
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'search%'")}
    missing = [f"{name} is not there" for name in sorted(wanted - there)]
    if not missing and connection.execute("SELECT count(*) FROM search_state").fetchone()[0] != 1:
        missing.append("the state of the search index is lost")
    return missing


def _counts(connection: sqlite3.Connection) -> list[str]:
    found = []
    mark, named = connection.execute("SELECT mark, named FROM search_state").fetchone()
    if named > mark:
        found.append("more names than rows are in the search index")
    indexed = "(SELECT count(*) FROM paths p WHERE p.id <= {0} AND p.id NOT IN (SELECT id FROM search_pending))"
    old = "(SELECT count(*) FROM search_pending WHERE text IS NOT NULL AND id <= {0})"
    names, wanted = connection.execute(
        f"SELECT (SELECT count(*) FROM search_names WHERE id <= :id), {indexed.format(':id')} + {old.format(':id')}",
        {"id": named},
    ).fetchone()
    if names != wanted:
        found.append(f"{names:,} names are in the search index, not {wanted:,}")
    return found


def _rows(connection: sqlite3.Connection, sample: int, pick: random.Random) -> list[str]:
    mark, named = connection.execute("SELECT mark, named FROM search_state").fetchone()
    lost = dict.fromkeys(("letters", "beginnings of words", "name"), 0)
    for _ in range(min(sample, mark)):
        row = connection.execute(
            "SELECT id, search, display FROM paths WHERE id >= ? AND id <= ?"
            " AND id NOT IN (SELECT id FROM search_pending) ORDER BY id LIMIT 1",
            (pick.randint(1, mark), mark),
        ).fetchone()
        if row is None:
            continue
        number, text, display = row
        lost["letters"] += not _found(connection, "search_grams", _some_grams(gram_text(text), pick), number)
        lost["beginnings of words"] += not _found(connection, "search_starts", _starts(start_text(text)), number)
        if number <= named:
            there = "SELECT 1 FROM search_names WHERE name = ? AND id = ?"
            lost["name"] += connection.execute(there, (name_of(display), number)).fetchone() is None
    return [f"the search index lacks the {what} of {count} of {sample} rows" for what, count in lost.items() if count]


def _found(connection: sqlite3.Connection, table: str, query: str, number: int) -> bool:
    return not query or connection.execute(_HAS.format(table), (query, number)).fetchone() is not None


def _some_grams(text: str, pick: random.Random) -> str:
    known = [text[at : at + GRAM] for at in range(len(text) - GRAM + 1)]
    return match_all(pick.sample(known, min(10, len(known))))


def _starts(text: str) -> str:
    words = "".join(character if character.isalnum() else " " for character in text).split()
    return " AND ".join(f"{quoted(word[:2])}*" for word in words[:10])
