"""How far the search index is behind the paths: all that a scan which found nothing new has to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Database


def waiting(database: Database) -> int:
    """Return about how many rows the index does not have yet: never too few."""
    with database.read() as connection:
        row = connection.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM paths), mark, (SELECT count(*) FROM search_pending)"
            " FROM search_state"
        ).fetchone()
    return max(0, int(row[0]) - int(row[1])) + int(row[2])
