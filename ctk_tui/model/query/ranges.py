"""Ranges of numbers and dates, and the plain interval that each means at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ctk_tui.model.query.values import Day, Number, Value

Op = Literal["=", "..", ">", ">=", "<", "<="]


@dataclass(frozen=True, slots=True)
class Range:
    """One value of a field of numbers or dates, as it was written."""

    op: Op
    """`=`: one value, in both `low` and `high`. `..`: from `low` to `high`, both included, one of them may be None."""
    low: Value | None
    """None for `<`, `<=` and `..high`."""
    high: Value | None
    """None for `>`, `>=` and `low..`."""

    def __str__(self) -> str:
        """Return the canonical text: 3, 1..3, ..3, >=3."""
        if self.op == "=":
            return str(self.low)
        if self.op == "..":
            return f"{'' if self.low is None else self.low}..{'' if self.high is None else self.high}"
        return f"{self.op}{self.high if self.low is None else self.low}"


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers that a range means: two comparisons at most, the same for Python and for SQL."""

    low: float | None
    """None for no lower bound."""
    low_open: bool
    """Whether `low` itself lies outside."""
    high: float | None
    """None for no upper bound."""
    high_open: bool
    """Whether `high` itself lies outside."""

    def __contains__(self, number: float) -> bool:
        """Return whether a number lies in it."""
        if self.low is not None and (number < self.low or (self.low_open and number == self.low)):
            return False
        return not (self.high is not None and (number > self.high or (self.high_open and number == self.high)))


def interval(wanted: Range, now: float) -> Interval:
    """Return the numbers that a range means.

    A number in a range is itself, and both ends belong to the range. A number alone stands for all that round to it as
    it is written: `duration:2` is 1.5 up to, not including, 2.5 seconds, `size:10M` 9.5 to 10.5 megabytes, and
    `channels:2` or `id:7`, where there are no fractions, just that. A date is all the time from its beginning to its
    end, in ranges too: `..2019` ends with the year, `>2019` begins after it. A relative date is an instant.

    Args:
        wanted: the range.
        now: the moment that relative dates count from, in seconds since the epoch.
    """
    low, high = wanted.low, wanted.high
    if wanted.op == "=" and isinstance(low, Number):
        least, beyond = low.rounds
        return Interval(least, False, beyond, True)
    if wanted.op == ">" and low is not None:
        instant, past = _end(low, now)
        return Interval(instant, not past, None, False)
    if wanted.op == "<" and high is not None:
        return Interval(None, False, _begin(high, now), True)
    until, past = (None, False) if high is None else _end(high, now)
    return Interval(None if low is None else _begin(low, now), False, until, past)


def _begin(value: Value, now: float) -> float:
    if isinstance(value, Number):
        return value.value
    return value.starts if isinstance(value, Day) else now - value.seconds


def _end(value: Value, now: float) -> tuple[float, bool]:
    """Return where a value ends, and whether that instant lies behind it already."""
    if isinstance(value, Number):
        return value.value, False
    return (value.ends, True) if isinstance(value, Day) else (now - value.seconds, False)
