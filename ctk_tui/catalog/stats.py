"""Totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.model.stats import Stats, Total

if TYPE_CHECKING:
    import sqlite3

    from ctk_tui.catalog.connection import Database


@dataclass(frozen=True, slots=True)
class SourceTotal:
    """What lies in one source."""

    files: int
    paths: int
    bytes: int
    duration_secs: float


_LISTED = "state < 2"


def stats(database: Database) -> Stats:
    """Return the totals of the whole catalog; each content counts once, missing and quarantined ones do not."""
    with database.read() as connection:
        files, size, duration = connection.execute(
            f"SELECT count(*), coalesce(sum(size), 0), coalesce(sum(duration), 0) FROM audio WHERE {_LISTED}"
        ).fetchone()
        groups, wasted = connection.execute(
            "SELECT count(*), coalesce(sum(CASE WHEN verified THEN size * (copies - 1) ELSE 0 END), 0)"
            " FROM audio WHERE copies > 1 AND error IS NULL"
        ).fetchone()
        return Stats(
            audio_files=files,
            paths=_one(connection, "SELECT count(*) FROM paths WHERE state = 'present'"),
            bytes=size,
            duration_secs=duration,
            duplicate_groups=groups,
            duplicate_paths=_one(connection, "SELECT count(*) FROM duplicate_paths"),
            wasted_bytes=wasted,
            quarantined_bytes=_one(connection, "SELECT coalesce(sum(size), 0) FROM paths WHERE state = 'quarantined'"),
            missing=_one(connection, "SELECT count(*) FROM audio WHERE state = 3"),
            offline=_one(connection, "SELECT count(*) FROM audio WHERE state = 1"),
            errors=_one(connection, "SELECT count(*) FROM errors"),
            formats=_formats(connection),
            categories=_categories(connection),
        )


def _one(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0])


def _formats(connection: sqlite3.Connection) -> dict[str, Total]:
    rows = connection.execute(
        "SELECT coalesce(format, 'unknown'), count(*), sum(size), coalesce(sum(duration), 0) FROM audio"
        f" WHERE {_LISTED} GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return {name: Total(files, size, duration) for name, files, size, duration in rows}


def _categories(connection: sqlite3.Connection) -> dict[str, int]:
    rows = connection.execute(
        "SELECT c.category, count(*) FROM categories c JOIN audio a ON a.id = c.audio_id"
        f" WHERE a.{_LISTED} GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return dict(rows.fetchall())


def per_source(database: Database) -> dict[int, SourceTotal]:
    """Return what lies in each source, by its id; hard links count their bytes once."""
    with database.read() as connection:
        rows = connection.execute(
            "SELECT p.source_id, count(DISTINCT p.audio_id), count(*), sum(p.size) FROM paths p"
            " WHERE p.state = 'present' GROUP BY p.source_id"
        ).fetchall()
        again = dict(
            connection.execute(
                "SELECT source_id, sum(size * (names - 1)) FROM (SELECT source_id, max(size) AS size, count(*) AS names"
                " FROM paths WHERE state = 'present' AND inode <> 0 GROUP BY source_id, audio_id, volume_id, inode"
                " HAVING count(*) > 1) GROUP BY source_id"
            ).fetchall()
        )
        durations = dict(
            connection.execute(
                "SELECT source_id, sum(duration) FROM (SELECT DISTINCT p.source_id, p.audio_id, a.duration FROM paths p"
                " JOIN audio a ON a.id = p.audio_id WHERE p.state = 'present') GROUP BY source_id"
            ).fetchall()
        )
    return {
        row[0]: SourceTotal(row[1], row[2], row[3] - again.get(row[0], 0), durations.get(row[0]) or 0.0) for row in rows
    }


def formats(database: Database) -> list[str]:
    """Return the formats that audio files of the catalog have."""
    with database.read() as connection:
        return [row[0] for row in connection.execute("SELECT DISTINCT format FROM audio WHERE format IS NOT NULL")]
