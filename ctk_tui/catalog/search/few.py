"""The rows that the word indexes name for a query, where they are few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numpy
from ctk_tui.catalog.search.evaluate import terms_of
from ctk_tui.catalog.search.leaves import labels, leaf, with_all
from ctk_tui.catalog.search.meaning import labels_with
from ctk_tui.model.query.nodes import Or, Phrase, Saved, Word

if TYPE_CHECKING:
    from ctk_tui.catalog.search.arrays import Ids
    from ctk_tui.catalog.search.memory import Moment
    from ctk_tui.model.query.nodes import Expr


def few_rows(moment: Moment, expr: Expr, most: int) -> Ids | None:
    """Return the paths that may be hits, with all that are not indexed, None where they are more than `most`."""
    np, state = numpy(), moment.state
    if state.last_path - state.mark + state.pending > most:
        return None
    known = labels(moment.connection)
    found = _named(moment, expr, known, most)
    if found is None:
        return None
    return np.concatenate((found, moment.changed, np.arange(state.mark + 1, state.last_path + 1)))  # type: ignore[no-any-return]


def _named(moment: Moment, expr: Expr, known: list[str], most: int) -> Ids | None:
    match expr:
        case Or(alternatives):
            parts: list[Ids] = []
            for each in alternatives:
                part = _named(moment, each, known, most - sum(map(len, parts)))
                if part is None:
                    return None
                parts.append(part)
            return numpy().concatenate(parts)  # type: ignore[no-any-return]
        case Saved(_, inner):
            return _named(moment, inner, known, most)
    words = [term for term in terms_of(expr) if isinstance(term, Word | Phrase) and not labels_with(term, known)]
    sets = with_all(moment.index, [leaf(word) for word in words], most + 1)
    smallest = min(sets, key=len, default=None)
    return None if smallest is None or len(smallest) > most else smallest
