"""The lock that every open catalog shares, and that whoever changes its schema has alone.

Two files. The lock itself, and a gate in front of it that exists only while somebody wants the lock alone: without it
readers that come and go, never all gone at once, would keep a migration out for ever.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from typing import TYPE_CHECKING

from ctk_tui.disk.flock import open_lock, try_lock
from ctk_tui.disk.held import UNWRITABLE, Held, refusal
from ctk_tui.model.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLL_SECONDS = 0.01
NOTHING_TO_GUARD = UNWRITABLE | {errno.ENOSPC, errno.EDQUOT, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS}
"""Where nobody can change the schema either: no right, no room for the backup, or no locks in this file system."""


def shared(path: Path, timeout: float = 10.0) -> Held:
    """Take a lock that many may hold at once; waits while somebody has it, or wants it, alone.

    In a folder that cannot be written the lock is shared where its file is there and can be read; else nothing is held:
    no migration can run there.

    Args:
        path: the lock file.
        timeout: seconds to wait.

    Raises:
        Busy: it is still not free.
        CatalogError: the system refuses.
    """
    deadline = time.monotonic() + timeout
    try:
        with contextlib.suppress(FileNotFoundError):
            gate = open_lock(_gate(path), create=False)
            try:
                _wait(gate, deadline, alone=False)
            finally:
                os.close(gate)
        fd = _open_shared(path)
    except OSError as error:
        return _unguarded(path, error)
    try:
        _wait(fd, deadline, alone=False)
    except OSError as error:
        os.close(fd)
        return _unguarded(path, error)
    except BaseException:
        os.close(fd)
        raise
    return Held(lambda: os.close(fd))


@contextlib.contextmanager
def exclusive(path: Path, *, timeout: float) -> Iterator[None]:
    """Hold alone, for a block, the lock that `shared` shares.

    Args:
        path: the lock file.
        timeout: seconds to wait for the others; nobody new gets it meanwhile.

    Raises:
        Busy: others still hold it.
        CatalogReadOnly: its folder cannot be written.
        CatalogError: the system refuses for another reason.
    """
    deadline = time.monotonic() + timeout
    try:
        with _closed_gate(path, deadline):
            fd = open_lock(path, create=True)
            try:
                _wait(fd, deadline, alone=True)
            except BaseException:
                os.close(fd)
                raise
    except OSError as error:
        raise refusal(path, error) from error
    # From here on the lock itself keeps the others out.
    try:
        yield
    finally:
        os.close(fd)


def _gate(path: Path) -> Path:
    return path.with_name(path.name + ".gate")


@contextlib.contextmanager
def _closed_gate(path: Path, deadline: float) -> Iterator[None]:
    """Let nobody new through for a block; the gate is taken away afterwards."""
    gate = _gate(path)
    while True:
        fd = open_lock(gate, create=True)
        try:
            _wait(fd, deadline, alone=True)
            if _is_at(fd, gate):
                break
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)  # whoever had it before took it away: this one is nobody's gate
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows keeps a file that somebody has open: it stays, and does no harm
            gate.unlink()
        os.close(fd)


def _is_at(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.lstat())
    except FileNotFoundError:
        return False


def _open_shared(path: Path) -> int:
    try:
        return open_lock(path, create=True)
    except OSError as error:
        if error.errno not in NOTHING_TO_GUARD:
            raise
        return open_lock(path, create=False)


def _unguarded(path: Path, error: OSError) -> Held:
    if error.errno in NOTHING_TO_GUARD or isinstance(error, FileNotFoundError):
        return Held(None)
    raise refusal(path, error) from error


def _wait(fd: int, deadline: float, *, alone: bool) -> None:
    """Lock an open file as soon as it can be locked.

    Raises:
        Busy: it could not until the deadline.
    """
    while not try_lock(fd, alone=alone):
        if time.monotonic() >= deadline:
            if alone:
                raise Busy(
                    "the catalog's schema must be changed, and another ctk has it open",
                    "close the others and try again",
                )
            raise Busy("another ctk is changing the catalog's schema", "try again in a moment")
        time.sleep(POLL_SECONDS)
