"""Numbers and dates as a query writes them: exact, with their precision, and independent of the moment."""

from __future__ import annotations

import calendar
import time
from dataclasses import dataclass
from typing import TypeAlias

SUFFIXES = {"": 0, "k": 3, "M": 6, "G": 9, "T": 12}
"""What stands behind a number, and the power of ten that it means."""
UNITS = {"h": 3600, "d": 86400, "w": 7 * 86400, "m": 30 * 86400, "y": 365 * 86400}
"""Seconds of the units of relative dates; a month is 30 days, a year 365."""


@dataclass(frozen=True, slots=True)
class Number:
    """`digits` times ten to the power of `exponent`: 1.50 is (150, -2), 10M is (10, 6), 1:30 is (90, 0)."""

    digits: int
    """0 or more."""
    exponent: int
    """The place of the last digit that was written."""

    @property
    def value(self) -> int | float:
        """The number; an int where it was written without a fraction."""
        return _scaled(self.digits, self.exponent)

    @property
    def rounds(self) -> tuple[float, float]:
        """The lowest number that is this one when rounded to its last digit, and the lowest that is not any more."""
        return float(f"{10 * self.digits - 5}e{self.exponent - 1}"), float(
            f"{10 * self.digits + 5}e{self.exponent - 1}"
        )

    def __str__(self) -> str:
        """Return the canonical text: 1.50, 10M, 90."""
        suffix, power = next(item for item in SUFFIXES.items() if item[1] >= self.exponent)
        places = power - self.exponent
        text = str(self.digits).zfill(places + 1)
        return (f"{text[:-places]}.{text[-places:]}" if places else text) + suffix


def _scaled(digits: int, exponent: int) -> int | float:
    return digits * 10**exponent if exponent >= 0 else float(f"{digits}e{exponent}")


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar year, month or day in local time."""

    year: int
    """1900 to 2999."""
    month: int | None = None
    """1 to 12, None for the whole year."""
    day: int | None = None
    """1 to 31, None for the whole month or year."""

    @property
    def starts(self) -> float:
        """When it begins, in seconds since the epoch."""
        return _midnight(self.year, self.month or 1, self.day or 1)

    @property
    def ends(self) -> float:
        """When the next one begins, in seconds since the epoch."""
        if self.month is None:
            return _midnight(self.year + 1, 1, 1)
        if self.day is None:
            return _midnight(self.year, self.month + 1, 1)
        return _midnight(self.year, self.month, self.day + 1)

    def __str__(self) -> str:
        """Return the canonical text: 2019, 2019-05, 2019-05-17."""
        text = f"{self.year:04}"
        if self.month is not None:
            text += f"-{self.month:02}"
        return text if self.day is None else f"{text}-{self.day:02}"


def _midnight(year: int, month: int, day: int) -> float:
    """Return when a local day begins; a month of 13 and a day of 32 are those that follow."""
    wanted = (year, month, day, 0, 0, 0, 0, 0, -1)
    try:
        return time.mktime(wanted)
    except OverflowError:  # Windows counts local time from 1970 to 3000 only
        year, month = (year + 1, 1) if month == 13 else (year, month)
        return float(calendar.timegm((year, month, 1, 0, 0, 0)) + (day - 1) * 86400)


@dataclass(frozen=True, slots=True)
class Ago:
    """A moment before now: `-2w`."""

    count: int
    """How many units."""
    unit: str
    """h, d, w, m or y."""

    @property
    def seconds(self) -> int:
        """How long before now."""
        return self.count * UNITS[self.unit]

    def __str__(self) -> str:
        """Return the canonical text: -2w."""
        return f"-{self.count}{self.unit}"


Value: TypeAlias = Number | Day | Ago
