"""Columns: which fit, where they stand, and that a width alone decides it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.tui.present.column import GAP, Brief, Column, Placed, layout
from ctk_tui.tui.present.files import AUDIO_COLUMNS


def column(key: str, width: int, **more: Any) -> Column[str]:
    return Column(key, key.upper(), width, str, **more)


def shape(placed: tuple[Placed, ...]) -> list[tuple[str, int, int]]:
    return [(one.title, one.x, one.width) for one in placed]


COLUMNS = st.lists(
    st.builds(
        lambda width, less, drop, grow, brief: column(
            "c", width, drop=drop, least=max(1, width - less), grow=grow, brief=Brief("b", 2, str) if brief else None
        ),
        st.integers(2, 30), st.integers(0, 10), st.integers(0, 9), st.integers(0, 3), st.booleans(),
    ),
    max_size=12,
)  # fmt: skip


@given(COLUMNS, st.integers(-5, 200))
def test_columns_never_overlap_and_never_stand_out(columns: list[Column[str]], width: int) -> None:
    x = 0
    for one in layout(columns, width):
        assert one.x == x
        assert one.width >= 1
        x += one.width + GAP
    assert x <= max(width + GAP, 0)


@given(COLUMNS, st.integers(1, 200))
def test_what_is_dropped_is_less_important_than_all_that_stays(columns: list[Column[str]], width: int) -> None:
    shown = [one.column for one in layout(columns, width)]
    dropped = [one for one in columns if not any(one is other for other in shown)]
    assert not columns or shown
    assert not dropped or max(one.drop for one in shown) <= min(one.drop for one in dropped)


@given(COLUMNS, st.integers(1, 200))
def test_more_room_hides_nothing(columns: list[Column[str]], width: int) -> None:
    assert len(layout(columns, width)) <= len(layout(columns, width + 1))


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (30, [("NAME", 0, 21), ("LEN", 23, 7)]),
        (25, [("NAME", 0, 16), ("LEN", 18, 7)]),
        (18, [("NAME", 0, 18)]),
        (5, [("NAME", 0, 5)]),
        (0, []),
        (44, [("NAME", 0, 25), ("LEN", 27, 7), ("D", 36, 4), ("CP", 42, 2)]),
        (60, [("NAME", 0, 35), ("LEN", 37, 7), ("DATE", 46, 10), ("CP", 58, 2)]),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_who_gets_what(width: int, shown: list[tuple[str, int, int]]) -> None:
    columns = [
        column("name", 20, least=10, comfort=20, grow=1),
        column("len", 7),
        column("date", 10, drop=1, brief=Brief("D", 4, str)),
        column("cp", 2, drop=2),
    ]
    assert shape(layout(columns, width)) == shown


def test_audio_files_at_the_sizes_people_use() -> None:
    def shown(terminal: int) -> list[str]:
        return [one.title for one in layout(AUDIO_COLUMNS, terminal - 6)]

    assert shown(80) == ["NAME", "CATEGORY", "LENGTH", "FORMAT", "ADDED", "CP"]
    assert shown(40) == ["NAME", "LENGTH"]
    assert shown(160) == [
        "NAME", "CATEGORY", "LENGTH", "FORMAT", "RATE", "BITS", "CH", "SIZE", "MODIFIED", "ADDED", "CP", "SOURCE",
        "DIRECTORY",
    ]  # fmt: skip
