"""Where a list is looked at: the cursor belongs to a row, whatever happens to the list around it."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ctk_tui.tui.table import ids as ids_module
from ctk_tui.tui.table.ids import among, as_ids, find, nearest
from ctk_tui.tui.table.thumb import row_at, thumb
from ctk_tui.tui.table.view import View

LISTS = st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=60)
SMALL = st.lists(st.integers(0, 40), unique=True, max_size=40)


def view(ids: list[int], height: int = 5, cursor: int = 0) -> View:
    made = View()
    made.resize(height)
    made.show(as_ids(ids))
    if cursor:
        made.to(cursor)
    return made


@given(LISTS)
def test_ids_come_from_anything(ids: list[int]) -> None:
    for given_ids in (ids, tuple(ids), array("q", ids), np.array(ids, dtype=np.int64), as_ids(ids)):
        assert as_ids(given_ids).tolist() == ids
    assert as_ids(np.array(ids, dtype=np.int64)[::2]).tolist() == ids[::2]
    assert as_ids(iter(ids)).tolist() == ids


@pytest.mark.parametrize("many", [0, 10**9], ids=["numpy", "plain"])
@given(ids=LISTS, wanted=st.integers(-(2**63), 2**63 - 1))
def test_find_finds(many: int, ids: list[int], wanted: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids_module, "MANY", many)
        for one in [*ids, wanted]:
            assert find(as_ids(ids), one) == (ids.index(one) if one in ids else -1)


@pytest.mark.parametrize("many", [0, 10**9], ids=["numpy", "plain"])
@given(ids=LISTS, others=st.sets(st.integers(-(2**63), 2**63 - 1), max_size=9), data=st.data())
def test_among_counts(many: int, ids: list[int], others: set[int], data: st.DataObject) -> None:
    some = others | (data.draw(st.sets(st.sampled_from(ids))) if ids else set())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids_module, "MANY", many)
        assert among(as_ids(ids), some) == len(some & set(ids))


@pytest.mark.parametrize("many", [0, 10**9], ids=["numpy", "plain"])
@given(old=SMALL.filter(bool), new=SMALL, data=st.data())
def test_the_nearest_row_that_is_left(many: int, old: list[int], new: list[int], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(old) - 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids_module, "MANY", many)
        place = nearest(as_ids(old), at, as_ids(new))
    left = [abs(other - at) for other, one in enumerate(old) if one in new]
    assert (place < 0) == (not left)
    if left:
        assert abs(old.index(new[place]) - at) == min(left)


@given(SMALL, SMALL, st.integers(0, 40), st.integers(1, 12), st.booleans())
def test_the_cursor_stays_on_its_row(old: list[int], new: list[int], cursor: int, height: int, fresh: bool) -> None:
    looked = view(old, height, cursor)
    current, line = looked.current, looked.cursor - looked.top
    looked.show(as_ids(new), fresh=fresh)
    if current in new:
        assert looked.current == current
        room = len(new) - height
        if not fresh and 0 <= looked.cursor - line <= room:
            assert looked.cursor - looked.top == line, "its line on the screen is the same"
    assert looked.top <= looked.cursor < looked.top + height or not new


@given(SMALL.filter(bool), SMALL, st.integers(0, 40))
def test_a_filter_that_is_taken_away_leaves_no_trace(ids: list[int], part: list[int], cursor: int) -> None:
    looked = view(ids, 5, cursor)
    before = (looked.current, looked.cursor, looked.top)
    looked.to(looked.cursor)
    looked.show(as_ids([one for one in ids if one in part]), fresh=True)
    looked.show(as_ids(ids), fresh=True)
    assert (looked.current, looked.cursor) == before[:2]


def test_what_was_done_under_a_filter_counts() -> None:
    looked = view([1, 2, 3, 4, 5], cursor=1)
    looked.show(as_ids([4, 5]), fresh=True)
    assert looked.current == 4
    looked.settle()
    looked.show(as_ids([1, 2, 3, 4, 5]), fresh=True)
    assert looked.current == 4


def test_the_first_rows_give_way_to_all_without_a_jump() -> None:
    looked = view(list(range(100)), height=20, cursor=30)
    looked.scroll(-3)
    before = (looked.current, looked.cursor, looked.top)
    looked.show(as_ids(range(1_000_000)))
    assert (looked.current, looked.cursor, looked.top) == before


def test_rows_that_come_in_above_do_not_move_what_is_read() -> None:
    looked = view(list(range(100)), height=10, cursor=50)
    looked.scroll(-200)  # the cursor is not on screen: what is read is the rows at the top
    seen = looked.visible().tolist()
    looked.show(as_ids([*range(1000, 1040), *range(100)]))
    assert looked.visible().tolist() == seen
    assert looked.current == 50


def test_another_question_is_answered_from_its_beginning() -> None:
    looked = view(list(range(100)), height=10, cursor=50)
    looked.show(as_ids([1, 2, 50, *range(51, 99)]), fresh=True)
    assert (looked.top, looked.current) == (0, 50)


def test_pages_keep_the_line_of_the_cursor() -> None:
    looked = view(list(range(100)), height=10, cursor=3)
    looked.page(1)
    assert (looked.cursor, looked.top) == (13, 10)
    looked.page(-0.5)
    assert (looked.cursor, looked.top) == (8, 5)
    looked.page(-1)
    assert (looked.cursor, looked.top) == (0, 0)
    looked.to(95)
    looked.page(1)
    assert (looked.cursor, looked.top) == (99, 90)


def test_a_slow_line_scrolls_half_a_screen() -> None:
    looked = view(list(range(100)), height=10)
    looked.stride = 0.5
    tops = []
    for _ in range(30):
        looked.to(looked.cursor + 1)
        tops.append(looked.top)
    assert sorted(set(tops)) == [0, 6, 12, 18, 24][: len(set(tops))]
    assert len(set(tops)) < 6


def test_a_range_belongs_to_its_rows() -> None:
    looked = view(list(range(20)), height=10, cursor=5)
    looked.anchor = looked.current
    looked.to(8)
    assert looked.span() == range(5, 9)
    looked.show(as_ids(range(19, -1, -1)))
    assert [looked.ids[place] for place in looked.span()] == [8, 7, 6, 5]
    looked.show(as_ids([8, 9]))
    assert looked.anchor is None
    assert list(looked.span()) == []


@given(st.integers(0, 10**7), st.integers(1, 200), st.integers(0, 10**6))
def test_the_thumb_is_on_screen_and_tells_the_ends(top: int, height: int, count: int) -> None:
    top = min(top, max(0, count - height))
    lines = thumb(top, height, count)
    assert all(0 <= line < height for line in lines)
    assert (len(lines) > 0) == (count > height >= 2)
    if lines and top == 0:
        assert lines.start == 0
    if lines and top == count - height:
        assert lines.stop == height
    assert 0 <= row_at(3, height, count) <= max(0, count - height)


class Looking(RuleBasedStateMachine):
    """Anything in any order: the view stays in the list."""

    def __init__(self) -> None:
        super().__init__()
        self.view = View()

    @rule(ids=SMALL, fresh=st.booleans())
    def show(self, ids: list[int], fresh: bool) -> None:
        self.view.show(as_ids(ids), fresh=fresh)

    @rule(place=st.integers(-3, 50))
    def to(self, place: int) -> None:
        self.view.to(place)
        assert self.view.top <= self.view.cursor < self.view.top + self.view.height

    @rule(wanted=st.integers(0, 45))
    def to_id(self, wanted: int) -> None:
        assert self.view.to_id(wanted) == (wanted in self.view.ids.tolist())

    @rule(pages=st.sampled_from([-1, -0.5, 0.5, 1]))
    def page(self, pages: float) -> None:
        self.view.page(pages)

    @rule(rows=st.integers(-9, 9))
    def scroll(self, rows: int) -> None:
        self.view.scroll(rows)

    @rule(height=st.integers(0, 50))
    def resize(self, height: int) -> None:
        self.view.resize(height)

    @rule(stride=st.sampled_from([0.0, 0.5]))
    def slow(self, stride: float) -> None:
        self.view.stride = stride

    @rule()
    def choose(self) -> None:
        self.view.anchor = self.view.current

    @invariant()
    def is_in_the_list(self) -> None:
        looked = self.view
        assert 0 <= looked.cursor < max(1, len(looked.ids))
        assert 0 <= looked.top <= max(0, len(looked.ids) - looked.height)
        assert looked.span().stop <= len(looked.ids)


TestLooking = Looking.TestCase
TestLooking.settings = settings(max_examples=60, stateful_step_count=30)
