"""Sixteen bytes that a worker and its parent share: where it is, readable even after the worker was killed."""

from __future__ import annotations

import mmap
import os
import sys

SIZE = 16
"""Two signed 64-bit numbers."""
INDEX, BEATS = 0, 1
"""The item that the worker is at, counted from 0 (-1: none yet), and how many ticks it made."""


def anonymous_file(name: str) -> int:
    """Return a descriptor of an open file without a name, gone with its last user.

    In memory where the system can (Linux), so that a full disk does not end the workers; else a temporary file.
    """
    if sys.platform == "linux":
        return os.memfd_create(name)
    else:  # noqa: RET505  or mypy calls the rest unreachable
        import tempfile

        with tempfile.TemporaryFile() as file:
            return os.dup(file.fileno())


class Page:
    """The parent's side of the shared numbers."""

    def __init__(self) -> None:
        self.handle: int | str
        """What the child opens: an inherited descriptor, on Windows the name of the mapping."""
        if sys.platform == "win32":
            import uuid

            self.handle = f"ctk-{uuid.uuid4().hex}"
            self._map = mmap.mmap(-1, SIZE, tagname=self.handle)
        else:
            self.handle = anonymous_file("ctk-page")
            # Written, not truncated to length: a hole that finds no room on a full disk would be a SIGBUS later.
            os.write(self.handle, bytes(SIZE))
            self._map = mmap.mmap(self.handle, SIZE)
        self._slots = memoryview(self._map).cast("q")

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What the child has to inherit."""
        return (self.handle,) if isinstance(self.handle, int) else ()

    def reset(self) -> None:
        """Forget the item of the call before; only while the worker is idle."""
        self._slots[INDEX] = -1

    def index(self) -> int | None:
        """Return the item that the worker is, or was, at."""
        found = self._slots[INDEX]
        return found if found >= 0 else None

    def beats(self) -> int:
        """Return how many ticks the worker made; only the difference to before means something."""
        return self._slots[BEATS]

    def close(self) -> None:
        """Let go of it; the child's side stays good."""
        self._slots.release()
        self._map.close()
        if isinstance(self.handle, int):
            os.close(self.handle)


def attach(handle: int | str) -> memoryview:
    """Return the child's side: two numbers that it may write."""
    if sys.platform == "win32":
        shared = mmap.mmap(-1, SIZE, tagname=str(handle))
    else:
        shared = mmap.mmap(int(handle), SIZE)
    return memoryview(shared).cast("q")
