"""Proof that two open files are the same: their bytes, block by block, and the digest that both have."""

from __future__ import annotations

import mmap
import os
import threading
from typing import TYPE_CHECKING

from xxhash import xxh3_128

from ctk_tui.disk.digest import BLOCK, CHECK_EVERY, read_ahead
from ctk_tui.disk.reading import read_into
from ctk_tui.disk.reasons import CHANGED, unreadable
from ctk_tui.model.errors import FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctk_tui.disk.safe_open import OpenFile

STRETCH = 4 << 20
"""Bytes of the one file that are read before the same bytes of the other: where both lie on one disk with a head, it
goes to and fro once a stretch."""


class _Memory(threading.local):
    """A thread's memory for one stretch of the one file and one block of the other: to make it each time costs a fifth.

    Both begin where a page does. A bytearray by itself begins 16 bytes behind that, where some processors copy out of
    the system's cache at a third of their speed.
    """

    def __init__(self) -> None:
        self.stretch = memoryview(mmap.mmap(-1, STRETCH))
        self.block = bytearray(mmap.PAGESIZE - 16 + BLOCK)
        del self.block[: mmap.PAGESIZE - 16]
        self.view = memoryview(self.block)


_memory = _Memory()


def equal_digest(
    one: OpenFile, other: OpenFile, check: Callable[[], None] | None, *, path: bytes, other_path: bytes
) -> str | None:
    """Return the digest of two files whose bytes are all equal, None when one differs.

    Every byte of both is read and compared, so that one digest speaks for both.

    By one thread: a second one that reads the other file meanwhile makes it a quarter faster where a processor has
    nothing else to do and the system has both in memory, and takes twice as long where none has.

    Args:
        one: an open file.
        other: another.
        check: called before the first byte and then every 8 MiB; what it raises ends the work.
        path: name of the first, for the error.
        other_path: name of the other.

    Raises:
        FileUnreadable: the system refused, or one of them was changed meanwhile.
    """
    if one.size != other.size:
        return None
    state = xxh3_128()
    at = path
    try:
        if one.size > BLOCK:  # a shorter one is read at once
            read_ahead(one.fd)
            read_ahead(other.fd)
        for start in range(0, one.size, STRETCH):
            if check is not None and start % CHECK_EVERY == 0:
                check()
            at = path
            for offset, part in _parts(start, one.size):
                read_into(one.fd, part, offset, path)
                state.update(part)
            at = other_path
            for offset, part in _parts(start, one.size):
                if not _is_at(other.fd, offset, part, other_path):
                    return None
        for file, at in ((one, path), (other, other_path)):
            _require_unchanged(file, at)
    except OSError as error:
        raise unreadable(at, error) from error
    return state.hexdigest()


def _parts(start: int, size: int) -> Iterator[tuple[int, memoryview]]:
    """Yield the blocks of one stretch of a file: offset, and this thread's memory for it."""
    end = min(start + STRETCH, size)
    for offset in range(start, end, BLOCK):
        yield offset, _memory.stretch[offset - start : min(offset + BLOCK, end) - start]


def _is_at(fd: int, offset: int, part: memoryview, path: bytes) -> bool:
    """Return whether the bytes at an offset of an open file are these."""
    read_into(fd, _memory.view[: len(part)], offset, path)
    return _memory.block.startswith(part)  # memoryviews compare item by item, at a hundredth of the speed


def _require_unchanged(file: OpenFile, path: bytes) -> None:
    """Raise FileUnreadable when an open file was written since it was opened."""
    now = os.fstat(file.fd)
    if (now.st_size, now.st_mtime_ns) != (file.size, file.mtime_ns):
        raise FileUnreadable(path, CHANGED)
