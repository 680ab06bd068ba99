"""Hits in the order of the query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numpy, spread
from ctk_tui.model.query.words import words_of

if TYPE_CHECKING:
    from ctk_tui.catalog.search.arrays import Ids
    from ctk_tui.catalog.search.memory import Moment
    from ctk_tui.model.query.nodes import Query

FEW = 20
"""Hits are sorted by their ranks where they are fewer than this part of all; else all are walked through in order."""


def ranked(moment: Moment, query: Query, hits: Ids) -> Ids:
    """Return hits in the order that the query asks for.

    Args:
        moment: the catalog.
        query: what was asked.
        hits: ids of audio files, rising.
    """
    np = numpy()
    if len(hits) * FEW < moment.state.last_audio:
        found: Ids = hits[np.argsort(moment.ranks(query.sort)[hits])]
    else:
        order = moment.order(query.sort)
        found = order[spread(hits, moment.state.last_audio + 1)[order]].astype(np.int64)
    if not query.sort and next(words_of(query.expr), None) is not None:
        first = moment.by_name().in_name(moment.connection, query.expr, found)
        found = np.concatenate((found[first], found[~first]))
    return found
