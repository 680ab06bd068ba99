"""What the catalog says of contents with several copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.derive import marks, slices

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctk_tui.catalog.connection import Database


def duplicated(database: Database, only: Collection[int] | None = None) -> list[tuple[int, int]]:
    """Return the decodable contents with more than one present copy, each with the bytes it wastes, the most first.

    Args:
        database: the catalog.
        only: ids to look at, None for all.
    """
    with database.read() as connection:
        rows = connection.execute(
            "SELECT id, CASE WHEN verified THEN size * (copies - 1) ELSE 0 END FROM audio"
            " WHERE copies > 1 AND error IS NULL ORDER BY verified DESC, size * (copies - 1) DESC, id"
        )
        if only is None:
            return rows.fetchall()
        wanted = set(only)
        return [row for row in rows if row[0] in wanted]


def fullness(database: Database, audio_ids: Collection[int]) -> dict[bytes, int]:
    """Return how many present audio files lie directly in each folder (absolute) that holds one of these contents."""
    found: dict[bytes, int] = {}
    with database.read() as connection:
        folders: set[int] = set()
        for part in slices(audio_ids):
            rows = connection.execute(
                f"SELECT DISTINCT folder_id FROM paths WHERE audio_id IN {marks(part)}",
                part,
            )
            folders.update(row[0] for row in rows)
        for part in slices(folders):
            rows = connection.execute(
                "SELECT s.root, f.rel, count(*) FROM paths p JOIN folders f ON f.id = p.folder_id"
                f" JOIN sources s ON s.id = f.source_id WHERE p.state = 'present' AND p.folder_id IN {marks(part)}"
                " GROUP BY f.id",
                part,
            )
            found.update({root + b"/" + rel if rel else root: number for root, rel, number in rows})
    return found


def named_sounds(database: Database) -> list[tuple[int, int, bytes, float]]:
    """Return path id, audio id, relative path and duration in seconds of every present path of a decodable sound."""
    with database.read() as connection:
        return connection.execute(
            "SELECT p.id, p.audio_id, p.rel, a.duration FROM paths p JOIN audio a ON a.id = p.audio_id"
            " WHERE p.state = 'present' AND a.error IS NULL AND a.duration IS NOT NULL"
        ).fetchall()
