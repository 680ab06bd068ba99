"""Threads that go one after the other, in the order in which they drew a number."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Turns:
    """The numbers, and whose turn it is."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._drawn = 0
        self._next = 0

    def draw(self) -> int:
        """Return the next number; whoever draws one takes its turn, or all behind it wait for ever."""
        with self._changed:
            self._drawn += 1
            return self._drawn - 1

    @contextlib.contextmanager
    def mine(self, number: int) -> Iterator[None]:
        """Wait for the turn of a number, and end it with the block."""
        with self._changed:
            self._changed.wait_for(lambda: self._next == number)
        try:
            yield
        finally:
            with self._changed:
                self._next += 1
                self._changed.notify_all()
