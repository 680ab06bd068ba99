"""Numbers, sizes, lengths and dates: how they are written, and which numbers they mean."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ctk_tui.model.query.ranges import interval
from ctk_tui.model.query.reading import BadValue, read_range, read_value
from ctk_tui.model.query.values import Day, Number, _midnight

if TYPE_CHECKING:
    from ctk_tui.model.query.fields import Ranged

DAY = 86400.0
NOW = 1_700_000_000.0

# How it is written, of which kind, its value, its canonical text.
NUMBERS: list[tuple[str, Ranged, float, str]] = [
    ("2", "seconds", 2, "2"),
    ("1.50", "seconds", 1.5, "1.50"),
    (".5", "seconds", 0.5, "0.5"),
    ("1:30", "seconds", 90, "90"),
    ("0:05.25", "seconds", 5.25, "5.25"),
    ("1:02:03", "seconds", 3723, "3723"),
    ("90:00", "seconds", 5400, "5400"),
    ("0", "bytes", 0, "0"),
    ("512", "bytes", 512, "512"),
    ("10M", "bytes", 10_000_000, "10M"),
    ("10mb", "bytes", 10_000_000, "10M"),
    ("1.5k", "bytes", 1500, "1.5k"),
    ("0.5G", "bytes", 500_000_000, "0.5G"),
    ("2T", "bytes", 2 * 10**12, "2T"),
    ("100.0", "bytes", 100, "100"),
    ("7B", "bytes", 7, "7"),
    ("44.1k", "hertz", 44_100, "44.1k"),
    ("44100", "hertz", 44_100, "44100"),
    ("007", "whole", 7, "7"),
    ("1", "ratio", 1, "1"),
    ("0.25", "ratio", 0.25, "0.25"),
]


@pytest.mark.parametrize(("text", "kind", "value", "canonical"), NUMBERS)
def test_numbers(text: str, kind: Ranged, value: float, canonical: str) -> None:
    read = read_value(text, kind)
    assert isinstance(read, Number)
    assert read.value == value
    assert isinstance(read.value, int) is (read.exponent >= 0)
    assert str(read) == canonical
    assert read_value(canonical, kind) == read


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "whole"), (".", "seconds"), ("5.", "seconds"), ("-1", "whole"), ("1e3", "whole"), ("\uff11", "whole"),
        ("1_000", "whole"), ("1:5", "seconds"), ("1:60", "seconds"), ("1:2:03", "seconds"), ("1:30k", "seconds"),
        ("1k", "whole"), ("1.5", "bytes"), ("k", "bytes"), ("0.0000000001", "seconds"), ("1.01", "ratio"),
        ("1.2345M", "hertz"), ("2019-5-", "date"), ("19", "date"), ("2019-00", "date"), ("-w", "date"),
        ("-123456d", "date"), ("2019T", "date"), ("999999999999999999:00", "seconds"),
    ],
)  # fmt: skip
def test_what_is_no_value(text: str, kind: Ranged) -> None:
    with pytest.raises(BadValue) as caught:
        read_value(text, kind)
    assert caught.value.hint


# A range, its kind, numbers that lie in it, numbers that do not.
INSIDE: list[tuple[str, Ranged, list[float], list[float]]] = [
    ("2", "seconds", [1.5, 2, 2.4999], [1.4999, 2.5]),
    ("2.0", "seconds", [1.95, 2.04], [1.9, 2.05]),
    ("10M", "bytes", [9_500_000, 10_499_999], [9_499_999, 10_500_000]),
    ("512", "bytes", [512], [511, 513]),
    ("48k", "hertz", [48_000], [44_100, 48_500]),
    ("44k", "hertz", [44_100], [44_500]),
    ("2", "whole", [2], [1, 3]),
    ("0.9", "ratio", [0.9, 0.895], [0.89, 0.91]),
    ("1", "ratio", [1], [0.99]),
    ("1..3", "seconds", [1, 2, 3], [0.999, 3.001]),
    ("..3", "seconds", [0, 3], [3.001]),
    ("3..", "seconds", [3, 1e9], [2.999]),
    (">3", "seconds", [3.001], [3]),
    (">=3", "seconds", [3], [2.999]),
    ("<3", "seconds", [2.999], [3]),
    ("<=3", "seconds", [3], [3.001]),
    ("3..3", "whole", [3], [2, 4]),
]


@pytest.mark.parametrize(("text", "kind", "inside", "outside"), INSIDE)
def test_ranges(text: str, kind: Ranged, inside: list[float], outside: list[float]) -> None:
    numbers = interval(read_range(text, kind), NOW)
    assert [number for number in inside if number not in numbers] == []
    assert [number for number in outside if number in numbers] == []


def local(year: int, month: int = 1, day: int = 1) -> float:
    return time.mktime((year, month, day, 0, 0, 0, 0, 0, -1))


# A range of dates, its first instant, and the first instant behind it.
DATES: list[tuple[str, float | None, float | None]] = [
    ("2019", local(2019), local(2020)),
    ("2019-05", local(2019, 5), local(2019, 6)),
    ("2019-5-7", local(2019, 5, 7), local(2019, 5, 8)),
    ("2019-12", local(2019, 12), local(2020)),
    ("2020-02-29", local(2020, 2, 29), local(2020, 3)),
    ("2019-12-31", local(2019, 12, 31), local(2020)),
    ("2019-05..", local(2019, 5), None),
    ("..2019-05", None, local(2019, 6)),
    ("2019..2020", local(2019), local(2021)),
    (">2019", local(2020), None),
    (">=2019", local(2019), None),
    ("<2019", None, local(2019)),
    ("<=2019", None, local(2020)),
]


@pytest.mark.parametrize(("text", "first", "behind"), DATES)
def test_dates(text: str, first: float | None, behind: float | None) -> None:
    numbers = interval(read_range(text, "date"), NOW)
    assert (-1e12 in numbers) is (first is None)
    assert (1e12 in numbers) is (behind is None)
    if first is not None:
        assert first in numbers
        assert first - 0.001 not in numbers
    if behind is not None:
        assert behind not in numbers
        assert behind - 0.001 in numbers


def test_relative_dates() -> None:
    assert interval(read_range("-2w..", "date"), NOW).low == NOW - 14 * DAY
    assert interval(read_range("..-1Y", "date"), NOW).high == NOW - 365 * DAY
    between = interval(read_range("-3m..-36h", "date"), NOW)
    assert (between.low, between.high) == (NOW - 90 * DAY, NOW - 1.5 * DAY)
    assert NOW in interval(read_range("-0d..", "date"), NOW)


def test_dates_that_the_system_cannot_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no local time before 1970: there, such a date begins at midnight UTC."""

    def refused(_: object) -> float:
        raise OverflowError

    monkeypatch.setattr(time, "mktime", refused)
    assert _midnight(1969, 12, 31) == -DAY
    assert (Day(1969).starts, Day(1969).ends) == (-365 * DAY, 0)
    assert (Day(1969, 12).starts, Day(1969, 12).ends) == (-31 * DAY, 0)
    assert (Day(1969, 12, 31).starts, Day(1969, 12, 31).ends) == (-DAY, 0)


@pytest.mark.parametrize("year", [1900, 1969, 2999])
def test_the_ends_of_the_calendar(year: int) -> None:
    assert 364 * DAY <= Day(year).ends - Day(year).starts <= 367 * DAY
