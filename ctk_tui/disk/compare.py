"""Proof that two open files are the same: their bytes, block by block, and the digest that both have."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xxhash import xxh3_128

from ctk_tui.disk.digest import BLOCK, CHECK_EVERY, read_ahead
from ctk_tui.disk.reading import read_at
from ctk_tui.disk.reasons import CHANGED, unreadable
from ctk_tui.model.errors import FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.disk.safe_open import OpenFile

STRETCH = 4 << 20
"""Bytes of the one file that are read before the same bytes of the other: where both lie on one disk with a head, it
goes to and fro once a stretch."""


def equal_digest(
    one: OpenFile, other: OpenFile, check: Callable[[], None] | None, *, path: bytes, other_path: bytes
) -> str | None:
    """Return the digest of two files whose bytes are all equal, None when one differs.

    Every byte of both is read and compared, so that one digest speaks for both.

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
        read_ahead(one.fd)
        read_ahead(other.fd)
        for start in range(0, one.size, STRETCH):
            if check is not None and start % CHECK_EVERY == 0:
                check()
            blocks = []
            at = path
            for offset, length in _blocks(start, one.size):
                blocks.append(read_at(one.fd, length, offset, path))
                state.update(blocks[-1])
            at = other_path
            for block, (offset, length) in zip(blocks, _blocks(start, one.size), strict=True):
                if block != read_at(other.fd, length, offset, other_path):
                    return None
        for file, at in ((one, path), (other, other_path)):
            _require_unchanged(file, at)
    except OSError as error:
        raise unreadable(at, error) from error
    return state.hexdigest()


def _blocks(start: int, size: int) -> list[tuple[int, int]]:
    """Return offset and length of the blocks of one stretch of a file."""
    end = min(start + STRETCH, size)
    return [(offset, min(BLOCK, end - offset)) for offset in range(start, end, BLOCK)]


def _require_unchanged(file: OpenFile, path: bytes) -> None:
    """Raise FileUnreadable when an open file was written since it was opened."""
    now = os.fstat(file.fd)
    if (now.st_size, now.st_mtime_ns) != (file.size, file.mtime_ns):
        raise FileUnreadable(path, CHANGED)
