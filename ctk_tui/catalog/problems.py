"""The errors table: what could not be catalogued as it should, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.model.text import display

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from ctk_tui.catalog.connection import Database

# What the classifier could not do is known by content, not by path: it follows moves, and a scan looks not at it.
UNCLASSIFIABLE = """
classified m JOIN audio a ON a.id = m.audio_id WHERE m.error IS NOT NULL AND a.error IS NULL AND a.state < 2"""


@dataclass(frozen=True, slots=True)
class Problem:
    """One row of errors."""

    source_id: int
    rel: bytes
    """Of the file or folder, relative to its source."""
    stage: str
    """walk, read or decode."""
    reason: str
    size: int
    """Bytes, as they were then."""
    mtime_ns: int
    """Nanoseconds since the epoch, as they were then."""


def of_source(database: Database, source_id: int) -> dict[bytes, Problem]:
    """Return what is known to be wrong in a source, by relative path."""
    with database.read() as connection:
        rows = connection.execute(
            "SELECT source_id, path, stage, reason, size, mtime_ns FROM errors WHERE source_id = ?", (source_id,)
        ).fetchall()
    return {row[1]: Problem(*row) for row in rows}


def store(connection: sqlite3.Connection, problems: Iterable[Problem], now: float) -> None:
    """Add problems, or bring known ones up to date; the time they were first seen stays."""
    connection.executemany(
        "INSERT INTO errors (source_id, path, display, stage, reason, size, mtime_ns, first_seen)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_id, path) DO UPDATE SET stage = excluded.stage,"
        " reason = excluded.reason, size = excluded.size, mtime_ns = excluded.mtime_ns",
        [(p.source_id, p.rel, display(p.rel), p.stage, p.reason, p.size, p.mtime_ns, now) for p in problems],
    )


def drop(connection: sqlite3.Connection, solved: Iterable[tuple[int, bytes]]) -> None:
    """Forget problems that are no more, each given by source id and relative path."""
    connection.executemany("DELETE FROM errors WHERE source_id = ? AND path = ?", solved)


def count(database: Database) -> int:
    """Return how many problems are known, those of the classifier too."""
    sql = f"SELECT (SELECT count(*) FROM errors) + (SELECT count(*) FROM {UNCLASSIFIABLE})"
    with database.read() as connection:
        return int(connection.execute(sql).fetchone()[0])
