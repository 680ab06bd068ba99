"""The digest of a file: proves that two files are the same."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from xxhash import xxh3_128

from ctk_tui.disk.reading import read_at
from ctk_tui.disk.reasons import CHANGED, unreadable
from ctk_tui.model.errors import FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK = 1 << 18
"""Bytes a read: a quarter MiB stays in the second-level cache between the read and the hash."""
CHECK_EVERY = 8 << 20
"""Bytes between two calls of `check`."""


def digest(fd: int, size: int, check: Callable[[], None] | None = None, *, path: bytes | str) -> str:
    """Return the xxh3-128 of all bytes of an open file, as 32 hex digits.

    Args:
        fd: the open file; it is read by offset, its position does not matter.
        size: its length in bytes, as its fstat said.
        check: called before the first byte and then every 8 MiB; what it raises ends the work.
        path: its name, for the error.

    Raises:
        FileUnreadable: the system refused, or the file was changed meanwhile.
    """
    state = xxh3_128()
    try:
        before = os.fstat(fd)
        read_ahead(fd)
        for offset in range(0, size, BLOCK):
            if check is not None and offset % CHECK_EVERY == 0:
                check()
            state.update(read_at(fd, min(BLOCK, size - offset), offset, path))
        after = os.fstat(fd)
    except OSError as error:
        raise unreadable(path, error) from error
    if after.st_size != size or after.st_mtime_ns != before.st_mtime_ns:
        raise FileUnreadable(path, CHANGED)
    return state.hexdigest()


def read_ahead(fd: int) -> None:
    """Tell the system, where it listens, that all of the file will be read in order."""
    if sys.platform != "win32" and sys.platform != "darwin":
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_SEQUENTIAL)


def fetch_start(fd: int, length: int) -> None:
    """Tell the system, where it listens, to fetch the first bytes of a file now, while something else is done."""
    if sys.platform != "win32" and sys.platform != "darwin":
        os.posix_fadvise(fd, 0, length, os.POSIX_FADV_WILLNEED)
