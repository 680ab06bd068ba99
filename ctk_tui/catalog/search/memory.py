"""What searches keep in memory between two queries, each part until something changed that it depends on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numpy
from ctk_tui.catalog.search.byname import by_name
from ctk_tui.catalog.search.columns import KEYS, column, is_current
from ctk_tui.catalog.search.folders import folders
from ctk_tui.catalog.search.leaves import Index
from ctk_tui.catalog.search.namebook import NameBook
from ctk_tui.catalog.search.orders import folder_ranks, sorted_by
from ctk_tui.catalog.search.primaries import primaries
from ctk_tui.catalog.search.rows import changed, rows, state

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from ctk_tui.catalog.search.arrays import Mask, Places, Values
    from ctk_tui.catalog.search.byname import ByName
    from ctk_tui.catalog.search.columns import Column
    from ctk_tui.catalog.search.folders import Folders
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
    shown_audio: tuple[Places, Mask] | None = None
    """Owners of paths, as in `Rows`, and all of those by id: `Evaluation.shown_audio`."""
    book: NameBook | None = None
    folders: Folders | None = None
    folder_ranks: tuple[Folders, Values] | None = None
    """Of which folders, and `orders.folder_ranks`."""
    names: ByName | None = None
    """All audio files by name."""
    columns: dict[str, Column] = field(default_factory=dict)
    """By key."""
    ranks: dict[tuple[Sort, ...], tuple[Places, Places]] = field(default_factory=dict)
    """By sort, of names and of the newest one: the order, and by id of the audio file its place in that order."""
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
        self.index = Index(connection)

    def is_warm(self) -> bool:
        """Return whether memory has the names of this moment: what is asked of them costs no loading."""
        book = self.memory.book
        return book is not None and book.made_of == (self.state.named, self.state.revision)

    def is_current(self) -> bool:
        """Return whether memory has all audio files by name as they are now."""
        known = self.memory.names
        return known is not None and known.state.of_names() == self.state.of_names()

    def is_ready(self) -> bool:
        """Return whether memory has all that a search by name needs, but for rows that were only added."""
        known = self.memory.names
        return known is not None and (known.state.named, *known.state[2:4]) == (self.state.named, *self.state[2:4])

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
        if found is None or not self.is_warm():
            self.memory.book = found = NameBook(self.connection, self.state)
        return found

    def folders(self) -> Folders:
        """Return the folders."""
        self.memory.folders = found = folders(self.connection, self.state, self.memory.folders)
        return found

    def folder_ranks(self) -> Values:
        """Return the place of every folder, by id, in the order of a sort by path."""
        folders, known = self.folders(), self.memory.folder_ranks
        if known is None or known[0] is not folders:
            self.memory.folder_ranks = known = (folders, folder_ranks(self.connection))
        return known[1]

    def by_name(self) -> ByName:
        """Return all audio files by name."""
        known = self.memory.names
        if known is None or not self.is_current():
            known = by_name(self.connection, self.state, self.book(), self.shown(), self.changed)
            self.memory.names = known
        return known

    def column(self, key: str) -> Column:
        """Return a fact of all audio files; see `columns.KEYS`."""
        self.memory.columns[key] = found = column(self.connection, key, self.state, self.memory.columns.get(key))
        return found

    def known_column(self, key: str) -> Column | None:
        """Return it where memory has it as it is now."""
        found = self.memory.columns.get(key)
        return found if is_current(found, key, self.state) else None

    def order(self, sort: tuple[Sort, ...]) -> Places:
        """Return all audio files in the order of a sort."""
        by_name = self.by_name()
        if not sort:
            return by_name.order
        orders = self.memory.orders
        known = orders.pop(sort, None)
        if known is None or not self._holds(sort, known[0]):
            known = (self.state, sorted_by(self, sort))
        orders[sort] = known
        for old in list(orders)[:-ORDERS]:
            orders.pop(old, None)
        return known[1]

    def ranks(self, sort: tuple[Sort, ...]) -> Places:
        """Return by id of the audio file its place in the order of a sort."""
        order = self.order(sort)
        known = self.memory.ranks.get(sort)
        if known is None or known[0] is not order:
            ranks = numpy().zeros(self.state.last_audio + 1, dtype=numpy().int32)
            ranks[order] = numpy().arange(len(order), dtype=numpy().int32)
            others = {key: kept for key, kept in self.memory.ranks.items() if not key}
            self.memory.ranks = {**others, sort: (order, ranks)}
            return ranks  # type: ignore[no-any-return]
        return known[1]

    def _holds(self, sort: tuple[Sort, ...], then: State) -> bool:
        by_category = bool({"category", "confidence"} & {each.key for each in sort})
        return then.of_names() == self.state.of_names() and (
            not by_category or then.categories == self.state.categories
        )

    def known_order(self, sort: tuple[Sort, ...]) -> Places | None:
        """Return all audio files in the order of a sort where memory has it as it is now."""
        if not sort:
            return self.by_name().order
        known = self.memory.orders.get(sort)
        return known[1] if known is not None and self._holds(sort, known[0]) else None

    def old_order(self, sort: tuple[Sort, ...]) -> Places | None:
        """Return all audio files in the order of a sort as memory has it, which may be old; None where it has none."""
        if not sort:
            return None if self.memory.names is None else self.memory.names.order
        known = self.memory.orders.get(sort)
        return None if known is None else known[1]

    def parts(self) -> Iterator[Callable[[], object]]:
        """Yield what brings each part of memory up to date, one after the other."""
        yield from (self.rows, self.book, self.shown, self.folders, self.by_name)
        for key in KEYS:
            yield partial(self.column, key)
        yield from (self.folder_ranks, self.book().ranks)
