"""One entry of the journal while it is written: its journals on the volumes that it touches, the catalog's mirror."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ctk_tui.files.ids import new_id
from ctk_tui.files.journal import Journal, head_line
from ctk_tui.files.record import Ref, Root, path_fields
from ctk_tui.files.refusing import NotDoneError
from ctk_tui.model.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctk_tui.disk.folder import Folder
    from ctk_tui.files.logbook import Logbook
    from ctk_tui.files.mirror import Mirror
    from ctk_tui.files.places import Places
    from ctk_tui.files.record import Line, Record
    from ctk_tui.files.shelf import Shelf

GROUP = 32
"""Changes whose folders are brought to the disk, and which are told as done, together: each that was not is looked at
after a power cut. One by one costs four syncs a file (70 files/s on a busy disk), this way one and a bit."""


@dataclass(slots=True)
class Entry:
    """Writes an entry; what it did is in its journals, whatever becomes of this process.

    Args:
        places: all sources.
        mirror: the catalog's copy.
        kind: see EntryKind.
        query: what the user asked for.
        plan: id of the plan, "" for none.
        planned: how many changes it is to make.
        undoes: entries that it takes back.
        outside: folders outside every source that it may touch, absolute.
        blocked: folders whose quarantine has an interrupted operation that cannot be brought to its end, with the
            reason: nothing is changed there.
    """

    places: Places
    mirror: Mirror
    kind: str
    query: str = ""
    plan: str = ""
    planned: int = 0
    undoes: tuple[str, ...] = ()
    outside: tuple[bytes, ...] = ()
    blocked: Mapping[bytes, NotDoneError] = field(default_factory=dict)
    id: str = field(default_factory=new_id)
    done: int = 0
    """Changes that were made."""
    _number: int = 0
    _told: bool = False
    """Whether the catalog knows of it."""
    _shelves: dict[bytes, int] = field(default_factory=dict)
    """Numbers of the quarantine folders in the catalog's mirror, by their parent."""
    _journals: dict[bytes, Journal] = field(default_factory=dict)
    _touched: dict[bytes, tuple[Journal, int]] = field(default_factory=dict)
    """Folders whose times are noted: where, and nanoseconds before the first change."""
    _bases: dict[bytes, str] = field(default_factory=dict)
    """Names of roots outside every source, by their path."""
    _settled: list[tuple[Record, int]] = field(default_factory=list)
    """Steps that are told at the next flush, with the number of their quarantine folder."""
    _made: list[bytes] = field(default_factory=list)
    """Folders that it made."""

    def journal(self, shelf: Shelf) -> Journal:
        """Return the journal in a quarantine folder, opened at the first call.

        Raises:
            NotDoneError: the quarantine folder cannot be trusted, written or locked.
        """
        found = self._journals.get(shelf.parent)
        if found is None:
            if shelf.parent in self.blocked:
                raise self.blocked[shelf.parent]
            head = head_line(self.id, self.kind, self.query, self.plan, self.planned, list(self.undoes))
            try:
                found = self._journals[shelf.parent] = Journal(shelf, head)
            except Busy as busy:
                raise NotDoneError("failed", busy.message) from busy
        return found

    def resume(self, journal: Journal, book: Logbook, number: int) -> None:
        """Go on with an entry that was interrupted.

        Args:
            journal: one of its journals, open again.
            book: the same, read.
            number: the highest number that a step of it has.
        """
        self._journals[journal.shelf.parent] = journal
        self._number = max(self._number, number)
        self._begin(book.at)
        for ref, (before, _) in book.folders.items():
            path = book.path(ref)
            if path is not None:
                self._touched[path] = journal, before
        for root in book.roots.values():
            if root.name.startswith("@"):
                self._bases[book.root(root.name) or root.path] = root.name
        self.outside = (*self.outside, *self._bases)
        self._made += [path for ref in book.made if (path := book.path(ref)) is not None]
        self._shelves[journal.shelf.parent] = self.mirror.shelf(self.id, journal.shelf, journal.roots)

    def next(self) -> int:
        """Return the number of the next step."""
        self._number += 1
        return self._number

    def ref(self, journal: Journal, path: bytes) -> Ref:
        """Return a path in words that hold elsewhere; what its root is gets told in the journal.

        Raises:
            NotDoneError: the journal cannot be written.
        """
        inside = journal.shelf.path + b"/"
        if path.startswith(inside):
            return Ref("", path[len(inside) :])
        place = self.places.find(path) or self.places.root_at(path)
        shelf = journal.shelf
        if place is not None:
            ground = place.ground
            own = shelf.place if shelf.ground is not None and shelf.ground.id == ground.id else None
            root = Root(ground.name, ground.path, own, _near(ground.path, shelf.parent), ground.volume)
            rel = place.rel
        else:
            around = [folder for folder in self.outside if path == folder or path.startswith(folder + b"/")]
            base = max(around, key=len, default=os.path.dirname(path))
            name = self._bases.setdefault(base, f"@{len(self._bases) + 1}")
            root = Root(name, base, None, _near(base, shelf.parent), "")
            rel = path[len(base) + 1 :]
        journal.add_root(root)
        return Ref(root.name, rel)

    def note_folder(self, journal: Journal, folder: Folder) -> None:
        """Note the times of a folder before its first change, so that undoing brings them back.

        Raises:
            NotDoneError: the journal cannot be written.
        """
        if folder.path in self._touched:
            return
        status = os.stat(folder.at(b"."), dir_fd=folder.fd)
        ref = self.ref(journal, folder.path)
        line: Line = {"folder_root": ref.root, **path_fields(ref.rel, "folder"), "mtime_ns": status.st_mtime_ns}
        journal.early({**line, "mode": status.st_mode & 0o777})
        self._touched[folder.path] = journal, status.st_mtime_ns

    def note_where(self, parent: bytes, folder: Folder) -> None:
        """Note the times of a folder in the journal that lies in another one, if there is any."""
        journal = self._journals.get(parent)
        if journal is not None:
            self.note_folder(journal, folder)

    @property
    def began(self) -> bool:
        """Whether anything may have been changed."""
        return self._told

    @property
    def touched(self) -> dict[bytes, int]:
        """The folders that it touched, absolute, with their times (nanoseconds) before."""
        return {path: before for path, (_, before) in self._touched.items()}

    def note_made(self, journal: Journal, path: bytes) -> None:
        """Note that a folder is about to be made.

        Raises:
            NotDoneError: the journal cannot be written.
        """
        ref = self.ref(journal, path)
        journal.announce({"made_root": ref.root, **path_fields(ref.rel, "made")})
        self._made.append(path)

    def leave_nothing(self) -> None:
        """Take back the folders that were made and the times that changed, where no file was changed in the end."""
        for path in reversed(self._made):
            with contextlib.suppress(OSError):
                os.rmdir(path)  # an empty folder of ours, and no link: rmdir takes none
        for path, before in self.touched.items():
            with contextlib.suppress(OSError):
                os.utime(path, ns=(os.lstat(path).st_atime_ns, before), follow_symlinks=False)

    def begin(self, journal: Journal, record: Record) -> None:
        """Say in the journal what is about to be done, in the catalog that something is.

        Raises:
            NotDoneError: it cannot be said, so it must not be done.
        """
        self._begin(time.time())
        self._shelves[journal.shelf.parent] = self.mirror.shelf(self.id, journal.shelf, journal.roots)
        journal.begin(record)

    def _begin(self, at: float) -> None:
        if not self._told:
            more: Line = {
                "query": self.query, "plan": self.plan, "planned": self.planned, "undoes": list(self.undoes)
            }  # fmt: skip
            self.mirror.begin(self.id, at, self.kind, more)
            self._told = True

    def settle(self, journal: Journal, record: Record, *, done: bool, reason: str = "") -> None:
        """Say what became of a step."""
        state = "done" if done else "back"
        line: Line = {"n": record.number, "state": state, **({"reason": reason} if reason else {})}
        if done:
            self.done += not record.half
        journal.settle(line)
        self._settled.append((replace(record, state=state), self._shelves[journal.shelf.parent]))
        if len(self._settled) >= GROUP:
            self.flush()

    def flush(self) -> None:
        """Bring what was done to the disk, and tell the catalog."""
        for journal in self._journals.values():
            journal.flush()
        # In the order in which it was done, whichever journal tells it: a name may have been freed and taken.
        settled, self._settled = sorted(self._settled, key=lambda one: one[0].number), []
        for record, shelf in settled:
            self.mirror.settle(self.id, record, shelf)

    def end(self, *, whole: bool = True) -> None:
        """Close the books: the folders' times as they are now, the last line.

        A journal without room for that keeps its marker (see `stuck`): a recovery finishes it.

        Args:
            whole: whether all its journals are at hand; for the catalog it goes on where one is not.
        """
        after: dict[bytes, list[Line]] = {}
        for path, (journal, _) in self._touched.items():
            with contextlib.suppress(OSError):
                status = os.stat(path)
                ref = self.ref(journal, path)
                line = {"after_root": ref.root, **path_fields(ref.rel, "after"), "mtime_ns": status.st_mtime_ns}
                after.setdefault(journal.shelf.parent, []).append(line)
        self.flush()
        for parent, journal in self._journals.items():
            journal.end(*after.get(parent, ()), {"end": True, "done": self.done, "at": time.time()})
        if self._told and whole and not self.stuck:
            self.mirror.end(self.id)

    @property
    def stuck(self) -> dict[bytes, NotDoneError]:
        """The folders around the quarantine folders whose journals could not be brought to an end, and why."""
        return {parent: journal.stuck for parent, journal in self._journals.items() if journal.stuck}

    @property
    def left(self) -> dict[bytes, NotDoneError]:
        """Those of `stuck` whose journal has no end because something is left for a recovery to do."""
        return {parent: journal.left for parent, journal in self._journals.items() if journal.left}

    def close(self) -> None:
        """Close the journals and free their locks; without `end` the entry counts as interrupted."""
        for journal in self._journals.values():
            journal.close()


def _near(path: bytes, parent: bytes) -> bytes | None:
    """Return the way from a quarantine folder's parent to a root on the same volume, None for another volume."""
    there = path
    while not os.path.lexists(there) and there != os.path.dirname(there):
        there = os.path.dirname(there)  # it is about to be made
    try:
        if os.stat(there).st_dev != os.stat(parent).st_dev:
            return None
    except OSError:
        return None
    return os.path.relpath(path, parent)
