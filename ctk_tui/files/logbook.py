"""Reading journals back: what an entry did in one quarantine folder, wherever that folder is now."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ctk_tui.disk.folder import open_root
from ctk_tui.files.journal import NAME, OPEN, VERSION
from ctk_tui.files.looks import Stamp
from ctk_tui.files.record import BadLineError, Ref, path_of, record_of, root_of
from ctk_tui.files.refusing import NotDoneError
from ctk_tui.files.shelf import open_shelf
from ctk_tui.model.errors import FileError
from ctk_tui.model.plan import PLAN_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctk_tui.disk.folder import Folder
    from ctk_tui.files.record import Line, Record, Root

_ID = re.compile(PLAN_ID.pattern.encode())


@dataclass(frozen=True, slots=True)
class Known:
    """A source of this configuration."""

    path: bytes | None
    """Its root, None while it is offline."""
    volume: str
    """Identity of its volume."""

    def fits(self, root: Root) -> bool:
        """Return whether a journal can mean it by its name: volumes that tell who they are must be the same."""
        sure = not any(one.startswith("unknown:") or not one for one in (self.volume, root.volume))
        return not sure or self.volume == root.volume


@dataclass(slots=True)
class Logbook:
    """One journal, read."""

    parent: bytes
    """The folder in which its `.ctk-quarantine` lies now, absolute."""
    entry: str
    known: Mapping[str, Known] = field(default_factory=dict)
    """Sources by name, as they are now."""
    head: Line = field(default_factory=dict)
    roots: dict[str, Root] = field(default_factory=dict)
    records: dict[int, Record] = field(default_factory=dict)
    """By their number, each with the state that it came to."""
    folders: dict[Ref, tuple[int, int]] = field(default_factory=dict)
    """Time (nanoseconds) and permissions of folders before their first change."""
    after: dict[Ref, int] = field(default_factory=dict)
    """Their times when the entry ended."""
    made: list[Ref] = field(default_factory=list)
    """Folders that were made, parents first."""
    ended: bool = False
    bad_lines: int = 0

    @property
    def shelf(self) -> bytes:
        """The quarantine folder, absolute."""
        return os.path.join(self.parent, b".ctk-quarantine")

    @property
    def at(self) -> float:
        """When the entry began, seconds since the epoch."""
        return float(self.head.get("created", 0.0))

    def root(self, name: str) -> bytes | None:
        """Return where a root is now, None where nobody knows.

        A source that the quarantine folder lies in is where that folder is. Another one is where the configuration
        says, unless another volume lies there; what is not configured is where it was, seen from the quarantine folder.
        """
        root = self.roots.get(name)
        if root is None:
            return None
        if root.place is not None:
            if not root.place:
                return self.parent
            end = b"/" + root.place
            return self.parent[: -len(end)] if self.parent.endswith(end) else None
        known = self.known.get(name)
        if known is not None and known.fits(root):
            return known.path
        if root.near is not None:
            return os.path.normpath(os.path.join(self.parent, root.near))
        return root.path if name.startswith("@") else None

    def path(self, ref: Ref) -> bytes | None:
        """Return where a path is now, None where nobody knows."""
        if ref.root == "":
            return os.path.join(self.shelf, ref.rel)
        base = self.root(ref.root)
        if base is not None:
            return os.path.join(base, ref.rel) if ref.rel else base
        root = self.roots.get(ref.root)
        if root is not None and root.place and ref.rel.startswith(root.place + b"/"):
            # The part of the source that is a volume of its own, mounted alone.
            return os.path.join(self.parent, ref.rel[len(root.place) + 1 :])
        return None

    def _take(self, line: Line) -> None:
        if "root" in line:
            self.roots[line["root"]] = root_of(line)
        elif "op" in line:
            record = record_of(line)
            self.records[record.number] = record
        elif "n" in line:
            self._settle(line)
        elif "folder" in line:
            ref = Ref(str(line["folder_root"]), path_of(line, "folder"))
            self.folders.setdefault(ref, (int(line["mtime_ns"]), int(line["mode"])))
        elif "after" in line:
            self.after[Ref(str(line["after_root"]), path_of(line, "after"))] = int(line["mtime_ns"])
        elif "made" in line:
            self.made.append(Ref(str(line["made_root"]), path_of(line, "made")))
        elif line.get("end"):
            self.ended = True

    def _settle(self, line: Line) -> None:
        record = self.records[int(line["n"])]
        state = line["state"]
        if state == "placeholder":
            record = replace(record, placeholder=True)
        elif state == "ready":
            stamp = Stamp(int(line["size"]), int(line["mtime_ns"]), int(line["inode"]))
            record = replace(record, stamp=stamp, digest=str(line["digest"]), state="ready")
        elif state in ("done", "back"):
            record = replace(record, state=state)
        else:
            raise BadLineError("state")
        self.records[record.number] = record


def read(parent: bytes, entry: str, known: Mapping[str, Known]) -> Logbook:
    """Read the journal of an entry.

    Args:
        parent: the folder in which `.ctk-quarantine` lies.
        entry: its id.
        known: sources by name, as they are now.

    Raises:
        NotDoneError: the quarantine folder cannot be trusted.
        FileNotFoundError: there is no such journal.
        OSError: the system refused.
    """
    with open_root(parent) as around, open_shelf(around, make=False) as shelf:
        return _read(shelf, Logbook(parent, entry, known))


def _read(shelf: Folder, book: Logbook) -> Logbook:
    entry = book.entry
    try:
        with shelf.child(entry.encode()) as inside, inside.open(NAME) as opened, open(
            os.dup(opened.fd), "rb"
        ) as file:  # fmt: skip
            for raw in file:
                try:
                    line = json.loads(raw)
                    if not book.head:
                        book.head = _head(line, entry)
                    else:
                        book._take(line)  # noqa: SLF001  its own reader
                except (ValueError, KeyError, TypeError, AttributeError):
                    book.bad_lines += 1  # cut off by a power cut: what it would have said is seen on the disk
    except FileError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise FileNotFoundError(2, "no journal", os.path.join(book.shelf, entry.encode())) from error
        raise NotDoneError("failed", f"the journal of {entry}: {error.reason}") from error
    return book


def _head(line: Line, entry: str) -> Line:
    if line.get("v") != VERSION or line.get("journal") != entry or not isinstance(line.get("created"), int | float):
        raise BadLineError("head")
    if not all(isinstance(line.get(name), str) for name in ("kind", "query", "plan")):
        raise BadLineError("head")
    return line


def entries_at(parent: bytes) -> tuple[list[str], set[str]]:
    """Return the entries that a quarantine folder has, oldest first, and those of them that have no end yet.

    Raises:
        NotDoneError: the quarantine folder cannot be trusted.
        FileNotFoundError: there is none.
        OSError: the system refused.
    """
    with open_root(parent) as around, open_shelf(around, make=False) as shelf:
        names = shelf.names()
        found = []
        for name in sorted(names):
            if _ID.fullmatch(name):
                status = shelf.look(name)
                if status is not None and stat.S_ISDIR(status.st_mode):
                    found.append(name.decode())
        marked = {name[: -len(OPEN)].decode() for name in names if name.endswith(OPEN) and _ID.fullmatch(name[:-5])}
        return found, marked
