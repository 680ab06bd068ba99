"""A query text cut into its terms, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ctk_tui.model.errors import QueryError
from ctk_tui.model.query.fields import RANGED, SORT_NAMES, field_named
from ctk_tui.model.query.problems import cut, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

TokenKind = Literal["word", "phrase", "saved", "field", "sort", "or", "everything"]
_SPACE = re.compile(r"\s*")
_RUN = re.compile(r"\S*")
_VALUE = re.compile(r"[^\s,]*")
_FIELD = re.compile(r"([^\W\d_]+)(:|=|(?=[<>]))")
_SORT = re.compile(rf"({'|'.join(SORT_NAMES)})[+-]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a field."""

    text: str
    """What stood in the quotes, or the whole of it where there were none."""
    quoted: bool
    rest: str
    """What stood directly behind the quotes, as `:0.5..` in `label:"Bass drum":0.5..`."""
    start: int
    """Offset of its first character, the quote where there is one."""
    end: int
    """Offset behind its last character."""


@dataclass(frozen=True, slots=True)
class Token:
    """One term as it was written."""

    kind: TokenKind
    text: str
    """The word, the phrase, the saved query's or the field's name, the sort word."""
    start: int
    """Offset of its first character, the sign of a negated one included."""
    end: int
    """Offset behind its last character."""
    negated: bool = False
    items: tuple[Item, ...] = ()
    """The values of a field, at least one."""


def tokens(text: str, *, dash: bool) -> Iterator[Token]:
    """Yield the terms of a query in order.

    Args:
        text: the query.
        dash: whether `-word` negates; else it is an error.

    Raises:
        QueryError: a quote, a sign or a comma is not used as it may be.
    """
    place = _end(_SPACE, text, 0)
    while place < len(text):
        token = _token(text, place, dash=dash)
        yield token
        place = _end(_SPACE, text, token.end)


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return place if found is None else found.end()


def _token(text: str, start: int, *, dash: bool) -> Token:
    end = _end(_RUN, text, start)
    run = text[start:end]
    if run == ",":
        return Token("or", run, start, end)
    if run == "*":
        return Token("everything", run, start, end)
    if _SORT.fullmatch(run):
        return Token("sort", run.lower(), start, end)
    sign = run[0]
    if sign == "-" and len(run) > 1 and not dash:
        hint = f"not is {cut('^' + run[1:])}; the text itself stands in quotes"
        raise QueryError(f"{shown(run)} begins with a dash", start, end, hint)
    negated = sign in "^!" or (sign == "-" and len(run) > 1)
    if negated and len(run) == 1:
        raise QueryError(
            f"nothing follows the {sign}", start, end, f'write {sign}word, or "{sign}" for the sign itself'
        )
    return _atom(text, start, start + negated, end, negated=negated)


def _atom(text: str, start: int, place: int, end: int, *, negated: bool) -> Token:
    """Return the term that stands at `place`, behind its sign; `end` is where the run of non-spaces ends."""
    if text[place] == '"':
        phrase, end = _quoted(text, place)
        _must_end(text, end)
        if not phrase:
            raise QueryError("there is nothing between the quotes", place, end, "leave them out")
        return Token("phrase", phrase, start, end, negated)
    if text[place] == "@":
        name = text[place + 1 : end]
        if name.startswith('"'):
            name, end = _quoted(text, place + 1)
            _must_end(text, end)
        if not name:
            raise QueryError("the name of a saved query is missing behind the @", start, end, "write @name")
        return Token("saved", name, start, end, negated)
    found = _FIELD.match(text, place, end)
    if found is not None:
        known = field_named(found[1])
        if found[2] == ":" or (known is not None and known.kind in RANGED):
            items = tuple(_items(text, found.end()))
            return Token("field", found[1], start, items[-1].end, negated, items)
    return Token("word", text[place:end], start, end, negated)


def _items(text: str, place: int) -> Iterator[Item]:
    """Yield the values of a field, from `place` on."""
    while True:
        inner, behind, quoted = "", place, text.startswith('"', place)
        if quoted:
            inner, behind = _quoted(text, place)
        end = _end(_VALUE, text, behind)
        rest = text[behind:end]
        if not (inner if quoted else rest):
            what = "there is nothing between the quotes" if quoted else "a value is missing"
            raise QueryError(what, place if quoted else place - 1, behind, "a value follows the colon, and each comma")
        yield Item(inner, True, rest, place, end) if quoted else Item(rest, False, "", place, end)
        if not text.startswith(",", end):
            return
        place = end + 1


def _quoted(text: str, start: int) -> tuple[str, int]:
    """Return what stands in the quotes that open at `start`, and the offset behind them; "" inside is one quote."""
    place = start + 1
    while (place := text.find('"', place)) >= 0:
        if not text.startswith('"', place + 1):
            return text[start + 1 : place].replace('""', '"'), place + 1
        place += 2
    raise QueryError("the quotes are not closed", start, len(text), 'end the phrase with ", or write "" for the sign')


def _must_end(text: str, place: int) -> None:
    """Raise QueryError where something stands directly behind closing quotes."""
    end = _end(_RUN, text, place)
    if end > place:
        message = f"a space is missing between the quotes and {shown(text[place:end])}"
        raise QueryError(message, place, end, "set a space, or double a quote that belongs to the phrase")
