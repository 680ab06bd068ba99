"""All audio files by the names that lists show of them, and which hits are hits in the name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numpy
from ctk_tui.catalog.search.innames import in_names, in_window, tester

if TYPE_CHECKING:
    import sqlite3

    from ctk_tui.catalog.search.arrays import Ids, Mask, Places, Values
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
    places: Places
    """By place in `order`: the place of the name in the book, rising; -1 for those outside."""

    def in_name(self, connection: sqlite3.Connection, expr: Expr, found: Places | Ids) -> Mask:
        """Return which hits of an expression are hits in the name.

        Args:
            connection: for names that are not in the book.
            expr: the expression of the query.
            found: places in `order`, rising.
        """
        places: Places = self.places[found]
        return self._tested(connection, expr, found, in_names(self.book, expr, places[places >= 0]))

    def in_name_between(self, connection: sqlite3.Connection, expr: Expr, start: int, end: int) -> Mask:
        """Return the same for all audio files from one place in `order` up to another."""
        places = self.places[start:end]
        known = places[places >= 0]
        window = in_window(self.book, expr, int(known[0]), int(known[-1]) + 1) if len(known) else known
        return self._tested(connection, expr, numpy().arange(start, end), window[known - known[:1]])

    def _tested(self, connection: sqlite3.Connection, expr: Expr, found: Places | Ids, known: Mask) -> Mask:
        if len(known) == len(found):
            return known
        mask: Mask = numpy().zeros(len(found), dtype=numpy().bool_)
        outside = self.places[found] < 0
        mask[~outside] = known
        test, names = tester(expr), self._outside_names(connection)
        paths = self.shown.path_of[self.order[found[outside]]]
        mask[outside] = [test(names.get(path, b"").decode()) for path in paths.tolist()]
        return mask

    def steps(self, connection: sqlite3.Connection) -> Values:
        """Return the rank of every name in the order; equal names have one."""
        np = numpy()
        ranks = np.append(self.book.ranks(), -1)[self.places]
        steps = np.concatenate(([False], ranks[1:] != ranks[:-1]))[: len(ranks)]
        outside = np.flatnonzero(self.places < 0)
        if len(outside):
            fresh = self._outside_names(connection)
            for at in {place + step for place in outside.tolist() for step in (0, 1)} - {0, len(steps)}:
                steps[at] = self._name(at, fresh) != self._name(at - 1, fresh)
        summed: Values = np.cumsum(steps, dtype=float)
        return summed

    def _name(self, at: int, fresh: dict[int, bytes]) -> bytes:
        place = int(self.places[at])
        return self.book.name(place) if place >= 0 else fresh[int(self.shown.path_of[self.order[at]])]

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
    places: Places = np.flatnonzero(who).astype(np.int32)
    order: Places = who[places]
    fresh = book.fresh(connection, now, outside)
    if fresh:
        before = np.searchsorted(places, np.array([place for place, _, _ in fresh]))
        order = np.insert(order, before, shown.audio_of[np.array([path for _, _, path in fresh])])
        places = np.insert(places, before, -1)
    return ByName(now, book, shown, outside, order, places)
