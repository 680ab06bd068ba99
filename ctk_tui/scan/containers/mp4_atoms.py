"""Atoms (boxes) of MP4 files (ISO 14496-12): names, sizes, places."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.scan.containers.held import Held

SIBLINGS = 1024
"""Atoms looked at on one level."""


def atoms(held: Held, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, offset of the body and offset behind it for the atoms that lie side by side.

    Args:
        held: the file.
        start: offset of the first atom.
        end: offset behind the last; one that claims more is yielded with its claim, and is the last.
    """
    offset = start
    for _ in range(SIBLINGS):
        head = held.at(offset, 16)
        if offset + 8 > end or len(head) < 8:
            return
        size = int.from_bytes(head[:4], "big")
        body = offset + 8
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
            body = offset + 16
        elif size == 0:
            size = end - offset
        if offset + size < body:
            return
        offset += size
        yield head[4:8], body, offset


def find(held: Held, start: int, end: int, *path: bytes) -> tuple[int, int] | None:
    """Return the body and the end of the first atom on this path below `start`, None if there is none."""
    for name in path:
        for found, body, stop in atoms(held, start, end):
            if found == name:
                start, end = body, min(stop, end)
                break
        else:
            return None
    return start, end


def words(held: Held, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and bytes of the texts in an iTunes list (`ilst`)."""
    for name, body, stop in atoms(held, start, end):
        if name[:1] == b"\xa9" and (data := find(held, body, min(stop, end), b"data")):
            yield name, held.at(data[0] + 8, min(data[1] - data[0] - 8, 1 << 14))
