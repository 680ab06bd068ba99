"""The first hits of a query, before all of them are known.

Ways to them, from the cheapest on:

- ask the word indexes; where they name few rows, look at those alone;
- walk along the order, and stop when there are enough hits: good where many are hits;
- find all of them, and sort the first ones.

Where memory has nothing yet, because the catalog was only just opened, or what was a moment ago, because it changes,
SQL goes the same ways: slower, but long before memory is up to date.
"""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numpy, places
from ctk_tui.catalog.search.cold import names_in_order
from ctk_tui.catalog.search.evaluate import LOOK
from ctk_tui.catalog.search.leaves import labels
from ctk_tui.catalog.search.ranking import best, is_by_hits_in_name
from ctk_tui.catalog.search.small import found_among

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctk_tui.catalog.search.arrays import Ids, Mask, Places
    from ctk_tui.catalog.search.byname import ByName
    from ctk_tui.catalog.search.evaluate import Evaluation
    from ctk_tui.catalog.search.memory import Moment
    from ctk_tui.model.query.nodes import Expr, Query

FAST = 20_000
"""Rows up to which all hits are found: 20 ms, where memory has what it takes."""
WALK = 2000
"""Audio files that a walk looks at: about 3 µs each."""
STEPS = (200, 800)
"""How many of them at first, then."""
NAMES = (4000, 40_000, 160_000)
"""Names that are looked at first, then: a million take 12 ms a word."""


def walked(of: Evaluation, query: Query, most: int) -> Ids | None:
    """Return the first hits where a short walk along the order meets enough of them, None where it does not.

    Args:
        of: at a moment of which memory has the names.
        query: what is asked.
        most: how many hits.
    """
    moment, maybe = of.moment, of.rough(query.expr)
    if maybe is not None and numpy().count_nonzero(maybe) <= LOOK:
        return None  # so few are looked at sooner
    if is_by_hits_in_name(query):
        candidates = _by_hits_in_name(moment, moment.by_name(), query.expr, maybe)
    elif (order := moment.known_order(query.sort)) is not None:
        candidates = _pieces(order if maybe is None else order[maybe[order]])
    else:
        pool = places(of.shown_audio() if maybe is None else maybe)
        candidates = _pieces(best(moment, query.sort, pool, WALK))
    return _met(moment, query, of.now, most, candidates)


def walked_old(moment: Moment, query: Query, now: float, most: int) -> Ids | None:
    """Return the same by what memory had a moment ago, or by SQL alone; only hits of now, in an order of then."""
    names, order = moment.memory.names, moment.old_order(query.sort)
    if is_by_hits_in_name(query):
        if names is None:
            candidates = names_in_order(moment, query.expr, WALK)
        else:
            candidates = _by_hits_in_name(moment, names, query.expr, None)
    elif order is not None:
        candidates = _pieces(order)
    elif query.sort:
        return None
    else:
        candidates = names_in_order(moment, None, WALK)
    return _met(moment, query, now, most, candidates)


def _met(moment: Moment, query: Query, now: float, most: int, candidates: Iterable[Ids]) -> Ids | None:
    """Return the first hits among candidates, None where the first of them are too few."""
    known = labels(moment.connection)
    found: list[Ids] = []
    number = looked_at = 0
    for part in candidates:
        hits = found_among(moment.connection, query, part, known, now)
        found.append(hits)
        number, looked_at = number + len(hits), looked_at + len(part)
        if number >= most:
            return numpy().concatenate(found)[:most]  # type: ignore[no-any-return]
        if looked_at >= WALK:
            break
    return None


def _by_hits_in_name(moment: Moment, by_name: ByName, expr: Expr, maybe: Mask | None) -> Iterator[Ids]:
    """Yield those whose names hold the words first, all of them, then the others for a while."""
    order, others, waiting, start = by_name.order, [], 0, 0
    for size in (*NAMES, len(order)):
        part = order[start : start + size]
        if not len(part):
            break
        inside = by_name.in_name_between(moment.connection, expr, start, start + len(part))
        start += size
        if maybe is not None:
            wanted = maybe[part]
            part, inside = part[wanted], inside[wanted]
        yield from _pieces(part[inside])
        if waiting < WALK:
            others.append(part[~inside][:WALK])
            waiting += len(others[-1])
    yield from _pieces(numpy().concatenate(others) if others else order)


def _pieces(order: Places | Ids) -> Iterator[Ids]:
    start = 0
    for size in chain(STEPS, repeat(WALK)):
        if start >= len(order):
            return
        yield order[start : start + size].astype(numpy().int64)
        start += size
