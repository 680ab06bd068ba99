"""Hits in the order of the query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numpy, spread
from ctk_tui.catalog.search.innames import in_names, tester
from ctk_tui.model.query.words import words_of

if TYPE_CHECKING:
    from ctk_tui.catalog.search.arrays import Ids, Mask, Places
    from ctk_tui.catalog.search.memory import Moment
    from ctk_tui.model.query.nodes import Expr, Query


def ranked(moment: Moment, query: Query, hits: Ids) -> Ids:
    """Return hits in the order that the query asks for.

    Args:
        moment: the catalog.
        query: what was asked.
        hits: ids of audio files, rising.
    """
    order = moment.order(query.sort)
    inside = spread(hits, moment.state.last_audio + 1)
    found = order[inside[order]].astype(numpy().int64)
    if not query.sort and next(words_of(query.expr), None) is not None:
        first = hits_in_names(moment, query.expr, found)
        found = numpy().concatenate((found[first], found[~first]))
    return found


def hits_in_names(moment: Moment, expr: Expr, hits: Ids) -> Mask:
    """Return which hits are hits in the name that lists show."""
    np = numpy()
    book, shown = moment.book(), moment.shown()
    paths: Places = shown.path_of[hits]
    outside = moment.outside()
    known = paths <= moment.state.named
    if len(outside):
        known &= ~spread(outside, len(shown.audio_of))[paths]
    found: Mask = np.zeros(len(hits), dtype=np.bool_)
    found[known] = in_names(book, expr, book.place_of[paths[known]])
    if not known.all():
        test = tester(expr)
        names = {number: name for _, name, number in book.fresh(moment.connection, moment.state, outside)}
        found[~known] = [test(names[path].decode()) for path in paths[~known].tolist()]
    return found
