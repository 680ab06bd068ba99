"""Writing a journal: a line on the disk before and after every change, and the lock that goes with it."""

from __future__ import annotations

import contextlib
import json
import os
import time
from typing import TYPE_CHECKING

from ctk_tui.disk.flock import open_lock, try_lock
from ctk_tui.disk.folder import open_root
from ctk_tui.files.record import Line, Record, line_of, root_line
from ctk_tui.files.refusing import from_system
from ctk_tui.files.shelf import drop_empty, open_shelf
from ctk_tui.files.steps import step
from ctk_tui.model.errors import Busy, FileError

if TYPE_CHECKING:
    from ctk_tui.disk.folder import Folder
    from ctk_tui.files.record import Root
    from ctk_tui.files.refusing import NotDoneError
    from ctk_tui.files.shelf import Shelf

VERSION = 1
NAME = b"journal.jsonl"
LOCK = b"lock"
OPEN = b".open"
"""End of the name of a marker beside an entry's folder: its journal has no end yet."""


class Journal:
    """The journal of one entry in one quarantine folder; holds the folder's lock until `close`.

    Where its volume fills up, nothing further is begun there: what was begun stands in it, so that the recovery finds
    out by looking what a line could not tell any more.

    Args:
        shelf: the quarantine folder; made where it is not there.
        head: the first line.

    Raises:
        Busy: another ctk changes files there.
        NotDoneError: the quarantine folder cannot be trusted, or cannot be written.
    """

    def __init__(self, shelf: Shelf, head: Line) -> None:
        self.shelf = shelf
        self.entry: str = head["journal"]
        self.roots: dict[str, Root] = {}
        self._head = head
        self._file = -1
        self._marked = False
        self._length = 0
        self._early: list[Line] = []
        self._late: list[Line] = []
        self._cut = b""
        self.stuck: NotDoneError | None = None
        """Why lines wait that should be on the disk, None where none do."""
        self.left: NotDoneError | None = None
        """What is left for a recovery to do, and why; None where nothing is."""
        self._folders: dict[tuple[int, int], Folder] = {}
        try:
            with open_root(shelf.parent) as parent:
                self.folder = open_shelf(parent, make=True)
        except OSError as error:
            raise from_system(error, os.fsdecode(shelf.parent)) from error
        try:
            self._lock = lock_shelf(self.folder)
        except BaseException:
            self.folder.close()
            raise

    def _open(self) -> None:
        """Make the journal's file at its first line, so that an entry in which nothing is done leaves nothing."""
        name = self.entry.encode()
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
        if not self._marked:  # else what is there is ours: it was made before, and could not be taken away
            flags |= os.O_EXCL
        marker = os.open(self.folder.at(name + OPEN), flags, 0o600, dir_fd=self.folder.fd)
        os.close(marker)
        self._marked = True
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(self.folder.at(name), 0o700, dir_fd=self.folder.fd)
            self.folder.sync()
            with self.folder.child(name) as inside:
                self._file = os.open(inside.at(NAME), flags, 0o600, dir_fd=inside.fd)
                inside.sync()
        except OSError:
            with contextlib.suppress(OSError):  # the first reason is the one that counts
                self._discard()
            raise

    def _discard(self) -> None:
        """Take away a journal that has no line: the volume had no room for one, so nothing was done."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        name = self.entry.encode()
        drop_empty(self.shelf.path, self.entry)
        with contextlib.suppress(OSError, FileError):
            with self.folder.child(name) as inside, contextlib.suppress(FileNotFoundError):
                os.unlink(inside.at(NAME), dir_fd=inside.fd)
            os.rmdir(self.folder.at(name), dir_fd=self.folder.fd)
        self.unmark()

    def reopen(self) -> None:
        """Open the journal of an entry that was interrupted, to go on with it; a line that was cut off is ended."""
        with self.folder.child(self.entry.encode()) as inside:
            flags = os.O_RDWR | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
            self._file = os.open(inside.at(NAME), flags, dir_fd=inside.fd)
        self._length = os.fstat(self._file).st_size
        if self._length and os.pread(self._file, 1, self._length - 1) != b"\n":
            self._cut = b"\n"

    def write(self, *lines: Line) -> None:
        """Bring lines to the disk.

        Raises:
            OSError: the system refused; the journal is as it was before.
        """
        if self._file < 0:
            self._open()
            self._early.insert(0, self._head)
        data = self._cut + b"".join(json.dumps(line).encode() + b"\n" for line in (*self._early, *lines))
        try:
            written = 0
            while written < len(data):
                written += os.write(self._file, data[written:])
            os.fsync(self._file)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._length)
            raise
        self._length += len(data)
        self._cut = b""
        self._early.clear()

    def early(self, line: Line) -> None:
        """Take a line that has to be on the disk before the next change: it goes there with the line of that."""
        self._early.append(line)

    def add_root(self, root: Root) -> None:
        """Say what the name of a root stands for, once."""
        if self.roots.get(root.name) != root:
            self.roots[root.name] = root
            self.early(root_line(root))

    def begin(self, record: Record) -> None:
        """Say what is about to be done.

        Raises:
            NotDoneError: the journal cannot be written, so it must not be done.
        """
        self.announce(line_of(record))
        step("begun")

    def announce(self, line: Line) -> None:
        """Bring the line of what comes next to the disk, behind those that found no room before.

        Raises:
            NotDoneError: the journal cannot be written, so it must not be done.
        """
        try:
            if self.stuck:
                self._write_late()
            self.write(line)
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> NotDoneError:
        return from_system(error, "its journal", writes=self.shelf.parent)

    def tell(self, number: int, state: str, **more: object) -> None:
        """Say how far a step is, before it goes on.

        Args:
            number: the step.
            state: ready or placeholder.
            more: further fields.

        Raises:
            NotDoneError: it cannot be said, so it must go no further.
        """
        try:
            self.write({"n": number, "state": state, **more})
        except OSError as error:
            raise self._refused(error) from error
        step(state)

    @property
    def told(self) -> bool:
        """Whether all that became of its steps is on the disk."""
        return not self._late

    def leave_open(self, why: NotDoneError) -> None:
        """Let the journal have no end, so that a recovery sees to what could not be done now."""
        self.left = why

    def sync_later(self, folder: Folder) -> None:
        """Bring a folder's names to the disk before what was done in it is told as done."""
        if folder.identity not in self._folders:
            self._folders[folder.identity] = folder.twin()

    def settle(self, line: Line) -> None:
        """Say what became of a step at the next flush: when its folders are on the disk.

        Args:
            line: the step and its state, done or back.
        """
        self._late.append(line)
        step("settled")

    def flush(self) -> None:
        """Bring folders to the disk, then the lines of what was done in them; where these find no room, they wait."""
        try:
            self._write_late()
        except OSError as error:
            self.stuck = self._refused(error)

    def _write_late(self) -> None:
        while self._folders:
            _, folder = self._folders.popitem()
            with folder:
                folder.sync()
        if not self._late:
            return
        step("synced")
        self.write(*self._late)
        self._late.clear()
        self.stuck = None
        step("told")

    def end(self, *lines: Line) -> None:
        """Write the last lines and take the marker away; `stuck` says afterwards why that could not be done."""
        if self._file < 0:
            return
        if self.left:
            self.flush()
            self.stuck = self.left
            return
        try:
            if not self._length:
                self._discard()
                return
            self._write_late()
            self.write(*lines)
            step("ended")
            self.unmark()
        except OSError as error:
            self.stuck = self._refused(error)

    def unmark(self) -> None:
        """Take the marker away that says that the entry has no end."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.folder.at(self.entry.encode() + OPEN), dir_fd=self.folder.fd)
        self.folder.sync()

    def close(self) -> None:
        """Close file and folder, free the lock."""
        for fd in (self._file, self._lock):
            if fd >= 0:
                os.close(fd)
        self._file = self._lock = -1
        while self._folders:
            self._folders.popitem()[1].close()
        self.folder.close()


def lock_shelf(folder: Folder) -> int:
    """Take the lock of a quarantine folder; return the open lock file, whose closing frees it.

    Raises:
        Busy: another ctk has it.
        NotDoneError: the lock file cannot be made.
    """
    try:
        fd = open_lock(os.fsdecode(os.path.join(folder.path, LOCK)), create=True)
    except (OSError, FileError) as error:
        raise from_system(error, "the lock of its quarantine folder", writes=folder.path) from error
    try:
        free = try_lock(fd, alone=True)
    except OSError:
        free = True  # no locks in this file system: the one beside the catalog has to do
    if free:
        return fd
    os.close(fd)
    raise Busy(f"another ctk changes files at {os.fsdecode(os.path.dirname(folder.path))}", "wait for it")


def head_line(entry: str, kind: str, query: str, plan: str, planned: int, undoes: list[str]) -> Line:
    """Return the first line of a journal."""
    return {
        "v": VERSION, "journal": entry, "kind": kind, "created": time.time(), "query": query, "plan": plan,
        "planned": planned, "undoes": undoes,
    }  # fmt: skip
