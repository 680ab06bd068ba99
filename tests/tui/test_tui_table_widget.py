"""The table on a screen: what is drawn, what is asked for, what is told, and how little is sent."""

from __future__ import annotations

import asyncio
import time
from array import array
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len
from textual.app import App

from ctk_tui.tui.present.column import Cell, Column
from ctk_tui.tui.present.glyphs import ASCII, UNICODE, Glyphs
from ctk_tui.tui.widgets.table import VirtualTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.geometry import Region
    from textual.message import Message
    from textual.pilot import Pilot

NAME: Column[tuple[str, int]] = Column(
    "name", "NAME", 20, lambda row: row[0], tone="text", least=8, grow=1, sortable=True, cut="middle"
)
SIZE: Column[tuple[str, int]] = Column("size", "SIZE", 6, lambda row: str(row[1]), right=True, drop=1, sortable=True)


def state(row: tuple[str, int]) -> Cell:
    return Cell("○" if row[0].startswith("off") else "")


def head(row: tuple[str, int]) -> Cell | None:
    return Cell(f"group of {row[1]}") if row[0].startswith("head") else None


class Tables(App[None]):
    """One table over names, read at once or when the test says so."""

    def __init__(self, count: int = 50, names: dict[int, str] | None = None, *, signs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.ids = array("q", range(count))
        self.names = names or {}
        self.held = False
        self.requests: list[Any] = []
        self.told: list[Message] = []
        self.table = VirtualTable([NAME, SIZE], state=state, head=head, signs=signs, may_mark=lambda some: some != 7)

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.set_sort("name")
        self.table.show(self.ids)
        self.table.focus()

    def read(self, request: Any) -> None:
        rows = {some: (self.names.get(some, f"kick_{some:04}.wav"), some * 10) for some in request.ids if some != 13}
        self.table.deliver(request, rows)

    def on_virtual_table_need_rows(self, message: VirtualTable.NeedRows) -> None:
        self.requests.append(message.request)
        if not self.held:
            self.read(message.request)

    def on_event_told(self, message: Message) -> None:
        self.told.append(message)

    on_virtual_table_cursor_moved = on_event_told
    on_virtual_table_marks_changed = on_event_told
    on_virtual_table_sort_asked = on_event_told
    on_virtual_table_opened = on_event_told
    on_virtual_table_columns_changed = on_event_told


def shown(app: Tables) -> list[str]:
    """Return the lines of the screen as it is painted."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Region, ...]]:
    """Return what tables have painted, region by region; () for all."""
    calls: list[tuple[Region, ...]] = []
    refresh = VirtualTable.refresh

    def told(self: VirtualTable, *regions: Region, **more: bool) -> VirtualTable:
        calls.append(regions)
        return refresh(self, *regions, **more)

    monkeypatch.setattr(VirtualTable, "refresh", told)
    return calls


def on_screen(work: Callable[[Tables, Pilot[None]], Any], app: Tables, size: tuple[int, int] = (40, 8)) -> None:
    """Run a coroutine over an app on a screen of a size."""

    async def go() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await work(app, pilot)

    asyncio.run(go())


def test_what_a_table_looks_like() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        app.table.marks.add([1, 3])
        app.table.set_playing(3)
        app.table.move_down()
        app.table.move_down()
        await pilot.pause()
        assert shown(app) == [
            "    NAME ▲                        SIZE  ",
            "    kick_0000.wav                    0 ▐",
            " ●  kick_0001.wav                   10  ",
            "▸ ○ off \\x1b[31m_\\u202e.wav         20  ",
            " ●▶ kick_0003.wav                   30  ",
            "    group of 40                         ",
            "    漢字.wav                        50  ",
            "    a_very_long_name_…deed.wav      60  ",
        ]

    long = "a_very_long_name_in_a_pack_indeed.wav"
    on_screen(work, Tables(100, {2: "off \x1b[31m_\u202e.wav", 4: "head", 5: "漢字.wav", 6: long}))


def test_ascii_alone() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        app.table.marks.add([0, 1])
        app.table.set_playing(1, paused=True)
        app.table.set_sort("size", descending=True)
        await pilot.pause()
        lines = shown(app)
        assert lines[0].rstrip() == "    NAME                          SIZEv"
        assert lines[1].startswith(">*  kick_0000.wav")
        assert lines[1].endswith("|")
        assert lines[2].startswith(" *: kick_0001.wav")
        assert "".join(lines).isascii()

    on_screen(work, Tables(signs=ASCII))


@pytest.mark.parametrize("height", [1, 2, 30])
def test_every_size_is_filled_exactly(height: int) -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        for width in (1, 2, 3, 4, 5, 6, 7, 8, 11, 19, 20, 21, 40, 250):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert [cell_len(text) for text in shown(app)] == [width] * height

    on_screen(work, Tables(50, {0: "漢字漢字漢字漢字漢字漢字", 1: "שלום", 2: "head"}))


def test_a_move_of_the_cursor_sends_two_lines(painted: list[tuple[Region, ...]]) -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        painted.clear()
        app.table.move_down()
        assert [sorted(region.y for region in regions) for regions in painted] == [[1, 2]]

    on_screen(work, Tables())


def test_a_row_that_changed_sends_its_cells_alone(painted: list[tuple[Region, ...]]) -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        painted.clear()
        app.table.marks.add([2])
        assert [tuple(region) for regions in painted for region in regions] == [(1, 3, 1, 1)]
        painted.clear()
        app.names[4] = "kick_9999.wav"
        app.table.expire()
        await pilot.pause()
        assert [tuple(region) for regions in painted for region in regions] == [(4, 5, 26, 1)]

    on_screen(work, Tables())


def test_what_terminals_disagree_on_is_sent_as_whole_lines(painted: list[tuple[Region, ...]]) -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        painted.clear()
        app.table.marks.add([2])
        assert [tuple(region) for region in painted[0]] == [(0, 3, 40, 1)]

    on_screen(work, Tables(50, {2: "हिन्दी.wav"}))


def test_at_rest_nothing_is_sent(painted: list[tuple[Region, ...]]) -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        app.table.set_playing(3)
        await pilot.pause()
        painted.clear()
        for _ in range(3):
            app.table.show(array("q", app.ids))
            app.table.set_playing(3)
            app.table.set_sort("name")
            app.table.expire()
            app.table.move_first()
            app.table.marks.add([])
            await pilot.pause()
        assert painted == []

    on_screen(work, Tables())


def test_rows_on_screen_are_asked_for_first_and_then_those_around() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        assert [request.ids for request in app.requests] == [tuple(range(7)), tuple(range(7, 21))]
        app.requests.clear()
        app.table.move_page_down()
        await pilot.pause()
        assert [request.ids for request in app.requests] == [tuple(range(21, 28))]
        app.table.move_last()
        await pilot.pause()
        assert app.requests[1].ids == tuple(range(43, 50))

    on_screen(work, Tables())


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        await pilot.pause(0.005)


def test_the_screen_waits_for_rows_a_moment_and_then_shows_dots() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        app.held = True
        before = shown(app)
        app.table.move_last()
        assert shown(app) == before, "no flicker where rows come soon"
        await until(pilot, lambda: "···" in shown(app)[1])
        assert shown(app)[7].startswith("▸   ···")
        app.read(app.requests[-2])
        await pilot.pause()
        assert shown(app)[7].startswith("▸   kick_0049.wav")

    on_screen(work, Tables())


def test_the_answer_that_comes_soon_is_the_next_frame(
    painted: list[tuple[Region, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctk_tui.tui.widgets.table.PATIENCE", 60)

    async def work(app: Tables, pilot: Pilot[None]) -> None:
        app.held = True
        painted.clear()
        app.table.move_last()
        assert painted == []
        await until(pilot, lambda: len(app.requests) >= 3)
        app.read(app.requests[2])
        assert len(painted) == 1

    on_screen(work, Tables())


def test_a_row_that_is_gone_says_so() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        app.table.move_to(13)
        await pilot.pause()
        assert any(line.startswith("▸   not in the catalog any more") for line in shown(app))
        assert app.table.row() is None

    on_screen(work, Tables())


def moves(app: Tables) -> list[tuple[int | None, int, bool]]:
    return [(one.row_id, one.place, one.by_user) for one in app.told if isinstance(one, VirtualTable.CursorMoved)]


def test_who_moved_the_cursor_is_told() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        await pilot.pause()
        app.told.clear()
        app.table.move_to(4, by_user=False)
        await pilot.pause()
        app.table.move_to(5)
        await pilot.pause()
        app.table.show([9, 8, 7, 5])
        await pilot.pause()
        app.table.show([])
        await pilot.pause()
        assert moves(app) == [(4, 4, False), (5, 5, True), (5, 3, False), (None, 0, False)]

    on_screen(work, Tables())


def test_a_held_key_tells_the_newest_place() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        await pilot.pause()
        app.told.clear()
        for _ in range(30):
            app.table.move_down()
        await pilot.pause()
        assert moves(app)[-1] == (30, 30, True)
        assert len(moves(app)) < 30

    on_screen(work, Tables())


def test_marking_steps_and_ranges_do_not() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        table = app.table
        table.mark()
        table.mark()
        assert (set(table.marks), table.view.cursor) == ({0, 1}, 2)
        table.move_up()
        table.mark(on=False)
        assert (set(table.marks), table.view.cursor) == ({0}, 2)
        table.move_to(5)
        table.start_range()
        table.move_to(9)
        table.show(array("q", reversed(app.ids)), fresh=True)
        table.mark()
        assert set(table.marks) == {0, 5, 6, 8, 9}, "7 cannot be marked"
        assert table.view.current == 9
        assert table.leave_range() is False
        assert table.marks.clear() == 5
        table.show([1, 2])
        table.marks.restore()
        assert len(table.marks) == 5, "also those that are not in the list"
        await pilot.pause()
        assert any(isinstance(one, VirtualTable.MarksChanged) for one in app.told)

    on_screen(work, Tables())


def test_columns_that_fit_are_told() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        keys = [app.table.shown]
        await pilot.resize_terminal(20, 8)
        await pilot.pause()
        keys.append(app.table.shown)
        app.table.set_columns([SIZE])
        await pilot.pause()
        assert keys == [("name", "size"), ("name",)]
        assert shown(app)[1].split()[:2] == ["▸", "0"]
        assert sum(isinstance(one, VirtualTable.ColumnsChanged) for one in app.told) == 3

    on_screen(work, Tables())


def test_the_mouse() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        await pilot.click(offset=(36, 0))
        await pilot.click(offset=(8, 3), times=2)
        assert app.table.view.current == 2
        await pilot.click(offset=(39, 7))
        assert app.table.view.top == 43
        assert app.table.view.current == 2, "only the view moved"
        sort = [one.key for one in app.told if isinstance(one, VirtualTable.SortAsked)]
        opened = [one.row_id for one in app.told if isinstance(one, VirtualTable.Opened)]
        assert (sort, opened) == (["size"], [2])

    on_screen(work, Tables())


def test_another_theme_and_focus_are_drawn() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        def ground() -> object:
            return next(segment.style.bgcolor for segment in app.table.render_line(1) if segment.style)

        focused = ground()
        app.screen.set_focus(None)
        await pilot.pause()
        resting = ground()
        app.theme = "textual-light"
        await pilot.pause()
        assert len({focused, resting, ground()}) == 3

    on_screen(work, Tables())


def test_a_million_rows_cost_no_more_than_their_ids() -> None:
    async def work(app: Tables, pilot: Pilot[None]) -> None:
        table = app.table
        for move in (table.move_last, table.move_page_up, table.move_half_up, table.move_up, table.move_first):
            move()
            await pilot.pause()
        assert shown(app)[1].startswith("▸   kick_0000")
        assert sum(len(request.ids) for request in app.requests) < 100

    on_screen(work, Tables(1_000_000))
