"""Facts of audio files as arrays: filters and sorts that take milliseconds where SQL reads a million rows in 0.1 s.

Loading one costs as much as three such readings, so it is done ahead of time, or when a sort needs it anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import floats, numbers, numpy

if TYPE_CHECKING:
    import sqlite3

    from ctk_tui.catalog.search.arrays import Mask, Values
    from ctk_tui.catalog.search.rows import State
    from ctk_tui.model.query.ranges import Interval

NEAR = 1e-14
"""Floats are read to 15 digits: closer to a bound than this part of it, SQL says which side a value lies on."""
MOST = 1e308
"""Numbers beyond are infinite for SQLite; Python's integers know no bounds."""
KEYS = ("duration", "size", "added", "rate", "format", "category", "confidence", "modified")
"""What there are columns of; all but `modified`, which paths have, are of audio files."""
TEXTS = frozenset({"format", "category"})
_FLOATS = frozenset({"duration", "added", "confidence"})
_NAMES = {"added": "added_at", "rate": "sample_rate", "modified": "mtime_ns"}
_TABLES = {"category": "categories", "confidence": "categories", "modified": "paths"}
_IDS = {"categories": "audio_id"}


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of one moment."""

    stamp: int
    """What it depends on, but for rows that are only added: of `State`."""
    values: Values
    """By id; NaN where there is none. Of a text its place in `texts`."""
    texts: tuple[str, ...]
    """The values of a text, sorted; () for numbers."""
    exact: bool
    """Whether the values are the catalog's to the last bit."""

    def within(self, bounds: Interval) -> tuple[Mask, Mask]:
        """Return for every id whether its value surely lies in the interval, and where only SQL can tell."""
        np, values = numpy(), self.values
        found: Mask = ~np.isnan(values)
        unsure: Mask = np.zeros_like(found)
        if bounds.low is not None:
            low = as_float(bounds.low)
            found &= values > low if bounds.low_open else values >= low
            unsure |= self._near(low)
        if bounds.high is not None:
            high = as_float(bounds.high)
            found &= values < high if bounds.high_open else values <= high
            unsure |= self._near(high)
        return found & ~unsure, unsure

    def _near(self, bound: float) -> Mask | bool:
        if self.exact or abs(bound) == float("inf"):
            return False
        near: Mask = numpy().abs(self.values - bound) <= abs(bound) * NEAR
        return near


def as_float(bound: float) -> float:
    """Return a bound as a float, infinite where it is an integer beyond all floats."""
    if isinstance(bound, int) and abs(bound) >= MOST:
        return float("inf") if bound > 0 else float("-inf")
    return float(bound)


def is_current(column: Column | None, key: str, now: State) -> bool:
    """Return whether a column holds at a moment."""
    return column is not None and column.stamp == _stamp(key, now) and len(column.values) == _last(key, now) + 1


def column(connection: sqlite3.Connection, key: str, now: State, known: Column | None) -> Column:
    """Return a column as it is now.

    Args:
        connection: in a read transaction.
        key: one of KEYS.
        now: the state in it.
        known: what was known before; what was only added costs a read of that alone.
    """
    first, values = 0, numpy().full(_last(key, now) + 1, numpy().nan)
    if known is not None and known.stamp == _stamp(key, now) and len(known.values) <= len(values):
        if len(known.values) == len(values):
            return known
        first = len(known.values) - 1
    table, name = _TABLES.get(key, "audio"), _NAMES.get(key, key)
    texts: tuple[str, ...] = ()
    if key in TEXTS:
        rows = connection.execute(f"SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL").fetchall()
        texts = tuple(sorted(row[0] for row in rows))
        name = f"CASE {name} {' '.join(f'WHEN ? THEN {place}' for place in range(len(texts)))} END" if texts else "NULL"
    if first and known is not None and known.texts == texts:
        values[: first + 1] = known.values
    else:
        first = 0
    number = _IDS.get(table, "id")
    who, found = connection.execute(
        f"SELECT group_concat(id), group_concat(v) FROM (SELECT {number} id, {name} v FROM {table}"
        f" WHERE {number} > ? ORDER BY {number}) WHERE v IS NOT NULL",
        (*texts, first),
    ).fetchone()
    values[numbers(who)] = floats(found) if key in _FLOATS else numbers(found)
    if key == "modified":
        values[first + 1 :] /= 1e9  # as SQL divides
    return Column(_stamp(key, now), values, texts, key not in _FLOATS)


def _stamp(key: str, now: State) -> int:
    return now.categories if _TABLES.get(key) == "categories" else now.changes


def _last(key: str, now: State) -> int:
    return now.last_path if key == "modified" else now.last_audio
