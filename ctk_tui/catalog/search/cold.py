"""Searches by SQL alone, where memory has nothing yet, or what was a moment ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import ids
from ctk_tui.catalog.search.few import few_rows
from ctk_tui.catalog.search.leaves import labels
from ctk_tui.catalog.search.meaning import SHOWN, Condition, hides, is_of_path
from ctk_tui.catalog.search.small import found_among, in_order, of_paths
from ctk_tui.model.query.nodes import And, Or, Phrase, Saved, Word
from ctk_tui.model.query.words import is_prefix, words_of
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctk_tui.catalog.search.arrays import Ids
    from ctk_tui.catalog.search.memory import Moment
    from ctk_tui.model.query.nodes import Expr, Query

SMALL = 30_000
"""Rows up to which SQL finds and Python sorts hits: 0.2 s, where filling memory takes 2 s for a million."""
FEW = 3000
"""The same where another way may be faster: 15 ms."""
_NAMES = """
SELECT group_concat(a.id) FROM (SELECT n.id FROM search_names n WHERE n.id <= ? AND {} ORDER BY n.name, n.id LIMIT ?) n
CROSS JOIN paths p ON p.id = n.id CROSS JOIN audio a ON a.id = p.audio_id AND a.primary_path = p.id"""


def few(moment: Moment, query: Query, now: float, most: int | None = None) -> Ids | None:
    """Return all hits where the word indexes name at most `most` rows, FEW where that is None; None where more."""
    connection = moment.connection
    rows = few_rows(moment, query.expr, FEW if most is None else most)
    if rows is None:
        return None
    audio = found_among(connection, query, of_paths(connection, rows), labels(connection), now)
    return in_order(connection, query, audio)


def small(moment: Moment, query: Query, now: float) -> Ids | None:
    """Return all hits where the word indexes name at most SMALL rows, or there are no words and so few hits."""
    if next(words_of(query.expr), None) is not None:
        return few(moment, query, now, SMALL)
    audio = _by_scan(moment, query, labels(moment.connection), now)
    return in_order(moment.connection, query, audio) if len(audio) <= SMALL else None


def _by_scan(moment: Moment, query: Query, known: Sequence[str], now: float) -> Ids:
    """Return all hits, or one more than SMALL of them."""
    condition = Condition(now, known)
    sql = condition.sql(query.expr)
    if is_of_path(query.expr):
        found = "SELECT DISTINCT a.id FROM paths p CROSS JOIN audio a ON a.id = p.audio_id"
        found = f"{found} WHERE {SHOWN.format('p')} AND {sql} AND {hides(query)}"
    else:
        shown = f"SELECT 1 FROM paths p WHERE p.audio_id = a.id AND {SHOWN.format('p')}"
        found = f"SELECT a.id FROM audio a WHERE {sql} AND {hides(query)} AND EXISTS ({shown})"
    statement = f"SELECT group_concat(id) FROM ({found} LIMIT ?)"
    return ids(moment.connection, statement, [*condition.values, SMALL + 1])


def names_in_order(moment: Moment, expr: Expr | None, most: int) -> Iterator[Ids]:
    """Yield audio files by name, from the table of names: those whose names hold the words first, then the others.

    None at all where rows wait to be indexed: their place among the names is not known.

    Args:
        moment: the catalog.
        expr: the expression of the query, None for one without words.
        most: how many of each.
    """
    named = moment.state.named
    if moment.state.pending or named < moment.state.last_path:
        return
    if expr is None:
        yield ids(moment.connection, _NAMES.format("1"), (named, most // 10))
        yield ids(moment.connection, _NAMES.format("1"), (named, most))[most // 10 :]
        return
    values: list[object] = []
    inside = _in_name(expr, values)
    yield ids(moment.connection, _NAMES.format(inside), (named, *values, most // 10))
    yield ids(moment.connection, _NAMES.format(f"NOT {inside}"), (named, *values, most))


def _in_name(expr: Expr, values: list[object]) -> str:
    """Return `model.query.words.in_name` as a condition over `n.name`; append what it binds to `values`."""
    match expr:
        case And(terms) if terms:
            return f"({' AND '.join([_in_name(term, values) for term in terms])})"
        case Or(alternatives):
            return f"({' OR '.join([_in_name(each, values) for each in alternatives])})"
        case Saved(_, inner):
            return _in_name(inner, values)
        case Word() | Phrase():
            needle = folded(expr.text)
            values.append(needle)
            if not (isinstance(expr, Word) and is_prefix(needle)):
                return "instr(n.name, ?) > 0"
            values.append(needle)
            return "(instr(n.name, ?) > 0 AND ctk_begins(n.name, ?))"
        case _:
            return "1"
