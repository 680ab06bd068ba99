"""Bringing to an end what a kill or a power cut left in the middle: what the disk shows decides.

A change that was announced and never told as done is one of two: it happened, or it did not. Both are seen by looking
at the two names that the journal has of it. Nothing is done again; what was half done is taken back.
"""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ctk_tui.disk.digest import digest
from ctk_tui.disk.folder import open_below
from ctk_tui.disk.mounts import same_file
from ctk_tui.disk.stamps import same_time, signed
from ctk_tui.files.change import Facts, Name, to_shelf
from ctk_tui.files.refusing import NotDoneError, copy_stays, from_system
from ctk_tui.files.steps import step
from ctk_tui.model.errors import FileError

if TYPE_CHECKING:
    from ctk_tui.disk.folder import Folder
    from ctk_tui.files.entry import Entry
    from ctk_tui.files.journal import Journal
    from ctk_tui.files.logbook import Logbook
    from ctk_tui.files.looks import Stamp
    from ctk_tui.files.record import Record, Ref


@dataclass(slots=True)
class Recoverer:
    """Recovers one entry in one quarantine folder.

    Args:
        book: its journal.
        entry: the entry, which goes on.
        journal: the journal, open for more lines; its lock is held.
    """

    book: Logbook
    entry: Entry
    journal: Journal
    completed: int = 0
    rolled_back: int = 0
    lost: list[bytes] = field(default_factory=list)
    found: set[int] = field(default_factory=set)
    """Steps that turned out to be done."""

    def settle(self) -> None:
        """Find out what became of every step that was begun, and take back what is half done."""
        for number in sorted(self.book.records):
            record = self.book.records[number]
            if record.state in ("begun", "ready"):
                self._one(record)

    def _one(self, record: Record) -> None:
        with contextlib.ExitStack() as stack:
            here, there = self._name(stack, record.source), self._name(stack, record.target)
            if record.op == "empty":
                done = here is None or here.look() is None
            elif record.temporary is not None:
                done = self._copy(record, there)
            elif record.op in ("symlink", "hardlink"):
                done = there is not None and self._made(record, here, there)
            else:
                done = self._rename(record, here, there)
            for name in (here, there):
                if name is not None:
                    name.folder.sync()
        self.book.records[record.number] = replace(record, state="done" if done else "back")
        self.entry.settle(self.journal, record, done=done, reason="recovered")
        step("recovered")
        self.completed += done
        if done:
            self.found.add(record.number)
        self.rolled_back += not done

    def _name(self, stack: contextlib.ExitStack, ref: Ref) -> Name | None:
        """Return a name in its open folder, None where that is not there."""
        path = self.book.path(ref)
        if path is None:
            return None
        rel = ref.rel
        root = path[: len(path) - len(rel)].rstrip(b"/") or b"/"
        folder, name = os.path.split(rel)
        try:
            return Name(stack.enter_context(open_below(root, folder)), name)
        except (OSError, FileError):
            return None

    def _rename(self, record: Record, here: Name | None, there: Name | None) -> bool:
        old = here.look() if here is not None else None
        new = there.look() if there is not None else None
        if here is not None and there is not None and old is not None and new is not None:
            if same_file(old, new):
                # The way of link and unlink, cut in the middle: the second name of the one inode goes.
                if there.name in there.folder.names() and here.name in here.folder.names():
                    os.unlink(there.folder.at(there.name), dir_fd=there.folder.fd)
                return False
            if _is(record.stamp, new) and not _is(record.stamp, old):
                return True  # it went, and another file took its old name since
            self._drop_placeholder(record, there, new)
            return False
        if new is not None and _is(record.stamp, new):
            return True
        if old is None:
            self.lost.append(self.book.path(record.source) or record.source.rel)
        return False

    def _drop_placeholder(self, record: Record, there: Name, now: os.stat_result) -> None:
        """Take away the empty file that held the new name, if the journal says that it may be ours."""
        if record.placeholder and stat.S_ISREG(now.st_mode) and now.st_size == 0:
            os.unlink(there.folder.at(there.name), dir_fd=there.folder.fd)

    def _copy(self, record: Record, there: Name | None) -> bool:
        """Take away an unfinished copy; return whether it had its own name already."""
        assert record.temporary is not None  # for mypy: the caller looked
        if there is None:
            return False
        unfinished, placed = there.folder.look(record.temporary), there.look()
        if unfinished is not None:
            whole = placed is not None and same_file(unfinished, placed)
            if placed is not None and not whole:
                self._drop_placeholder(record, there, placed)
            os.unlink(there.folder.at(record.temporary), dir_fd=there.folder.fd)
            return whole
        return record.state == "ready" and placed is not None and self._is_copy(record, there, placed)

    def _is_copy(self, record: Record, there: Name, placed: os.stat_result) -> bool:
        if not _is(record.stamp, placed):
            return False
        try:
            with there.folder.open(there.name) as file:
                return digest(file.fd, file.size, path=there.path) == record.digest
        except FileError:
            return False

    def _made(self, record: Record, here: Name | None, there: Name) -> bool:
        now = there.look()
        if now is None:
            return False
        if record.op == "symlink":
            return stat.S_ISLNK(now.st_mode) and _says(there.folder, there.name) == record.link
        original = here.look() if here is not None else None
        if original is not None and same_file(now, original):
            return True
        # The original may have gone since; what has its inode number, size and time is its other name all the same.
        same = (record.stamp.size, record.stamp.mtime_ns) == (now.st_size, now.st_mtime_ns)
        return same and record.stamp.inode != 0 and record.stamp.inode == signed(now.st_ino)

    def take_back_halves(self, halves: set[bytes]) -> None:
        """Take the copies of moves away whose originals never left.

        Args:
            halves: absolute paths whose file went to quarantine as the second half of a move, in any journal.
        """
        for record in list(self.book.records.values()):
            if record.op != "move" or record.temporary is None or record.state != "done" or self._is_taken_back(record):
                continue
            original = self.book.path(record.source)
            if original is None or original in halves or not os.path.lexists(original):
                continue
            with contextlib.ExitStack() as stack:
                there = self._name(stack, record.target)
                now = there.look() if there is not None else None
                if there is not None and now is not None and _is(record.stamp, now):
                    self._take_back(record, there)

    def _is_taken_back(self, record: Record) -> bool:
        return any(
            other.undoes == (self.book.entry, record.number) and other.state == "done"
            for other in self.book.records.values()
        )

    def _take_back(self, record: Record, there: Name) -> None:
        facts = Facts("discard", digest=record.digest, half=True, undoes=(self.book.entry, record.number))
        try:
            with there.folder.open(there.name) as file:
                to_shelf(self.entry, self.journal, facts, there, b"", file)
        except FileError:
            return  # it cannot be read, so nobody knows whose it is now: a copy too many is no loss
        except (NotDoneError, OSError) as error:
            why = error if isinstance(error, NotDoneError) else from_system(error, writes=self.journal.shelf.parent)
            if why.kind != "changed":
                self.journal.leave_open(copy_stays(there.path, why))
            return
        self.rolled_back += 1
        self.completed -= record.number in self.found


def halves_of(book: Logbook) -> set[bytes]:
    """Return where files were that went to quarantine after they had been copied to another volume."""
    found = {
        book.path(record.source)
        for record in book.records.values()
        if record.half and record.op == "quarantine" and record.state == "done"
    }
    return {path for path in found if path is not None}


def _is(stamp: Stamp, now: os.stat_result) -> bool:
    """Return whether a look shows the file of a record: numbers of inodes are not kept by every file system."""
    same = stamp.size == now.st_size and same_time(stamp.mtime_ns, now.st_mtime_ns, coarse=True)
    return same or (stamp.inode != 0 and stamp.inode == signed(now.st_ino))


def _says(folder: Folder, name: bytes) -> bytes:
    return os.readlink(folder.at(name), dir_fd=folder.fd)
