"""What searches keep in memory between two queries, each part until something changed that it depends on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.namebook import NameBook, by_name, outside
from ctk_tui.catalog.search.orders import sorted_by
from ctk_tui.catalog.search.primaries import primaries
from ctk_tui.catalog.search.rows import changed, rows, state

if TYPE_CHECKING:
    import sqlite3

    from ctk_tui.catalog.search.arrays import Ids, Places
    from ctk_tui.catalog.search.primaries import Primaries
    from ctk_tui.catalog.search.rows import Rows, State
    from ctk_tui.model.query.nodes import Sort

ORDERS = 6
"""Orders that are kept: 4 MB each for a million files."""


@dataclass(slots=True)
class Memory:
    """The parts; every one of them is replaced, never changed, so that threads may share it."""

    rows: Rows | None = None
    shown: Primaries | None = None
    book: NameBook | None = None
    names: tuple[State, Places] | None = None
    """All audio files by name."""
    orders: dict[tuple[Sort, ...], tuple[State, Places]] = field(default_factory=dict)
    """The newest sorts, the newest last."""


class Moment:
    """The catalog inside one read transaction, with what memory has of it.

    Args:
        connection: in that transaction.
        memory: read, and brought up to date.
    """

    def __init__(self, connection: sqlite3.Connection, memory: Memory) -> None:
        self.connection = connection
        self.memory = memory
        self.state = state(connection)
        self.changed = changed(connection, self.state)
        """Paths that the index has in an older state."""

    def rows(self) -> Rows:
        """Return the paths."""
        self.memory.rows = found = rows(self.connection, self.state, self.memory.rows)
        return found

    def shown(self) -> Primaries:
        """Return the primary paths."""
        self.memory.shown = found = primaries(self.connection, self.state, self.memory.shown)
        return found

    def book(self) -> NameBook:
        """Return the names."""
        found = self.memory.book
        if found is None or found.made_of != (self.state.named, self.state.revision):
            self.memory.book = found = NameBook(self.connection, self.state)
        return found

    def by_name(self) -> Places:
        """Return all audio files by name."""
        known = self.memory.names
        if known is not None and known[0].of_names() == self.state.of_names():
            return known[1]
        found = by_name(self.connection, self.state, self.book(), self.shown(), self.changed)
        self.memory.names = (self.state, found)
        return found

    def order(self, sort: tuple[Sort, ...]) -> Places:
        """Return all audio files in the order of a sort."""
        if not sort:
            return self.by_name()
        orders = self.memory.orders
        known = orders.pop(sort, None)
        if known is None or not self._holds(sort, known[0]):
            known = (self.state, sorted_by(self.connection, self.state, sort, self.by_name(), self.names))
        orders[sort] = known
        while len(orders) > ORDERS:
            orders.pop(next(iter(orders)), None)
        return known[1]

    def _holds(self, sort: tuple[Sort, ...], then: State) -> bool:
        by_category = bool({"category", "confidence"} & {each.key for each in sort})
        return then.of_names() == self.state.of_names() and (
            not by_category or then.categories == self.state.categories
        )

    def outside(self) -> Ids:
        """Return the primary paths whose names are not in the book, or may be old in it."""
        return outside(self.state, self.shown(), self.changed)

    def names(self) -> list[bytes]:
        """Return the names of all audio files, in the order of names."""
        book, shown = self.book(), self.shown()
        paths = shown.path_of[self.by_name()].tolist()
        fresh = {number: name for _, name, number in book.fresh(self.connection, self.state, self.outside())}
        all_names = book.text.split(b"/")
        return [fresh[path] if path in fresh else all_names[book.place_of[path]] for path in paths]
