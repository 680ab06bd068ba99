"""Columns of audio that follow from other rows, kept true in slices that never hold the writer for long."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Sequence

    from ctk_tui.catalog.connection import Database

T = TypeVar("T")
SLICE = 4000
"""Contents a transaction: about 40 ms at 10 µs each, far from the 200 ms that a writer may hold the catalog."""
VARIABLES = 500
"""Bound values a statement, below every SQLite's limit."""

# The order of spec: what is there first, then the order of sources in the configuration, the shorter path, the bytes.
_RANK = "CASE p.state WHEN 'present' THEN 1 - s.online WHEN 'quarantined' THEN 2 ELSE 3 END"
_OF_AUDIO = "FROM paths p JOIN sources s ON s.id = p.source_id WHERE p.audio_id = audio.id"
_STATES = f"""
UPDATE audio SET
  state = coalesce((SELECT min({_RANK}) {_OF_AUDIO}), 4),
  copies = (SELECT count(DISTINCT CASE WHEN inode = 0 THEN 'p' || id ELSE volume_id || ':' || inode END)
            FROM paths WHERE audio_id = audio.id AND state = 'present'),
  primary_path = (SELECT p.id {_OF_AUDIO} ORDER BY {_RANK}, s.position, length(s.root) + length(p.rel),
                  CAST(s.root || x'2f' || p.rel AS BLOB) LIMIT 1)
WHERE id IN """
_TWINS = """
UPDATE audio SET
  shared = EXISTS (SELECT 1 FROM audio b WHERE b.fingerprint = audio.fingerprint AND b.id <> audio.id AND b.state < 4),
  verified = NOT EXISTS (
    SELECT 1 FROM audio b WHERE b.fingerprint = audio.fingerprint AND b.id <> audio.id AND b.state < 4
      AND (b.digest IS NULL OR audio.digest IS NULL))
WHERE fingerprint IN """


def slices(values: Collection[T], size: int = VARIABLES) -> Iterator[list[T]]:
    """Yield `values` in lists of at most `size`."""
    whole = list(values)
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


def marks(values: Sequence[object]) -> str:
    """Return `(?, ?, …)` for as many values."""
    return "(" + ", ".join("?" * len(values)) + ")"


def refresh(connection: sqlite3.Connection, audio_ids: Collection[int]) -> None:
    """Bring state, copies and primary path of these contents up to date, inside the caller's transaction."""
    for part in slices(audio_ids):
        connection.execute(_STATES + marks(part), part)


def refresh_twins(connection: sqlite3.Connection, fingerprints: Collection[str]) -> None:
    """Bring `shared` and `verified` of all contents with these fingerprints up to date."""
    for part in slices(fingerprints):
        connection.execute(_TWINS + marks(part), part)


def refresh_source(database: Database, source_id: int) -> None:
    """Bring every content that has a path in the source up to date, in transactions of their own."""
    with database.read() as connection:
        ids = [
            row[0]
            for row in connection.execute("SELECT DISTINCT audio_id FROM paths WHERE source_id = ?", (source_id,))
        ]
    for part in slices(ids, SLICE):
        with database.write() as connection:
            refresh(connection, part)


def refresh_all_twins(database: Database) -> None:
    """Bring `shared` and `verified` of every content up to date, in transactions of their own."""
    with database.read() as connection:
        rows = connection.execute(
            "SELECT fingerprint FROM audio WHERE shared OR NOT verified"
            " UNION SELECT fingerprint FROM audio GROUP BY fingerprint HAVING count(*) > 1"
        ).fetchall()
    for part in slices([row[0] for row in rows if row[0]], SLICE):
        with database.write() as connection:
            refresh_twins(connection, part)
