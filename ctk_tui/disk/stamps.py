"""Comparing what a stat says with what was stored: times of coarse file systems, large inode numbers."""

from __future__ import annotations

_HOUR = 3600 * 10**9
_TWO_SECONDS = 2 * 10**9
_ZONES = 26 * _HOUR
"""Clocks on earth are 26 hours apart at most (UTC-12 to UTC+14)."""


def same_time(a: int, b: int, *, coarse: bool) -> bool:
    """Return whether two times of change are the same.

    Args:
        a: nanoseconds since the epoch.
        b: the same.
        coarse: on the FAT family, which stores local time in steps of 2 s: the clock's zone moves it by whole hours.
    """
    if a == b or not coarse:
        return a == b
    apart = abs(a - b)
    rest = apart % _HOUR
    return apart <= _ZONES and (rest <= _TWO_SECONDS or rest >= _HOUR - _TWO_SECONDS)


def signed(inode: int) -> int:
    """Return an inode number as SQLite can store it: the upper half of 64 bits becomes negative."""
    return inode - (1 << 64) if inode >= 1 << 63 else inode
