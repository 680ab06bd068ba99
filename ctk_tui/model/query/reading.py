"""The text of one number, date or range, read strictly."""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING

from ctk_tui.model.query.ranges import Op, Range
from ctk_tui.model.query.values import SUFFIXES, UNITS, Ago, Day, Number, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctk_tui.model.query.fields import Ranged

LARGEST = 10**18
"""What a number must stay below, so that SQLite's 64 bits hold it."""
FINEST = 9
"""Digits behind the point: file systems and durations have no more."""
EXAMPLES: Mapping[Ranged, str] = {
    "seconds": "seconds or minutes, such as 1.5, 1:30 or 0.5..2",
    "ratio": "a number from 0 to 1, such as 0.8.. or 0.2..0.5",
    "whole": "whole numbers, such as 2, 1..3 or 2..",
    "hertz": "a number of hertz, such as 44100, 44.1k or 48k..",
    "bytes": "a number of bytes, such as 512k, 10M.. or 1G..2G",
    "date": "a date, such as 2019, 2019-05.., 2019-05-17 or -2w..",
}
"""What may stand in a field of each kind."""
_PLAIN = re.compile(r"([0-9]*)(?:\.([0-9]+))?")
_CLOCK = re.compile(r"(?:([0-9]+):([0-5][0-9])|([0-9]+)):([0-5][0-9])(?:\.([0-9]+))?")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_AGO = re.compile(r"-([0-9]{1,5})([a-z])")
_COMPARING: tuple[Op, ...] = (">=", "<=", ">", "<")


class BadValue(ValueError):
    """The text is no value of its kind.

    Args:
        hint: what to write instead.
    """

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


def read_range(text: str, kind: Ranged) -> Range:
    """Return the range that `text` says, such as `3`, `1..3`, `..3`, `3..`, `>=3` or `<3`.

    Raises:
        BadValue: it says none.
    """
    for op in _COMPARING:
        if text.startswith(op):
            value = read_value(text[len(op) :], kind)
            return Range(op, value, None) if op.startswith(">") else Range(op, None, value)
    if ".." in text:
        below, _, above = text.partition("..")
        if not below and not above:
            raise BadValue(EXAMPLES[kind])
        low, high = (read_value(part, kind) if part else None for part in (below, above))
        if low is not None and high is not None and _backwards(low, high):
            raise BadValue(f"the range runs backwards; write {high}..{low}")
        return Range("..", low, high)
    value = read_value(text, kind)
    if isinstance(value, Ago):
        raise BadValue(f"write {value}.. for all the time since then, ..{value} for all before")
    if kind == "ratio" and isinstance(value, Number) and value.exponent > -2:
        # Lists show hundredths; without this, 1 would mean all from 0.5.
        value = Number(value.digits * 10 ** (value.exponent + 2), -2)
    return Range("=", value, value)


def read_value(text: str, kind: Ranged) -> Value:
    """Return the one number or date that `text` says.

    Raises:
        BadValue: it says none.
    """
    if kind == "date":
        return _date(text)
    if kind == "seconds" and (clock := _CLOCK.fullmatch(text)):
        hours, minutes, alone, seconds, fraction = clock.groups(default="")
        whole = _whole(hours) * 3600 + _whole(minutes or alone) * 60 + int(seconds)
        return _number(str(whole), fraction, 0, kind)
    digits, power = text, 0
    if kind in {"hertz", "bytes"}:
        digits, power = _suffix(text, kind)
    plain = _PLAIN.fullmatch(digits)
    if not digits or plain is None:
        raise BadValue(EXAMPLES[kind])
    return _number(plain[1], plain[2] or "", power, kind)


def _suffix(text: str, kind: Ranged) -> tuple[str, int]:
    """Return the digits, and the power of ten that k, M, G or T behind them means, with or without a B for bytes."""
    lower = text.lower()
    if kind == "bytes":
        lower = lower.removesuffix("b")
    for suffix, power in SUFFIXES.items():
        if suffix and lower.endswith(suffix.lower()) and (kind == "bytes" or suffix == "k"):
            return lower[:-1], power
    return lower, 0


def _whole(digits: str) -> int:
    """Return a number of at most 18 digits; longer ones would cost time, or an error of Python's own."""
    digits = digits.lstrip("0")
    if len(digits) > 18:
        raise BadValue("the number is too large")
    return int(digits or "0")


def _number(whole: str, fraction: str, power: int, kind: Ranged) -> Number:
    if len(fraction) > FINEST:
        raise BadValue(f"at most {FINEST} digits behind the point")
    digits, exponent = _whole(whole) * 10 ** len(fraction) + _whole(fraction), power - len(fraction)
    if kind in {"whole", "hertz", "bytes"}:
        while exponent < 0 and digits % 10 == 0:
            digits, exponent = digits // 10, exponent + 1
        if exponent < 0:
            raise BadValue(EXAMPLES[kind])
    number = Number(digits, exponent)
    if number.value >= LARGEST:
        raise BadValue("the number is too large")
    if kind == "ratio" and number.value > 1:
        raise BadValue(EXAMPLES[kind])
    return number


def _date(text: str) -> Value:
    if ago := _AGO.fullmatch(text.lower()):
        if ago[2] not in UNITS:
            raise BadValue("h, d, w, m and y are hours, days, weeks, months and years, such as -2w..")
        return Ago(int(ago[1]), ago[2])
    found = _DAY.fullmatch(text)
    if found is None:
        raise BadValue(EXAMPLES["date"])
    year, month, day = (None if part is None else int(part) for part in found.groups())
    if year is None or not 1900 <= year <= 2999:
        raise BadValue("the year must lie between 1900 and 2999")
    if month is not None and not 1 <= month <= 12:
        raise BadValue("the month must lie between 01 and 12")
    if month is not None and day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise BadValue("that month has no such day")
    return Day(year, month, day)


def _backwards(low: Value, high: Value) -> bool:
    if isinstance(low, Number) and isinstance(high, Number):
        return low.value > high.value
    if isinstance(low, Day) and isinstance(high, Day):
        # Compared as dates, not as times: which end is first does not hang on a time zone.
        return (low.year, low.month or 1, low.day or 1) > (high.year, high.month or 12, high.day or 31)
    return isinstance(low, Ago) and isinstance(high, Ago) and low.seconds < high.seconds
