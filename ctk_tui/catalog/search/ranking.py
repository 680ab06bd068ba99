"""Hits in the order of the query: all of them, or the first ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numpy, spread
from ctk_tui.catalog.search.orders import values
from ctk_tui.model.query.words import words_of

if TYPE_CHECKING:
    from ctk_tui.catalog.search.arrays import Ids, Values
    from ctk_tui.catalog.search.memory import Moment
    from ctk_tui.model.query.nodes import Query, Sort

FEW = 20
"""Hits are sorted by their ranks where they are fewer than this part of all; else all are walked through in order."""
STEPS = (500, 5000)
"""Names that are looked at first, then: few of them are enough where many hits are hits in the name."""


def ranked(moment: Moment, query: Query, hits: Ids) -> Ids:
    """Return hits in the order that the query asks for.

    Args:
        moment: the catalog.
        query: what was asked.
        hits: ids of audio files, rising.
    """
    if len(hits) * FEW < moment.state.last_audio and moment.known_order(query.sort) is None:
        return best(moment, query.sort, hits, len(hits))  # no order of all for these few
    order, at = moment.order(query.sort), _places(moment, query.sort, hits)
    if is_by_hits_in_name(query):
        first = moment.by_name().in_name(moment.connection, query.expr, at)
        at = numpy().concatenate((at[first], at[~first]))
    return order[at].astype(numpy().int64)


def top(moment: Moment, query: Query, hits: Ids, most: int) -> Ids:
    """Return the first of what `ranked` returns, sooner: no order of all audio files has to be made for it."""
    np = numpy()
    if query.sort and moment.known_order(query.sort) is None:
        return best(moment, query.sort, hits, most)
    order, at = moment.order(query.sort), _places(moment, query.sort, hits)
    if not is_by_hits_in_name(query):
        return order[at[:most]].astype(np.int64)
    inside, others, start = [at[:0]], [at[:0]], 0
    for size in (*STEPS, len(at)):
        part = at[start : start + size]
        first = moment.by_name().in_name(moment.connection, query.expr, part)
        inside.append(part[first])
        others.append(part[~first][:most])
        start += size
        if sum(map(len, inside)) >= most:
            break
    return order[np.concatenate((*inside, *others))[:most]].astype(np.int64)  # type: ignore[no-any-return]


def is_by_hits_in_name(query: Query) -> bool:
    """Return whether hits in the name stand before the others: there are words, and no other order is asked for."""
    return not query.sort and next(words_of(query.expr), None) is not None


def _places(moment: Moment, sort: tuple[Sort, ...], hits: Ids) -> Ids:
    """Return the places of hits in an order, rising."""
    np = numpy()
    if len(hits) * FEW < moment.state.last_audio:
        return np.sort(moment.ranks(sort)[hits])  # type: ignore[no-any-return]
    return np.flatnonzero(spread(hits, moment.state.last_audio + 1)[moment.order(sort)])  # type: ignore[no-any-return]


def best(moment: Moment, sort: tuple[Sort, ...], hits: Ids, most: int) -> Ids:
    """Return the first of some audio files by a sort.

    Key by key: those that are surely among them, then the first of those that are equal at the border.

    Args:
        moment: the catalog.
        sort: not ().
        hits: ids of audio files.
        most: how many.
    """
    np, names = numpy(), moment.ranks(())
    pool, chosen, left = hits, [hits[:0]], most
    for each in sort:
        if len(pool) <= left:  # also none for none
            break
        here = _signed(each, values(moment, each)[pool])
        last = np.partition(here, left - 1)[left - 1]
        before, equal = (here < last, here == last) if last == last else (~np.isnan(here), np.isnan(here))
        chosen.append(pool[before])
        left -= len(chosen[-1])
        pool = pool[equal]
    if len(pool) > left:
        pool = pool[np.argpartition(names[pool], left - 1)[:left]]
    found: Ids = np.concatenate((*chosen, pool))
    keys = [names[found], *(_signed(each, values(moment, each)[found]) for each in reversed(sort))]
    return found[np.lexsort(keys)]  # type: ignore[no-any-return]


def _signed(sort: Sort, of_some: Values) -> Values:
    return -of_some if sort.descending else of_some
