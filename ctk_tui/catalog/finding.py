"""Running a query: the ids of the audio files that it finds, in order."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ctk_tui.catalog.query import FROM, Condition, add_functions
from ctk_tui.model.query.words import in_name, words_of

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Database
    from ctk_tui.model.query.nodes import Query

# q and t are the primary path, which lists show, and its source.
_SORTS = {
    "name": "ctk_name(q.display)",
    "duration": "a.duration",
    "size": "a.size",
    "modified": "q.mtime_ns",
    "added": "a.added_at",
    "path": "t.root_text || '/' || q.display",
    "category": "c.category",
    "confidence": "c.confidence",
    "format": "a.format",
    "rate": "a.sample_rate",
}


def find(database: Database, query: Query, now: float | None = None) -> list[int]:
    """Return the ids of the audio files that a query finds.

    They are sorted as it says; by name where it says nothing, hits in the name before hits elsewhere when there are
    words. What has no value for a sort stands last, whichever way it goes.

    Args:
        database: the catalog.
        query: what is asked.
        now: the moment that relative dates count from, in seconds since the epoch; None for this one.
    """
    condition = Condition(query, time.time() if now is None else now)
    connection = database.connection()
    add_functions(connection)
    has_words = next(words_of(query.expr), None) is not None
    connection.create_function("ctk_in_name", 1, lambda name: in_name(query.expr, name), deterministic=True)
    order = [
        f"{_SORTS[sort.key]} IS NULL, {_SORTS[sort.key]}{' DESC' if sort.descending else ''}" for sort in query.sort
    ]
    if not order and has_words:
        order.append("NOT ctk_in_name(ctk_name(q.display))")
    order += ["ctk_name(q.display)", "a.id"]
    sql = (
        f"SELECT a.id FROM {FROM} JOIN paths q ON q.id = a.primary_path JOIN sources t ON t.id = q.source_id"
        f" WHERE {condition.sql} GROUP BY a.id ORDER BY {', '.join(order)}"
    )
    with database.read() as reading:
        return [row[0] for row in reading.execute(sql, condition.values)]
