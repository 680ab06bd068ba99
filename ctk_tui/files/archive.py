"""All quarantine folders within reach, and their entries: interrupted ones recovered, unknown ones taken in."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.catalog import journal as table
from ctk_tui.disk.own import QUARANTINE
from ctk_tui.files import logbook
from ctk_tui.files.aftermath import Aftermath
from ctk_tui.files.entry import Entry
from ctk_tui.files.journal import Journal
from ctk_tui.files.record import path_of, shelf_parent
from ctk_tui.files.recover import Recoverer, halves_of
from ctk_tui.files.refusing import NotDoneError, from_system
from ctk_tui.files.shelf import Shelf
from ctk_tui.model.journal import Recovery

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctk_tui.catalog.connection import Database
    from ctk_tui.files.logbook import Logbook
    from ctk_tui.files.mirror import Mirror
    from ctk_tui.files.places import Places
    from ctk_tui.files.record import Line, Record


@dataclass(slots=True)
class Archive:
    """The quarantine folders that sources have and that the catalog's mirror knows of.

    Args:
        database: the catalog.
        places: all sources.
        mirror: tells the catalog.
        named: further folders with a quarantine in them, absolute.
    """

    database: Database
    places: Places
    mirror: Mirror
    named: tuple[bytes, ...] = ()
    stuck: dict[bytes, NotDoneError] = field(default_factory=dict)
    """Folders whose quarantine has an entry that a recovery could not bring to its end, and why."""
    _shelves: dict[bytes, Shelf] = field(default_factory=dict)

    def shelves(self) -> list[Shelf]:
        """Return the quarantine folders that may be there now."""
        if not self._shelves:
            for parent in self.named:
                self._add(self.shelf_at(parent))
            for ground in self.places.grounds:
                if ground.online:
                    self._add(Shelf(ground.path, ground, b""))
                    if ground.quarantine:
                        self._add(Shelf(ground.quarantine, ground, None))
            for head in table.plain_heads(self.database):
                for line in head.data["journals"]:
                    found = self.shelf_of(head.entry, line)
                    if found is not None:
                        self._add(found)
        return list(self._shelves.values())

    def _add(self, shelf: Shelf) -> None:
        if os.path.lexists(shelf.path):
            self._shelves.setdefault(shelf.parent, shelf)

    def shelf_at(self, parent: bytes) -> Shelf:
        """Return the quarantine folder in a folder, with the source that it is in."""
        if parent in self._shelves:
            return self._shelves[parent]
        place = self.places.find_folder(parent)
        return Shelf(parent, place.ground, place.rel) if place is not None else Shelf(parent, None, None)

    def shelf_of(self, entry: str, line: Line) -> Shelf | None:
        """Return the quarantine folder that a mirrored entry names, where it is now; None where that is offline.

        Args:
            entry: the entry.
            line: one of its journals, as the mirror has it.
        """
        for parent in self.named:
            if os.path.isdir(os.path.join(parent, QUARANTINE, entry.encode())):
                return self.shelf_at(parent)
        ground = self.places.by_name(line["source"]) if line["source"] else None
        if line["source"] and (ground is None or not ground.online):
            return None
        place = path_of(line, "place") if ground is not None and "place" in line else None
        return Shelf(shelf_parent(line, ground.path if ground is not None else None), ground, place)

    def recover(self) -> list[Recovery]:
        """Bring all interrupted entries within reach to an end, as far as that goes; `stuck` says where it does not.

        Raises:
            Busy: another ctk changes files by one of these quarantine folders.
        """
        marked: dict[str, list[Shelf]] = {}
        for shelf in self.shelves():
            with contextlib.suppress(OSError, NotDoneError):
                for entry in logbook.entries_at(shelf.parent)[1]:
                    marked.setdefault(entry, []).append(shelf)
        found = [self._recover(entry, marked[entry]) for entry in sorted(marked)]
        for entry in table.open_entries(self.database):
            if not any(shelf.parent in self.stuck for shelf in marked.get(entry, ())):
                self._close_books(entry)  # its journals have their ends (or were never begun), the catalog was not told
        return [one for one in found if one is not None]

    def _recover(self, entry: str, shelves: list[Shelf]) -> Recovery | None:
        with contextlib.ExitStack() as stack:
            journals: list[tuple[Journal, Logbook]] = []
            whole = True
            for shelf in shelves:
                try:
                    opened = self._opened(stack, shelf, entry)
                except (OSError, NotDoneError) as error:
                    self._block(entry, shelf, error)
                    whole = False
                else:
                    journals += [opened] if opened is not None else []
            if not journals:
                return None
            self.take_in((journal.shelf, book) for journal, book in journals)
            going_on = self._resumed(entry, journals)
            workers = [Recoverer(book, going_on, journal) for journal, book in journals]
            for worker in workers:
                try:
                    worker.settle()
                except OSError as error:
                    worker.journal.leave_open(from_system(error, writes=worker.journal.shelf.parent))
            # The other half of a move may stand in a journal that has its end already.
            here = {journal.shelf.parent for journal, _ in journals}
            ended = [book for book in self.books(entry) if book.parent not in here]
            halves = {path for book in (*ended, *(worker.book for worker in workers)) for path in halves_of(book)}
            for worker in workers:
                worker.take_back_halves(halves)
            Aftermath(self, going_on).run()
            going_on.end(whole=whole and self._shelves_in_reach(entry) is not None)
            self.mirror.flush()
            for journal, _ in journals:
                if journal.stuck is not None:
                    self._block(entry, journal.shelf, journal.stuck)
        # What could not be told yet is found again, and counts then.
        found = _summed(entry, [worker for worker in workers if worker.journal.told])
        at_end = whole and not going_on.stuck
        return found if at_end or found.completed or found.rolled_back or found.lost else None

    def _opened(self, stack: contextlib.ExitStack, shelf: Shelf, entry: str) -> tuple[Journal, Logbook] | None:
        """Open one journal of an interrupted entry, to go on with it; return None where it has its end, or no line."""
        journal = Journal(shelf, {"journal": entry})  # from here on nobody else writes there
        stack.callback(journal.close)
        book = self._book(shelf, entry)
        if book.ended or not book.head:
            journal.unmark()
            return None
        journal.reopen()
        return journal, book

    def _block(self, entry: str, shelf: Shelf, error: OSError | NotDoneError) -> None:
        """Note that nothing may be changed by a quarantine folder before an interrupted entry is at its end."""
        why = error if isinstance(error, NotDoneError) else from_system(error, writes=shelf.parent)
        where = os.fsdecode(shelf.parent)
        said = f"{entry} was interrupted at {where} and cannot be brought to its end: {why.message}"
        self.stuck.setdefault(shelf.parent, NotDoneError(why.kind, said))

    def _resumed(self, entry: str, journals: list[tuple[Journal, Logbook]]) -> Entry:
        """Return an entry that was interrupted, to go on with it."""
        head = journals[0][1].head
        going_on = Entry(
            self.places, self.mirror, head["kind"], head["query"], head["plan"], head["planned"],
            tuple(head["undoes"]), id=entry,
        )  # fmt: skip
        # A journal that is at its end, or on a drive that cannot be written, has numbers of this entry, too.
        books = (*self.books(entry), *(book for _, book in journals))
        highest = max((number for book in books for number in book.records), default=0)
        for journal, book in journals:
            journal.roots.update(book.roots)
            going_on.resume(journal, book, highest)
        return going_on

    def _close_books(self, entry: str) -> None:
        """Close an entry that the catalog takes for open, if all its journals are within reach."""
        shelves = self._shelves_in_reach(entry)
        if shelves is not None:
            self.take_in((shelf, self._book(shelf, entry)) for shelf in shelves)
            self.mirror.end(entry)

    def _shelves_in_reach(self, entry: str) -> list[Shelf] | None:
        """Return the quarantine folders of a mirrored entry; None where one is away, and its journal with it."""
        found = []
        for head in table.plain_heads(self.database, [entry]):
            for line in head.data["journals"]:
                shelf = self.shelf_of(entry, line)
                if shelf is None or not os.path.isdir(shelf.parent):
                    return None
                found.append(shelf)
        return found

    def take_in_all(self) -> None:
        """Tell the catalog of entries that it does not know: made with another catalog, or before this one."""
        known = {
            head.entry: {shelf.parent for line in head.data["journals"] if (shelf := self.shelf_of(head.entry, line))}
            for head in table.plain_heads(self.database)
        }
        unknown: dict[str, list[Shelf]] = {}
        open_now: set[str] = set()
        for shelf in self.shelves():
            with contextlib.suppress(OSError, NotDoneError):
                entries, marked = logbook.entries_at(shelf.parent)
                open_now |= marked
                for entry in entries:
                    if shelf.parent not in known.get(entry, ()):
                        unknown.setdefault(entry, []).append(shelf)
        for entry in sorted(unknown.keys() - open_now):
            with contextlib.suppress(OSError, NotDoneError):
                self.take_in((shelf, self._book(shelf, entry)) for shelf in unknown[entry])
                self.mirror.end(entry)

    def books(self, entry: str) -> list[Logbook]:
        """Return the journals of an entry that are within reach."""
        found = []
        for head in table.plain_heads(self.database, [entry]):
            for line in head.data["journals"]:
                shelf = self.shelf_of(entry, line)
                if shelf is not None:
                    with contextlib.suppress(OSError, NotDoneError):
                        found.append(logbook.read(shelf.parent, entry, self.known()))
        return found

    def _book(self, shelf: Shelf, entry: str) -> Logbook:
        try:
            return logbook.read(shelf.parent, entry, self.known())
        except FileNotFoundError:
            return logbook.Logbook(shelf.parent, entry, self.known())

    def known(self) -> dict[str, logbook.Known]:
        """Return the sources as journals may mean them by their names."""
        return {
            ground.name: logbook.Known(ground.path if ground.online else None, ground.volume)
            for ground in self.places.grounds
        }

    def take_in(self, books: Iterable[tuple[Shelf, Logbook]]) -> None:
        """Tell the catalog of what journals of one entry say, in the order in which it was done."""
        waiting: list[tuple[Record, int]] = []
        entry = ""
        for shelf, book in books:
            if book.head:
                entry = book.entry
                more = {name: book.head.get(name) for name in ("query", "plan", "planned", "undoes")}
                self.mirror.begin(entry, book.at, book.head["kind"], more)
                number = self.mirror.shelf(entry, shelf, book.roots)
                waiting += [(one, number) for one in book.records.values() if one.state in ("done", "back")]
        for record, number in sorted(waiting, key=lambda one: one[0].number):
            self.mirror.settle(entry, record, number)
        self.mirror.flush()


def _summed(entry: str, workers: list[Recoverer]) -> Recovery:
    return Recovery(
        entry, sum(one.completed for one in workers), sum(one.rolled_back for one in workers),
        tuple(path for one in workers for path in one.lost),
    )  # fmt: skip
