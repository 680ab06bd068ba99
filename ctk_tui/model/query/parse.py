"""Query text to tree: one parser for the command line, the app and saved queries."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ctk_tui.model.errors import QueryError
from ctk_tui.model.query.nodes import And, Everything, Expr, Not, Or, Phrase, Query, Saved, Sort, Word
from ctk_tui.model.query.problems import cut, instead, shown
from ctk_tui.model.query.terms import field_term
from ctk_tui.model.query.tokens import Token, tokens
from ctk_tui.model.query.vocabulary import NOTHING_MORE, Vocabulary

MOST_TERMS = 500
"""Terms and values of one query, saved ones unfolded. SQLite refuses expressions that are 1,000 deep."""
DEEPEST = 16
"""Saved queries inside one another."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(text: str, known: Vocabulary = NOTHING_MORE, *, dash: bool = False) -> Query:
    """Return the tree of a query.

    Lone surrogates, which stand for bytes that are not UTF-8, become U+FFFD, as in the display text of paths.

    Args:
        text: the query; "" and white space ask for everything.
        known: saved queries and names to check.
        dash: whether `-word` negates, as in the app and behind `--`; else it is an error that shows `^word`. In saved
            queries it always does.

    Raises:
        QueryError: the query is off; it tells where, and what is nearest.
    """
    expr, sort, unfolded = _Parser(known, dash=dash, left=[MOST_TERMS]).parsed(text)
    wanted: dict[str, Sort] = {}
    for each in (*sort, *unfolded):
        wanted.setdefault(each.key, each)
    return Query(expr, tuple(wanted.values()))


@dataclass(slots=True)
class _Parser:
    known: Vocabulary
    dash: bool
    left: list[int]
    """One number that all parsers of a query share: how many terms may still come."""
    open: tuple[str, ...] = ()
    """The saved queries that this text stands in, the outermost first."""
    place: tuple[int, int] | None = None
    """Where the outermost saved query is named, None outside of one."""

    def parsed(self, text: str) -> tuple[Expr, tuple[Sort, ...], tuple[Sort, ...]]:
        """Return the expression, the sort words of the text, and those of the saved queries in it."""
        groups: list[list[Expr]] = [[]]
        sort: list[Sort] = []
        unfolded: list[Sort] = []
        comma: Token | None = None
        for token in tokens(_SURROGATE.sub("\ufffd", text), dash=self.dash):
            self.count(token)
            if token.kind == "sort":
                at = self.at(token)
                sort.append(Sort(token.text[:-1], token.text[-1] == "-", start=at[0], end=at[1]))
            elif token.kind == "or":
                _need(groups[-1], token)
                groups.append([])
                comma = token
            else:
                groups[-1].append(self.term(token, unfolded))
        if comma is not None:
            _need(groups[-1], comma)
        return _either([_all(group) for group in groups]), tuple(sort), tuple(unfolded)

    def count(self, token: Token) -> None:
        """Count a term and its values; raise QueryError where it is one too many."""
        self.left[0] -= max(len(token.items), 1)
        if self.left[0] < 0:
            message = f"a query has at most {MOST_TERMS} words and values"
            raise QueryError(message, token.start, token.end, "leave some out; long lists of files come by --from")

    def at(self, token: Token) -> tuple[int, int]:
        """Return the place of a token in the text that the user wrote."""
        return (token.start, token.end) if self.place is None else self.place

    def term(self, token: Token, unfolded: list[Sort]) -> Expr:
        """Return what a token says, its sign included; sort words of a saved query go to `unfolded`."""
        start, end = self.at(token)
        term: Expr
        if token.kind == "word":
            term = Word(token.text, start=start, end=end)
        elif token.kind == "phrase":
            term = Phrase(token.text, start=start, end=end)
        elif token.kind == "everything":
            term = Everything(start=start, end=end)
        elif token.kind == "saved":
            term, sort = self.saved(token)
            unfolded += [] if token.negated else sort
        else:
            term = replace(field_term(token, self.known), start=start, end=end)
        return Not(term, start=start, end=end) if token.negated else term

    def saved(self, token: Token) -> tuple[Saved, list[Sort]]:
        """Return what a saved query stands for, and its sort words."""
        name = token.text
        text = self.known.saved.get(name)
        if text is None:
            hint = instead(name, self.known.saved, "@{}") + "; text that begins with @ stands in quotes"
            raise QueryError(f"there is no saved query {shown('@' + name)}", token.start, token.end, hint)
        chain = " > ".join(cut(f"@{each}") for each in (*self.open, name))
        if name in self.open:
            raise QueryError(f"{shown('@' + name)} asks for itself", token.start, token.end, chain)
        if len(self.open) >= DEEPEST:
            raise QueryError(f"saved queries lie more than {DEEPEST} deep", token.start, token.end, chain)
        start, end = self.at(token)
        inner = _Parser(self.known, dash=True, left=self.left, open=(*self.open, name), place=(start, end))
        try:
            expr, sort, unfolded = inner.parsed(text)
        except QueryError as error:
            raise QueryError(f"in {cut('@' + name)}: {error.message}", token.start, token.end, error.hint) from None
        return Saved(name, expr, start=start, end=end), [*sort, *unfolded]


def _need(group: list[Expr], comma: Token) -> None:
    if not group:
        hint = 'leave the comma out, or write "," for the sign itself'
        raise QueryError("nothing to find stands on one side of the comma", comma.start, comma.end, hint)


def _all(terms: list[Expr]) -> Expr:
    if len(terms) == 1:
        return terms[0]
    return And(tuple(terms), start=terms[0].start, end=terms[-1].end) if terms else And(())


def _either(alternatives: list[Expr]) -> Expr:
    if len(alternatives) == 1:
        return alternatives[0]
    return Or(tuple(alternatives), start=alternatives[0].start, end=alternatives[-1].end)
