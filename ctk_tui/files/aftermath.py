"""What follows when entries are taken back, by an undo or by the recovery of one: folders and times as they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.catalog import journal as table
from ctk_tui.files.shelf import drop_empty
from ctk_tui.files.tidy import give_times_back, remove_made

if TYPE_CHECKING:
    from ctk_tui.files.archive import Archive
    from ctk_tui.files.entry import Entry
    from ctk_tui.files.logbook import Logbook


@dataclass(slots=True)
class Aftermath:
    """Tidies up behind an entry, before its last line is written.

    Args:
        archive: the quarantine folders.
        entry: the entry, which notes the folders that it touches.
    """

    archive: Archive
    entry: Entry

    def run(self) -> None:
        """Bring back the folders of all entries that this one took back whole, and its own if it did nothing."""
        self.entry.flush()
        self.archive.mirror.flush()
        database = self.archive.database
        undone = sorted((name for name in self.entry.undoes if not table.in_force(database, name)), reverse=True)
        own = {name: self.archive.books(name) for name in undone}
        remove_made(self.entry, [book for name in undone for book in own[name]])
        around = [(own[name], self._around(name)) for name in undone]
        give_times_back(self.entry.touched, around)
        for name in undone:
            for book in own[name]:
                drop_empty(book.shelf, name)
        if not table.in_force(database, self.entry.id):
            self.entry.leave_nothing()

    def _around(self, name: str) -> list[Logbook]:
        """Return the journals of all entries that are about nothing but one: its undos, their redos, and so on."""
        about = {name}
        for head in sorted(table.plain_heads(self.archive.database), key=lambda head: head.entry):
            undoes = set(head.data.get("undoes") or ())
            if undoes and undoes <= about and head.kind != "empty":
                about.add(head.entry)
        return [book for other in about - {name, self.entry.id} for book in self.archive.books(other)]
