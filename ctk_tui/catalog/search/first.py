"""The first hits of a query, before all of them are known.

What is in memory gives the order, and an order that is a little old is good enough to look in; SQL says of every audio
file that is shown whether it is a hit now. Three ways, from the cheapest on:

- walk along the order, and stop when there are enough: good where many are hits;
- ask the word indexes, and go through what they name in order: good where few are hits;
- find all of them.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import ids, numpy
from ctk_tui.catalog.search.evaluate import terms_of
from ctk_tui.catalog.search.innames import FEW
from ctk_tui.catalog.search.leaves import labels, leaf, with_all
from ctk_tui.catalog.search.meaning import labels_with
from ctk_tui.catalog.search.small import found_among, in_order, of_paths
from ctk_tui.model.query.nodes import Phrase, Word
from ctk_tui.model.query.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctk_tui.catalog.search.arrays import Ids, Places
    from ctk_tui.catalog.search.memory import Moment
    from ctk_tui.model.query.nodes import Expr, Query

SMALL = 3000
"""Rows up to which SQL and Python alone find and sort hits: 15 ms."""
FAST = 30_000
"""Rows up to which finding and sorting all hits takes 30 ms, where memory has what it takes."""
STEPS = (500, 1500)
"""Audio files that a walk looks at, piece by piece: about 3 µs each."""
_NAMES = """
SELECT group_concat(a.id) FROM (SELECT id FROM search_names WHERE id <= ? ORDER BY name, id LIMIT ?) n
CROSS JOIN paths p ON p.id = n.id CROSS JOIN audio a ON a.id = p.audio_id AND a.primary_path = p.id"""


def small(moment: Moment, query: Query, now: float) -> Ids | None:
    """Return all hits where the word indexes name only a few rows, None where they do not."""
    rows = few_rows(moment, query, SMALL)
    if rows is None:
        return None
    connection = moment.connection
    audio = found_among(connection, query, of_paths(connection, rows), labels(connection), now)
    return in_order(connection, query, audio)


def few_rows(moment: Moment, query: Query, most: int) -> Ids | None:
    """Return the paths that may be hits, with all that are not indexed, None where they are more than `most`."""
    np, state = numpy(), moment.state
    if state.last_path - state.mark + state.pending > most:
        return None
    known = labels(moment.connection)
    words = [term for term in terms_of(query.expr) if isinstance(term, Word | Phrase) and not labels_with(term, known)]
    sets = with_all(moment.connection, [leaf(word) for word in words], most + 1)
    smallest = min(sets, key=len, default=None)
    if smallest is None or len(smallest) > most:
        return None
    found: Ids = np.concatenate((smallest, moment.changed, np.arange(state.mark + 1, state.last_path + 1)))
    return found


def walked(moment: Moment, query: Query, now: float, most: int) -> Ids | None:
    """Return the first hits where a short walk along the order meets enough of them, None where it does not.

    Args:
        moment: the catalog; what memory has of it may be old.
        query: what is asked.
        now: the moment that relative dates count from, in seconds since the epoch.
        most: how many hits.
    """
    np, known = numpy(), labels(moment.connection)
    found: list[Ids] = []
    number = 0
    for part in _candidates(moment, query, most):
        hits = found_among(moment.connection, query, part, known, now)
        found.append(hits)
        number += len(hits)
        if number >= most:
            return np.concatenate(found)[:most]  # type: ignore[no-any-return]
    return None


def _candidates(moment: Moment, query: Query, most: int) -> Iterator[Ids]:
    """Yield audio files in the order of the query, in pieces, for as long as a walk should last."""
    has_words = next(words_of(query.expr), None) is not None
    order = moment.known_order(query.sort)
    if order is None:
        if not query.sort and not has_words:
            yield ids(moment.connection, _NAMES, (moment.state.named, 2 * most))
    elif query.sort or not has_words:
        yield from _pieces(order, STEPS)
    else:
        yield from _by_hits_in_name(moment, query.expr, most)


def _by_hits_in_name(moment: Moment, expr: Expr, most: int) -> Iterator[Ids]:
    """Yield those whose names hold the words first, all of them, then the others for a while."""
    by_name = moment.memory.names
    assert by_name is not None  # for mypy: there is an order
    rest: list[Places | Ids] = [by_name.order[:0]]
    for part in _pieces(by_name.order, (FEW // 10, FEW - FEW // 10, len(by_name.order))):
        inside = by_name.in_name(moment.connection, expr, part)
        yield from _pieces(part[inside], repeat(2 * most))
        rest.append(part[~inside])
    yield from _pieces(numpy().concatenate(rest), STEPS)


def _pieces(order: Places | Ids, sizes: Iterable[int]) -> Iterator[Ids]:
    start = 0
    for size in sizes:
        if start >= len(order):
            return
        yield order[start : start + size].astype(numpy().int64)
        start += size
