"""Rows and marks: what is asked for once is not asked again, and marks know no list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.tui.table.marks import Marks
from ctk_tui.tui.table.rows import RowCache

IDS = st.sets(st.integers(0, 30))


def test_rows_are_asked_for_once() -> None:
    rows: RowCache[str] = RowCache()
    first = rows.request([1, 2, 3])
    assert first is not None
    assert first.ids == (1, 2, 3)
    second = rows.request([2, 3, 4])
    assert second is not None
    assert second.ids == (4,)
    rows.deliver(first, {1: "a", 2: "b"})
    assert rows.request([1, 2, 3, 4]) is None
    assert [rows.get(some) for some in (1, 2, 3, 4)] == ["a", "b", None, None]
    assert [rows.has(some) for some in (1, 2, 3, 4)] == [True, True, True, False], "3 is gone, 4 is on its way"


def test_what_could_not_be_read_is_asked_for_again() -> None:
    rows: RowCache[str] = RowCache()
    request = rows.request([1])
    assert request is not None
    rows.decline(request)
    assert rows.request([1]) == request


def test_rows_that_changed_are_shown_until_they_are_read_again() -> None:
    rows: RowCache[str] = RowCache()
    early = rows.request([1, 2])
    assert early is not None
    rows.put({3: "c"})
    rows.expire()
    assert rows.get(3) == "c"
    late = rows.request([1, 2, 3])
    assert late is not None
    assert late.ids == (1, 2, 3)
    rows.deliver(early, {1: "old", 2: "old"})
    assert rows.get(1) == "old", "better than nothing"
    rows.deliver(late, {1: "new", 2: "new", 3: "new"})
    rows.deliver(early, {1: "old", 2: "old"})
    assert [rows.get(some) for some in (1, 2, 3)] == ["new", "new", "new"]
    assert rows.request([1, 2, 3]) is None


def test_the_oldest_rows_make_room() -> None:
    rows: RowCache[str] = RowCache(kept=3)
    rows.put({1: "a", 2: "b", 3: "c"})
    assert rows.request([1, 2, 3]) is None
    request = rows.request([4])
    assert request is not None
    rows.deliver(request, {4: "d"})
    assert [rows.has(some) for some in (1, 2, 3, 4)] == [False, True, True, True]


@given(IDS, IDS, IDS)
def test_marks_are_a_set(first: set[int], second: set[int], third: set[int]) -> None:
    told: list[int] = []
    marks = Marks(lambda: told.append(0))
    assert marks.add(first) == len(first)
    assert marks.discard(second) == len(first & second)
    assert set(marks) == first - second
    assert marks.clear() == len(first - second)
    assert len(marks) == 0
    marks.add(third)
    before = len(told)
    more = marks.restore()
    assert set(marks) == third | (first - second or set())
    assert (len(told) > before) == (more > 0), "told when something changed, and only then"


def test_what_may_not_be_marked_is_not() -> None:
    marks = Marks(lambda: None, lambda some: some % 2 == 0)
    assert marks.add(range(10)) == 5
    marks.replace(range(5))
    assert set(marks) == {0, 2, 4}
