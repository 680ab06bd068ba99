"""How work in a worker says where it is; everywhere else it says nothing, at no cost."""

from __future__ import annotations

from ctk_tui.workers import page

_slots: memoryview | None = None


def tick(index: int) -> None:
    """Say that the work is at item `index`, counted from 0, and alive.

    Two numbers are written into memory that the parent shares: about 0.1 microseconds, so call it as often as wanted,
    at least once in the pool's `item_timeout`. Outside a worker it does nothing.
    """
    if _slots is not None:
        _slots[page.INDEX] = index
        _slots[page.BEATS] += 1


def attach(handle: int | str) -> None:
    """Begin to tell the parent; called once, by the worker's own start.

    Args:
        handle: what the parent's Page gave.
    """
    global _slots  # noqa: PLW0603  one process, one parent: there is nowhere else to keep it
    _slots = page.attach(handle)
