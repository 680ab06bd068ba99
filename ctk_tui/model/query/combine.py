"""Two queries as one: what options such as `--format` add to the words of a query."""

from __future__ import annotations

from ctk_tui.model.query.nodes import And, Expr, Or, Query


def narrowed(query: Query, by: Query) -> Query:
    """Return the query that finds what both find, sorted as the first says, then as the second does.

    The language has no brackets, so every alternative of the one is joined with every alternative of the other. Places
    stay what they were, in the text that each came from.

    Args:
        query: the one.
        by: the other; mostly without alternatives.
    """
    both = [
        _and((*_terms(left), *_terms(right))) for left in _alternatives(query.expr) for right in _alternatives(by.expr)
    ]
    expr = both[0] if len(both) == 1 else Or(tuple(both), start=query.expr.start, end=query.expr.end)
    keys = {each.key for each in query.sort}
    return Query(expr, (*query.sort, *(each for each in by.sort if each.key not in keys)))


def _alternatives(expr: Expr) -> tuple[Expr, ...]:
    return expr.alternatives if isinstance(expr, Or) else (expr,)


def _terms(expr: Expr) -> tuple[Expr, ...]:
    return expr.terms if isinstance(expr, And) else (expr,)


def _and(terms: tuple[Expr, ...]) -> Expr:
    if len(terms) == 1:
        return terms[0]
    return And(terms, start=terms[0].start, end=terms[0].end) if terms else And(())
