"""Totals."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.catalog.problems import UNCLASSIFIABLE
from ctk_tui.model.stats import Stats, Total

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator

    from ctk_tui.catalog.connection import Database


@dataclass(frozen=True, slots=True)
class SourceTotal:
    """What lies in one source."""

    files: int
    paths: int
    bytes: int
    duration_secs: float


_LISTED = "state < 2"


def stats(database: Database, only: Collection[int] | None = None) -> Stats:
    """Return the totals; each content counts once, missing and quarantined ones do not.

    Args:
        database: the catalog.
        only: ids of audio files to count, None for the whole catalog.
    """
    with database.read() as connection:
        chosen = _chosen(connection, only)
        files, size, duration = connection.execute(
            "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(duration), 0) FROM audio"
            f" WHERE {_LISTED} AND id {chosen}"
        ).fetchone()
        groups, wasted = connection.execute(
            "SELECT count(*), coalesce(sum(CASE WHEN verified THEN size * (copies - 1) ELSE 0 END), 0)"
            f" FROM audio WHERE copies > 1 AND error IS NULL AND id {chosen}"
        ).fetchone()
        held = f"coalesce(sum(size), 0) FROM paths WHERE state = 'quarantined' AND audio_id {chosen}"
        # What could not be read has no audio file, so a selection counts those that could not be decoded.
        errors = "errors" if only is None else f"audio WHERE error IS NOT NULL AND id {chosen}"
        return Stats(
            audio_files=files,
            paths=_one(connection, f"count(*) FROM paths WHERE state = 'present' AND audio_id {chosen}"),
            bytes=size,
            duration_secs=duration,
            duplicate_groups=groups,
            duplicate_paths=_one(connection, f"count(*) FROM duplicate_paths WHERE original_id {chosen}"),
            wasted_bytes=wasted,
            quarantined_bytes=_one(connection, held),
            missing=_one(connection, f"count(*) FROM audio WHERE state = 3 AND id {chosen}"),
            offline=_one(connection, f"count(*) FROM audio WHERE state = 1 AND id {chosen}"),
            errors=_one(connection, f"count(*) FROM {errors}")
            + _one(connection, f"count(*) FROM {UNCLASSIFIABLE} AND a.id {chosen}"),
            formats=_formats(connection, chosen),
            categories=_categories(connection, chosen),
        )


def _chosen(connection: sqlite3.Connection, only: Collection[int] | None) -> str:
    """Return the condition that an id is one of those asked for."""
    if only is None:
        return "IS NOT NULL"
    # A temporary table lives in memory: it can be made over a catalog that cannot be written.
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM chosen")
    connection.executemany("INSERT OR IGNORE INTO chosen VALUES (?)", [(int(audio_id),) for audio_id in only])
    return "IN (SELECT id FROM chosen)"


def _one(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(f"SELECT {sql}").fetchone()[0])


def _formats(connection: sqlite3.Connection, chosen: str) -> dict[str, Total]:
    rows = connection.execute(
        "SELECT coalesce(format, 'unknown'), count(*), sum(size), coalesce(sum(duration), 0) FROM audio"
        f" WHERE {_LISTED} AND id {chosen} GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return {name: Total(files, size, duration) for name, files, size, duration in rows}


def _categories(connection: sqlite3.Connection, chosen: str) -> dict[str, int]:
    rows = connection.execute(
        "SELECT c.category, count(*) FROM categories c JOIN audio a ON a.id = c.audio_id"
        f" WHERE a.{_LISTED} AND a.id {chosen} GROUP BY 1 ORDER BY 2 DESC, 1"
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


class Formats:
    """The formats that audio files of the catalog have, read when they are asked for: a million rows take 0.1 s.

    Args:
        database: the catalog.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read = (-1, 0)
        self._known: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        """Yield each once, as they are now."""
        with self._database.read() as connection:
            changes, last = connection.execute(
                "SELECT changes, (SELECT coalesce(max(id), 0) FROM audio) FROM search_state"
            ).fetchone()
            before = self._read[1] if changes == self._read[0] else 0
            if self._read != (changes, last):  # what was only added costs a read of that alone
                rows = connection.execute(
                    "SELECT DISTINCT format FROM audio WHERE id > ? AND format IS NOT NULL", (before,)
                ).fetchall()
                known = self._known if before else ()
                self._known = tuple(dict.fromkeys((*known, *(row[0] for row in rows))))
                self._read = (changes, last)
        return iter(self._known)


def sums(database: Database, only: Collection[int] | None = None) -> tuple[int, float, int]:
    """Return how many audio files there are, their length in seconds and their size in bytes.

    Args:
        database: the catalog.
        only: ids of the audio files to count, None for all that are present.
    """
    with database.read() as connection:
        if only is None:
            row = connection.execute(
                f"SELECT count(*), coalesce(sum(duration), 0.0), coalesce(sum(size), 0) FROM audio WHERE {_LISTED}"
            ).fetchone()
        else:
            row = connection.execute(
                "SELECT count(*), coalesce(sum(duration), 0.0), coalesce(sum(size), 0) FROM audio"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(only)),),
            ).fetchone()
    return row[0], row[1], row[2]
