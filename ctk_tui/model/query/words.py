"""When a word occurs in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.model.query.nodes import And, Expr, Or, Phrase, Saved, Word
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT = 2
"""Letters of a word, folded, up to which it must begin a word of the text."""


def is_prefix(needle: str) -> bool:
    """Return whether a folded word is so short that it must begin a word of the text.

    That holds for one or two characters that begin with a letter or digit; `&` or `#1` is looked for everywhere.
    """
    return len(needle) <= SHORT and needle[:1].isalnum()


def occurs(word: Word | Phrase, text: str) -> bool:
    """Return whether a word or phrase occurs in a folded text.

    A phrase, and a word of three characters or more, occurs wherever its folded text stands. A shorter word has to
    begin a word: at the beginning of the text, or behind a character that is no letter or digit (`str.isalnum`); so
    `_`, `-`, `.` and `/` all separate words.
    """
    needle = folded(word.text)
    if isinstance(word, Phrase) or not is_prefix(needle):
        return needle in text
    place = text.find(needle)
    while place > 0 and text[place - 1].isalnum():
        place = text.find(needle, place + 1)
    return place >= 0


def words_of(expr: Expr) -> Iterator[Word | Phrase]:
    """Yield the words and phrases that are looked for, in order, without the negated ones: what a list highlights."""
    match expr:
        case Word() | Phrase():
            yield expr
        case And(children) | Or(children):
            for each in children:
                yield from words_of(each)
        case Saved(_, inner):
            yield from words_of(inner)
        case _:
            return


def in_name(expr: Expr, filename: str) -> bool:
    """Return whether the hit is one in the file name, which the default order shows before the others.

    All words of an alternative have to occur in the name; what is not a word, and what is negated, has no say.

    Args:
        expr: the expression of the query.
        filename: the folded name of the primary path, without its folder.
    """
    match expr:
        case Word() | Phrase():
            return occurs(expr, filename)
        case And(terms):
            return all(in_name(term, filename) for term in terms)
        case Or(alternatives):
            return any(in_name(each, filename) for each in alternatives)
        case Saved(_, inner):
            return in_name(inner, filename)
        case _:
            return True
