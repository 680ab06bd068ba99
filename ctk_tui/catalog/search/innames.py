"""Which hits are hits in the name: `model.query.words.in_name`, for many names at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numpy
from ctk_tui.model.query.nodes import And, Or, Phrase, Saved, Word
from ctk_tui.model.query.words import in_name, is_prefix
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.catalog.search.arrays import Ids, Mask, Places
    from ctk_tui.catalog.search.namebook import NameBook
    from ctk_tui.model.query.nodes import Expr

REMEMBERED = 8
"""Words whose names are remembered: a bit more of them is typed soon, or a filter is put on; 1 MB each."""
FEW = 16
"""Names are asked one after the other where they are fewer than this part of all: 0.2 µs each, in one go 0.012 µs."""


def in_names(book: NameBook, expr: Expr, wanted: Places | Ids) -> Mask:
    """Return for names of the book whether the expression's hit is one in the name.

    Args:
        book: the names.
        expr: the expression of the query.
        wanted: places in the book, rising.
    """
    if len(wanted) * FEW > len(book):
        inside: Mask = in_window(book, expr, 0, len(book))[wanted]
        return inside
    return _combined(expr, len(wanted), lambda word: _one_by_one(book, word, wanted))


def in_window(book: NameBook, expr: Expr, start: int, end: int) -> Mask:
    """Return for all names from one place in the book up to another whether the expression's hit is one in the name."""

    def test(word: Word | Phrase) -> Mask:
        needle = folded(word.text)
        return holding(book, needle, start, end, begins=isinstance(word, Word) and is_prefix(needle))

    return _combined(expr, end - start, test)


def tester(expr: Expr) -> Callable[[str], bool]:
    """Return the function of a folded name that tells whether the hit is one in the name."""
    return lambda name: in_name(expr, name)


def _combined(expr: Expr, size: int, test: Callable[[Word | Phrase], Mask]) -> Mask:
    """Return `in_name` of an expression, put together from masks of its words."""
    np = numpy()
    everywhere: Mask = np.ones(size, dtype=np.bool_)
    match expr:
        case And(terms):
            for term in terms:
                if not isinstance(term, And | Or | Saved | Word | Phrase):
                    continue
                everywhere &= _combined(term, size, test)
            return everywhere
        case Or(alternatives):
            found: Mask = np.zeros(size, dtype=np.bool_)
            for each in alternatives:
                found |= _combined(each, size, test)
            return found
        case Saved(_, inner):
            return _combined(inner, size, test)
        case Word() | Phrase():
            return test(expr)
        case _:
            return everywhere


def _one_by_one(book: NameBook, word: Word | Phrase, wanted: Places | Ids) -> Mask:
    needle = folded(word.text)
    if isinstance(word, Word) and is_prefix(needle):
        test = tester(word)
        names = (book.name(place).decode() for place in wanted.tolist())
        return numpy().fromiter(map(test, names), dtype=numpy().bool_)  # type: ignore[no-any-return]
    return some_holding(book, needle, wanted)


def holding(book: NameBook, needle: str, start: int, end: int, *, begins: bool = False) -> Mask:
    """Return for the names from one place of the book up to another whether they hold a folded text.

    Args:
        book: the names.
        needle: the text.
        start: place of the first.
        end: place behind the last.
        begins: whether it has to begin a word.
    """
    key = (needle, begins)
    mask, done = book.remembered.get(key, (None, 0))
    if mask is None:
        mask = numpy().zeros(len(book), dtype=numpy().bool_)
        for old in list(book.remembered)[: 1 - REMEMBERED]:
            book.remembered.pop(old, None)
    if done < end:
        # From where it was left: whoever asks for a part begins with the first.
        mask[done:end] = _looked_for(book, needle, done, end, begins=begins)
        book.remembered[key] = (mask, end)
    return mask[start:end]


def _looked_for(book: NameBook, needle: str, start: int, end: int, *, begins: bool) -> Mask:
    if not needle:
        return numpy().ones(end - start, dtype=numpy().bool_)  # type: ignore[no-any-return]
    found = book.holding(needle.encode("utf-8", "replace"), start, end)
    return book.places_of(found[_begins(book, found)] if begins else found, start, end)


def some_holding(book: NameBook, needle: str, wanted: Places | Ids) -> Mask:
    """Return for names at places of the book whether they hold a folded text."""
    if len(wanted) * FEW > len(book) or book.remembered.get((needle, False), (None, 0))[1] == len(book):
        found: Mask = holding(book, needle, 0, len(book))[wanted]
        return found
    np, find, sought = numpy(), book.text.find, needle.encode("utf-8", "replace")
    ends = book.ends[wanted]
    starts = np.where(wanted > 0, book.ends[np.maximum(wanted, 1) - 1] + 1, 0)
    pairs = zip(starts.tolist(), ends.tolist(), strict=True)
    return np.array([find(sought, start, end) >= 0 for start, end in pairs], dtype=np.bool_)  # type: ignore[no-any-return]


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
