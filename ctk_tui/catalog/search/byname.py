"""All audio files by the names that lists show of them, and which hits are hits in the name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numpy, spread
from ctk_tui.catalog.search.innames import in_names, tester

if TYPE_CHECKING:
    import sqlite3

    from ctk_tui.catalog.search.arrays import Ids, Mask, Places
    from ctk_tui.catalog.search.namebook import NameBook
    from ctk_tui.catalog.search.primaries import Primaries
    from ctk_tui.catalog.search.rows import State
    from ctk_tui.model.query.nodes import Expr


@dataclass(frozen=True, slots=True)
class ByName:
    """The order of one moment, with what it was made of."""

    state: State
    """The moment."""
    book: NameBook
    """Most names."""
    shown: Primaries
    """The paths that lists show."""
    outside: Ids
    """Those of them whose names are not in the book, or may be old in it."""
    order: Places
    """Ids of all audio files that have a path."""

    def in_name(self, connection: sqlite3.Connection, expr: Expr, hits: Ids | Places) -> Mask:
        """Return which hits of an expression are hits in the name.

        Args:
            connection: for names that are not in the book.
            expr: the expression of the query.
            hits: ids of audio files that are in the order.
        """
        paths: Places = self.shown.path_of[hits]
        known = paths <= self.state.named
        if len(self.outside):
            known &= ~spread(self.outside, len(self.shown.audio_of))[paths]
        found: Mask = numpy().zeros(len(hits), dtype=numpy().bool_)
        found[known] = in_names(self.book, expr, self.book.place_of[paths[known]])
        if not known.all():
            test = tester(expr)
            names = self._outside_names(connection)
            found[~known] = [test(names.get(path, b"").decode()) for path in paths[~known].tolist()]
        return found

    def names(self, connection: sqlite3.Connection) -> list[bytes]:
        """Return the names of all audio files in the order."""
        fresh = self._outside_names(connection)
        in_book = self.book.text.split(b"/")
        paths = self.shown.path_of[self.order].tolist()
        return [fresh[path] if path in fresh else in_book[self.book.place_of[path]] for path in paths]

    def _outside_names(self, connection: sqlite3.Connection) -> dict[int, bytes]:
        return {path: name for _, name, path in self.book.fresh(connection, self.state, self.outside)}


def by_name(connection: sqlite3.Connection, now: State, book: NameBook, shown: Primaries, changed: Ids) -> ByName:
    """Return all audio files by the names of their primary paths.

    Args:
        connection: in a read transaction.
        now: the state in it.
        book: the names.
        shown: the primary paths.
        changed: path ids whose names in the book may be old.
    """
    np = numpy()
    audio_of = shown.audio_of
    outside = np.concatenate((changed[changed <= now.named], np.arange(now.named + 1, now.last_path + 1)))
    outside = outside[audio_of[outside] > 0]
    if len(changed):
        audio_of = audio_of.copy()
        audio_of[changed] = 0
    who = audio_of[book.paths]
    kept = np.flatnonzero(who)
    order: Places = who[kept]
    fresh = book.fresh(connection, now, outside)
    if fresh:
        before = np.searchsorted(kept, np.array([place for place, _, _ in fresh]))
        order = np.insert(order, before, shown.audio_of[np.array([path for _, _, path in fresh])])
    return ByName(now, book, shown, outside, order)
