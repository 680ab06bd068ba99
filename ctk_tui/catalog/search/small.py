"""A search among few audio files: all of it in SQL, sorted by Python; nothing has to be in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import as_json, ids, numpy
from ctk_tui.catalog.search.meaning import SHOWN, Condition, hides, is_of_path
from ctk_tui.catalog.search.orders import folder_parts
from ctk_tui.catalog.search.texts import name_of
from ctk_tui.model.query.words import in_name, words_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from ctk_tui.catalog.search.arrays import Ids
    from ctk_tui.model.query.nodes import Query

_FROM = "FROM json_each(?) j CROSS JOIN audio a ON a.id = j.value"
_OF_PATHS = """
SELECT group_concat(DISTINCT p.audio_id) FROM json_each(?) j CROSS JOIN paths p ON p.id = j.value"""
_COLUMNS = {
    "duration": "a.duration",
    "size": "a.size",
    "added": "a.added_at",
    "rate": "a.sample_rate",
    "format": "a.format",
    "modified": "q.mtime_ns",
    "category": "(SELECT c.category FROM categories c WHERE c.audio_id = a.id)",
    "confidence": "(SELECT c.confidence FROM categories c WHERE c.audio_id = a.id)",
}
_KEYS = f"""
SELECT a.id, q.id, q.display, s.root_text, f.display, {", ".join(_COLUMNS.values())}
{_FROM} CROSS JOIN paths q ON q.id = a.primary_path CROSS JOIN sources s ON s.id = q.source_id
CROSS JOIN folders f ON f.id = q.folder_id"""


def of_paths(connection: sqlite3.Connection, paths: Ids) -> Ids:
    """Return the audio files of some paths, each once, in no order."""
    return ids(connection, _OF_PATHS, (as_json(paths),))


def found_among(connection: sqlite3.Connection, query: Query, audio: Ids, labels: Sequence[str], now: float) -> Ids:
    """Return which of some audio files a query finds, in the order that they were given.

    Args:
        connection: in a read transaction, with `meaning.add_functions`.
        query: what is asked.
        audio: ids.
        labels: every label that the catalog has.
        now: the moment that relative dates count from, in seconds since the epoch.
    """
    condition = Condition(now, labels)
    sql = condition.sql(query.expr)
    shown = f"SELECT 1 FROM paths p WHERE p.audio_id = a.id AND {SHOWN.format('p')}"
    sql = f"EXISTS ({shown} AND {sql})" if is_of_path(query.expr) else f"{sql} AND EXISTS ({shown})"
    return ids(
        connection, f"SELECT group_concat(a.id) {_FROM} WHERE {hides(query)} AND {sql}",
        [as_json(audio), *condition.values],
    )  # fmt: skip


def in_order(connection: sqlite3.Connection, query: Query, audio: Ids) -> Ids:
    """Return audio files in the order of a query, as `ranking.ranked` sorts them."""
    rows = connection.execute(_KEYS, (as_json(audio),)).fetchall()
    keyed = sorted(((name_of(row[2]), row[1]), row) for row in rows)
    for sort in reversed(query.sort):
        if sort.key == "name":
            keyed.sort(key=lambda one: one[0][0], reverse=sort.descending)
        elif sort.key == "path":
            keyed.sort(key=lambda one: folder_parts(one[1][3], one[1][4]), reverse=sort.descending)
        else:
            at = 5 + list(_COLUMNS).index(sort.key)
            known = [one for one in keyed if one[1][at] is not None]
            known.sort(key=lambda one: one[1][at], reverse=sort.descending)
            keyed = known + [one for one in keyed if one[1][at] is None]
    if not query.sort and next(words_of(query.expr), None) is not None:
        keyed.sort(key=lambda one: not in_name(query.expr, one[0][0]))
    return numpy().array([row[0] for _, row in keyed], dtype=numpy().int64)  # type: ignore[no-any-return]
