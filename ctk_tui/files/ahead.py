"""Reading ahead: the disk fetches the files of the next operations while one is proved."""

from __future__ import annotations

import contextlib
from collections import deque
from typing import TYPE_CHECKING

from ctk_tui.disk.digest import fetch_start
from ctk_tui.disk.safe_open import open_regular
from ctk_tui.model.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctk_tui.files.places import Places
    from ctk_tui.model.plan import Operation

START = 1 << 20
"""Bytes of each file: all of a short sound. Of a long one the system fetches the rest by itself, and better."""
BYTES = 32 << 20
"""Asked for at most: what a slow drive reads in a third of a second, and no more than a small machine can spare."""
FILES = 32
"""Operations at most."""


def read_ahead(places: Places, operations: Iterable[Operation]) -> Iterator[Operation]:
    """Yield all operations in their order, each when the system knows what the following ones will read.

    It is a hint and no more: nothing is read here, and whether a file is what the plan says is looked at when it is
    its turn.

    Args:
        places: all sources; what lies in none is not opened.
        operations: of a plan.
    """
    waiting: deque[tuple[Operation, int]] = deque()
    asked = 0
    for operation in operations:
        size = _ask(places, operation)
        waiting.append((operation, size))
        asked += size
        while asked > BYTES or len(waiting) > FILES:
            first, size = waiting.popleft()
            asked -= size
            yield first
    for first, _ in waiting:
        yield first


def _ask(places: Places, operation: Operation) -> int:
    """Ask for the bytes that will prove a removal; return how many."""
    if operation.keeper is None:
        return 0  # no more than its ends are read
    asked = 0
    for path in (operation.path, operation.keeper):
        place = places.find(path)
        if place is None or not place.ground.online:
            continue
        with contextlib.suppress(OSError, FileError), open_regular(path) as file:
            # A cloud's placeholder has no blocks, and asking for its bytes would download them.
            if getattr(file.status, "st_blocks", 1):
                length = min(file.size, START)
                fetch_start(file.fd, length)
                asked += length
    return asked
