"""Copying a file: under a name of ours first, proved byte by byte, then by its own name, which replaces nothing."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from ctk_tui.disk.clone import clone
from ctk_tui.disk.compare import equal_digest
from ctk_tui.disk.digest import BLOCK, CHECK_EVERY
from ctk_tui.disk.own import TEMPORARY
from ctk_tui.disk.reading import read_at
from ctk_tui.disk.rename import rename_new
from ctk_tui.files.change import Facts, make_record
from ctk_tui.files.looks import stamp_of
from ctk_tui.files.refusing import NotDoneError, from_system
from ctk_tui.files.steps import step
from ctk_tui.model.errors import Cancelled, FileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.disk.safe_open import OpenFile
    from ctk_tui.files.change import Name
    from ctk_tui.files.entry import Entry
    from ctk_tui.files.journal import Journal
    from ctk_tui.files.record import Record


def copy(
    entry: Entry, journal: Journal, op: str, here: Name, there: Name, held: OpenFile, check: Callable[[], None]
) -> Record:
    """Copy a file with its time and permissions.

    Args:
        entry: the entry.
        journal: its journal on the target's volume.
        op: copy, or move where the original goes afterwards.
        here: the original.
        there: the copy.
        held: the original, open.
        check: called every 8 MiB; what it raises ends the work.

    Raises:
        NotDoneError: nothing of it is left.
    """
    entry.note_folder(journal, there.folder)
    record = make_record(entry, journal, Facts(op), here.path, there.path, held.status)
    temporary = TEMPORARY + f"{entry.id}-{record.number}".encode()
    record = replace(record, temporary=temporary)
    entry.begin(journal, record)
    try:
        record = _copy(journal, record, here, there, held, check)
    except (OSError, FileError, NotDoneError, Cancelled) as error:
        with contextlib.suppress(OSError):
            os.unlink(there.folder.at(temporary), dir_fd=there.folder.fd)
        refused = error if isinstance(error, NotDoneError | Cancelled) else _refused(error, there)
        entry.settle(journal, record, done=False, reason=str(refused))
        raise refused from error
    step("placed")
    journal.sync_later(there.folder)
    entry.settle(journal, record, done=True)
    return replace(record, state="done")


def _refused(error: OSError | FileError, there: Name) -> NotDoneError:
    return from_system(error, writes=there.folder.path)


def _copy(
    journal: Journal, record: Record, here: Name, there: Name, held: OpenFile, check: Callable[[], None]
) -> Record:
    temporary = record.temporary
    assert temporary is not None  # for mypy: the caller has just named it
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    made = os.open(there.folder.at(temporary), flags, 0o600, dir_fd=there.folder.fd)
    try:
        if not clone(held.fd, made):
            _bytes(held, made, here.path, check)
        _dress(held, made, there, temporary)
        os.fsync(made)
        _drop_cache(made)
    finally:
        os.close(made)
    step("copied")
    with there.folder.open(temporary) as copied:
        digest = equal_digest(held, copied, check, path=here.path, other_path=there.path)
        if digest is None:
            raise NotDoneError("failed", "the copy is not equal to the original: it was removed again")
        record = replace(record, stamp=stamp_of(copied.status), digest=digest)
        stamp = record.stamp
        journal.tell(record.number, "ready", digest=digest, size=stamp.size, mtime_ns=stamp.mtime_ns, inode=stamp.inode)
        rename_new(
            there.folder, temporary, there.folder, there.name,
            on_placeholder=lambda: journal.tell(record.number, "placeholder"), between=lambda: step("between"),
        )  # fmt: skip
    return record


def _bytes(held: OpenFile, made: int, path: bytes, check: Callable[[], None]) -> None:
    for offset in range(0, held.size, BLOCK):
        if offset % CHECK_EVERY == 0:
            check()
        block = memoryview(read_at(held.fd, min(BLOCK, held.size - offset), offset, path))
        while block:
            block = block[os.write(made, block) :]


def _dress(held: OpenFile, made: int, there: Name, temporary: bytes) -> None:
    """Give a copy the permissions, the times and the user's own attributes of its original."""
    status = held.status
    if sys.platform != "win32":
        with contextlib.suppress(OSError):  # file systems without permissions
            os.fchmod(made, status.st_mode & 0o777)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # file systems without attributes
            for name in os.listxattr(held.fd):
                if name.startswith("user."):
                    os.setxattr(made, name, os.getxattr(held.fd, name))
    times = (status.st_atime_ns, status.st_mtime_ns)
    if os.utime in os.supports_fd:
        os.utime(made, ns=times)
    else:
        os.utime(there.folder.at(temporary), ns=times, dir_fd=there.folder.fd)


def _drop_cache(made: int) -> None:
    """Let what is read back come from the disk, where the system listens."""
    if sys.platform == "linux":
        os.posix_fadvise(made, 0, 0, os.POSIX_FADV_DONTNEED)
