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


def equal_digest(
    one: OpenFile, other: OpenFile, check: Callable[[], None] | None, *, path: bytes, other_path: bytes
) -> str | None:
    """Return the digest of two files whose bytes are all equal, None when one differs.

    Each block of both is read and compared before it goes into the digest, so that one digest speaks for both.

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
        for offset in range(0, one.size, BLOCK):
            if check is not None and offset % CHECK_EVERY == 0:
                check()
            length = min(BLOCK, one.size - offset)
            at = path
            block = read_at(one.fd, length, offset, path)
            at = other_path
            if block != read_at(other.fd, length, offset, other_path):
                return None
            state.update(block)
        for file, at in ((one, path), (other, other_path)):
            _require_unchanged(file, at)
    except OSError as error:
        raise unreadable(at, error) from error
    return state.hexdigest()


def _require_unchanged(file: OpenFile, path: bytes) -> None:
    """Raise FileUnreadable when an open file was written since it was opened."""
    now = os.fstat(file.fd)
    if (now.st_size, now.st_mtime_ns) != (file.size, file.mtime_ns):
        raise FileUnreadable(path, CHANGED)
