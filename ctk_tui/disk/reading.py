"""Read at a place of an open file, all of it or none."""

from __future__ import annotations

import os
import sys

from ctk_tui.disk.reasons import CHANGED
from ctk_tui.model.errors import FileUnreadable

_HAS_PREADV = hasattr(os, "preadv")

if sys.platform == "win32":

    def pread(fd: int, length: int, offset: int) -> bytes:
        """Read up to `length` bytes at `offset`; Windows has no pread, so the descriptor must be one thread's own."""
        os.lseek(fd, offset, os.SEEK_SET)
        return os.read(fd, length)
else:
    pread = os.pread


def read_at(fd: int, length: int, offset: int, path: bytes | str) -> bytes:
    """Return exactly `length` bytes at `offset`, however few each read gives (network mounts give few).

    Args:
        fd: an open file.
        length: bytes to read.
        offset: bytes from the start of the file.
        path: its name, for the error.

    Raises:
        FileUnreadable: the file ended before.
        OSError: the system refused.
    """
    data = pread(fd, length, offset)
    if len(data) == length:
        return data
    parts = [data]
    got = len(data)
    while got < length:
        data = pread(fd, length - got, offset + got)
        if not data:
            raise FileUnreadable(path, CHANGED)
        parts.append(data)
        got += len(data)
    return b"".join(parts)


def read_into(fd: int, buffer: memoryview, offset: int, path: bytes | str) -> None:
    """Fill a buffer with the bytes at `offset`, as `read_at` returns them; what it raises, too."""
    got = os.preadv(fd, (buffer,), offset) if _HAS_PREADV else 0
    if got < len(buffer):
        buffer[got:] = read_at(fd, len(buffer) - got, offset + got, path)
