"""Which hits are hits in the name: `model.query.words.in_name`, for many names at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numpy
from ctk_tui.model.query.nodes import And, Or, Phrase, Saved, Word
from ctk_tui.model.query.words import in_name, is_prefix, words_of
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.catalog.search.arrays import Ids, Mask, Places
    from ctk_tui.catalog.search.namebook import NameBook
    from ctk_tui.model.query.nodes import Expr

REMEMBERED = 8
"""Words whose names are remembered: a bit more of them is typed soon, or a filter is put on; 1 MB each."""
FEW = 40_000
"""Names up to which one after the other is asked: 0.2 µs each, where the whole book of a million takes 25 ms."""


def in_names(book: NameBook, expr: Expr, wanted: Places | Ids) -> Mask:
    """Return for names of the book whether the expression's hit is one in the name.

    Args:
        book: the names.
        expr: the expression of the query.
        wanted: places in the book.
    """
    if len(wanted) <= FEW:
        return _one_by_one(book, expr, wanted)
    whole: Mask = _in_book(book, expr)[wanted]
    return whole


def _one_by_one(book: NameBook, expr: Expr, wanted: Places | Ids) -> Mask:
    needles = _plain(expr)
    if needles is not None:
        return _find(book, needles, wanted)
    test = tester(expr)
    names = (book.name(place).decode() for place in wanted.tolist())
    return numpy().fromiter(map(test, names), dtype=numpy().bool_)  # type: ignore[no-any-return]


def _find(book: NameBook, needles: list[bytes], wanted: Places | Ids) -> Mask:
    np = numpy()
    mask: Mask = np.ones(len(wanted), dtype=np.bool_)
    ends = book.ends[wanted]
    starts = np.where(wanted > 0, book.ends[np.maximum(wanted, 1) - 1] + 1, 0)
    find = book.text.find
    for needle in needles:
        pairs = zip(starts[mask].tolist(), ends[mask].tolist(), strict=True)
        mask[mask] = [find(needle, start, end) >= 0 for start, end in pairs]
    return mask


def tester(expr: Expr) -> Callable[[str], bool]:
    """Return the function of a folded name that tells whether the hit is one in the name."""
    return lambda name: in_name(expr, name)


def _plain(expr: Expr) -> list[bytes] | None:
    """Return what must stand in a name where that is all, None where words may be missing or must begin a word."""
    match expr:
        case Or():
            return None
        case And(terms):
            if any(isinstance(term, And | Or | Saved) for term in terms):
                return None
    words = list(words_of(expr))
    needles = [folded(word.text) for word in words]
    if not words or any(
        isinstance(word, Word) and is_prefix(needle) for word, needle in zip(words, needles, strict=True)
    ):
        return None
    return [needle.encode("utf-8", "replace") for needle in needles]


def _in_book(book: NameBook, expr: Expr) -> Mask:
    """Return for every name of the book whether the hit is one in it."""
    np = numpy()
    everywhere: Mask = np.ones(len(book), dtype=np.bool_)
    match expr:
        case And(terms):
            for term in terms:
                everywhere &= _in_book(book, term)
            return everywhere
        case Or(alternatives):
            found: Mask = np.zeros(len(book), dtype=np.bool_)
            for each in alternatives:
                found |= _in_book(book, each)
            return found
        case Saved(_, inner):
            return _in_book(book, inner)
        case Word() | Phrase():
            return _word_in_book(book, expr)
        case _:
            return everywhere


def _word_in_book(book: NameBook, word: Word | Phrase) -> Mask:
    needle = folded(word.text)
    return holding(book, needle, begins=isinstance(word, Word) and is_prefix(needle))


def holding(book: NameBook, needle: str, *, begins: bool = False) -> Mask:
    """Return for every name of the book whether it holds a folded text.

    Args:
        book: the names.
        needle: the text.
        begins: whether it has to begin a word.
    """
    key = (needle, begins)
    mask = book.remembered.get(key)
    if mask is None:
        if needle:
            found = book.holding(needle.encode("utf-8", "replace"))
            mask = book.places_of(found[_begins(book, found)] if begins else found)
        else:
            mask = numpy().ones(len(book), dtype=numpy().bool_)
        while len(book.remembered) >= REMEMBERED:
            book.remembered.pop(next(iter(book.remembered)), None)
        book.remembered[key] = mask
    return mask


def some_holding(book: NameBook, needle: str, wanted: Places | Ids) -> Mask:
    """Return for names at places of the book whether they hold a folded text."""
    if len(wanted) > FEW or (needle, False) in book.remembered:
        found: Mask = holding(book, needle)[wanted]
        return found
    return _find(book, [needle.encode("utf-8", "replace")], wanted)


def _begins(book: NameBook, found: Ids) -> Mask:
    """Return for places in the text whether a word begins there."""
    np = numpy()
    before = np.where(found > 0, book.letters[found - 1], ord("/"))
    letters = np.array([chr(code).isalnum() and code < 128 for code in range(256)])
    begins: Mask = ~letters[before]
    # The last byte of a character beyond ASCII: only the whole character tells.
    for at in np.flatnonzero(before >= 128).tolist():
        end = int(found[at])
        start = end - 1
        while book.text[start] & 0xC0 == 0x80:
            start -= 1
        begins[at] = not book.text[start:end].decode("utf-8", "replace").isalnum()
    return begins
