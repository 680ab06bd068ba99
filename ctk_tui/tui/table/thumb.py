"""Which lines at the right edge tell what part of the list is on screen."""

from __future__ import annotations


def thumb(top: int, height: int, count: int) -> range:
    """Return the lines of the thumb, none where the whole list is on screen.

    Args:
        top: first row on screen.
        height: rows that fit.
        count: rows in all.
    """
    if count <= height or height < 2:
        return range(0)
    length = max(1, round(height * height / count))
    start = round(top / (count - height) * (height - length))
    return range(start, start + length)


def row_at(line: int, height: int, count: int) -> int:
    """Return the first row to show so that the thumb stands at a line, where somebody points at the edge."""
    return round(max(0, min(line, height - 1)) / max(1, height - 1) * max(0, count - height))
