"""The changes themselves, each between two lines of the journal: a rename, a link, a copy."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ctk_tui.disk.mounts import same_file
from ctk_tui.disk.rename import rename_new
from ctk_tui.files.looks import stamp_of
from ctk_tui.files.record import Record
from ctk_tui.files.refusing import NotDoneError, from_system
from ctk_tui.files.shelf import open_inside
from ctk_tui.files.steps import step

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.disk.folder import Folder
    from ctk_tui.disk.safe_open import OpenFile
    from ctk_tui.files.entry import Entry
    from ctk_tui.files.journal import Journal


@dataclass(frozen=True, slots=True)
class Name:
    """A name in an open folder."""

    folder: Folder
    name: bytes

    @property
    def path(self) -> bytes:
        """Absolute."""
        return self.folder.full(self.name)

    def look(self) -> os.stat_result | None:
        """Return its lstat, None where nothing is there."""
        return self.folder.look(self.name)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the journal says of a change beside where it is from and where it goes."""

    op: str
    digest: str | None = None
    fingerprint: str | None = None
    keeper: bytes | None = None
    """Absolute."""
    link: bytes | None = None
    half: bool = False
    undoes: tuple[str, int] | None = None
    again: bool = False


def make_record(
    entry: Entry, journal: Journal, facts: Facts, source: bytes, target: bytes, status: os.stat_result
) -> Record:
    """Return the record of a change that is about to be made; its paths are absolute."""
    return Record(
        entry.next(), time.time(), facts.op, entry.ref(journal, source), entry.ref(journal, target), stamp_of(status),
        status.st_mode & 0o777, facts.digest, facts.fingerprint,
        entry.ref(journal, facts.keeper) if facts.keeper is not None else None, facts.link, None, facts.half,
        facts.undoes, facts.again,
    )  # fmt: skip


def rename(
    entry: Entry,
    journal: Journal,
    facts: Facts,
    here: Name,
    there: Name,
    held: OpenFile | os.stat_result,
    still: Callable[[], str] = lambda: "",
) -> Record:
    """Rename a file that was looked at, and put it back where something is not as it was.

    Args:
        entry: the entry.
        journal: its journal on that volume.
        facts: what the journal says of it.
        here: where it is.
        there: where it goes.
        held: the file, open since it was proved; of a symbolic link, which cannot be opened, its look.
        still: says afterwards what is wrong with what the change relied on, "" for nothing.

    Raises:
        NotDoneError: it is where it was.
    """
    before = held if isinstance(held, os.stat_result) else held.status
    for name in (here, there):
        if not name.path.startswith(journal.shelf.path + b"/"):
            entry.note_folder(journal, name.folder)
    record = make_record(entry, journal, facts, here.path, there.path, before)
    entry.begin(journal, record)
    number = record.number
    try:
        rename_new(
            here.folder, here.name, there.folder, there.name,
            on_placeholder=lambda: journal.tell(number, "placeholder"), between=lambda: step("between"),
        )  # fmt: skip
    except (OSError, NotDoneError) as error:
        refused = error if isinstance(error, NotDoneError) else from_system(error, writes=there.folder.path)
        entry.settle(journal, record, done=False, reason=refused.message)
        raise refused from error
    step("renamed")
    wrong = _after(there, before, held) or still()
    if wrong:
        _put_back(entry, journal, record, here, there, wrong)
    journal.sync_later(there.folder)
    journal.sync_later(here.folder)
    entry.settle(journal, record, done=True)
    return replace(record, state="done")


def to_shelf(
    entry: Entry,
    journal: Journal,
    facts: Facts,
    here: Name,
    folder: bytes,
    held: OpenFile | os.stat_result,
    still: Callable[[], str] = lambda: "",
) -> Record:
    """Rename a file into the quarantine folder of a journal; arguments as for `rename`.

    Args:
        entry: the entry.
        journal: its journal on that volume.
        facts: what the journal says of it.
        here: where it is.
        folder: the relative folder that it gets in quarantine.
        held: the file, or the look at a link.
        still: says afterwards what is wrong.

    Raises:
        NotDoneError: it is where it was.
    """
    inside = b"/".join(part for part in (entry.id.encode(), folder) if part)
    there = open_inside(journal.folder, inside, make=True)
    with there:
        name, number = here.name, 1
        while there.look(name) is not None:  # two sources may share a quarantine, and have files of one name
            number += 1
            name = here.name + b".%d" % number
        return rename(entry, journal, facts, here, Name(there, name), held, still)


def differs(name: Name, before: os.stat_result) -> str:
    """Return what is wrong with a file that has to be as it was, "" for nothing."""
    try:
        now = name.look()
    except OSError as error:
        return from_system(error).message
    same = now is not None and same_file(now, before)
    if now is None or not same or (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        return f"{os.fsdecode(name.path)} was changed at the last moment"
    return ""


def _after(there: Name, before: os.stat_result, held: OpenFile | os.stat_result) -> str:
    """Return what is not as it was before the rename, "" for nothing."""
    try:
        now = before if isinstance(held, os.stat_result) else os.fstat(held.fd)
        found = there.look()
    except OSError as error:
        return from_system(error).message
    if found is None or not same_file(found, before):
        return "another file was put in its place at the last moment"
    if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        return "it was written at the last moment"
    return ""


def _put_back(entry: Entry, journal: Journal, record: Record, here: Name, there: Name, wrong: str) -> None:
    """Rename a file back.

    Raises:
        NotDoneError: always; with what was wrong, and where the file is if its name was taken meanwhile.
    """
    step("wrong")
    try:
        rename_new(
            there.folder, there.name, here.folder, here.name,
            on_placeholder=lambda: journal.tell(record.number, "placeholder"),
        )  # fmt: skip
    except (OSError, NotDoneError) as error:
        entry.settle(journal, record, done=True)
        entry.done -= not record.half  # the journal tells where it lies, the report that it failed
        why = error if isinstance(error, NotDoneError) else from_system(error, writes=here.folder.path)
        raise NotDoneError("changed", f"{wrong}; it lies at {os.fsdecode(there.path)}: {why.message}") from error
    journal.sync_later(here.folder)
    journal.sync_later(there.folder)
    entry.settle(journal, record, done=False, reason=wrong)
    raise NotDoneError("changed", f"{wrong}: put back")


def hardlink(entry: Entry, journal: Journal, here: Name, there: Name, held: OpenFile) -> Record:
    """Give a file one more name; arguments as for `rename`.

    Raises:
        NotDoneError: nothing was made.
    """

    def make() -> None:
        os.link(
            here.folder.at(here.name), there.folder.at(there.name), src_dir_fd=here.folder.fd,
            dst_dir_fd=there.folder.fd, follow_symlinks=False,
        )  # fmt: skip
        made = there.look()
        if made is not None and not same_file(made, held.status):
            # Another file was put in its place since it was looked at: it keeps the name it had, and gets no second.
            os.unlink(there.folder.at(there.name), dir_fd=there.folder.fd)
            raise NotDoneError("changed", "another file was put in its place at the last moment")

    entry.note_folder(journal, there.folder)
    record = make_record(entry, journal, Facts("hardlink"), here.path, there.path, held.status)
    return _create(entry, journal, record, there, make)


def symlink(entry: Entry, journal: Journal, path: bytes, there: Name, *, half: bool = False) -> Record:
    """Make a symbolic link.

    Args:
        entry: the entry.
        journal: its journal on that volume.
        path: where it leads, absolute.
        there: the link.
        half: whether it belongs to the change before.

    Raises:
        NotDoneError: nothing was made.
    """
    entry.note_folder(journal, there.folder)
    status = os.lstat(path)
    facts = Facts("symlink", link=path, half=half)
    record = make_record(entry, journal, facts, path, there.path, status)
    return _create(
        entry, journal, record, there, lambda: os.symlink(path, there.folder.at(there.name), dir_fd=there.folder.fd)
    )


def _create(entry: Entry, journal: Journal, record: Record, there: Name, make: Callable[[], None]) -> Record:
    entry.begin(journal, record)
    try:
        make()
    except (OSError, NotDoneError) as error:
        refused = error if isinstance(error, NotDoneError) else from_system(error, writes=there.folder.path)
        entry.settle(journal, record, done=False, reason=refused.message)
        raise refused from error
    step("made")
    journal.sync_later(there.folder)
    status = there.look()
    if status is not None:
        record = replace(record, stamp=stamp_of(status))
    entry.settle(journal, record, done=True)
    return replace(record, state="done")
