"""The catalog screen: searching while one types, marks, sorts, details, and what escape leaves."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.catalog.search import upkeep
from ctk_tui.model.errors import CatalogError
from ctk_tui.tui.finder import FIRST, Finder
from ctk_tui.tui.screens.catalog import CatalogView
from tests.support.library import Library, put, wav
from tests.support.screen import PATIENCE, Seat, run, seated

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ctk_tui.model.entry import AudioEntry
    from ctk_tui.model.query.nodes import Query

NAMES = ("Kick 01.wav", "Kick 02.wav", "Snare.wav", "Vox Ah.wav", "[bold]Hat[b].wav", "esc\x1b[31m.wav")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    root = tmp_path / "sounds"
    for number, name in enumerate(NAMES):
        put(root / "pack" / name, wav(number, frames=400 * (number + 1)))
    made = Library(tmp_path / "ctk", {"sounds": root})
    made.scan()
    yield made
    made.close()


def catalog(seat: Seat) -> CatalogView:
    view = seat.app.view
    assert isinstance(view, CatalogView)
    return view


def under(seat: Seat) -> str:
    """Return the name under the cursor."""
    row = catalog(seat).table.row()
    return "" if row is None else row.filename.decode()


async def ready(seat: Seat, found: int = len(NAMES)) -> None:
    view = catalog(seat)
    await seat.until(lambda: len(view.table.view.ids) == found and view.table.row() is not None, f"{found} rows")


def test_rows_are_there_and_names_are_data(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.sees("[bold]Hat[b].wav")
            await seat.sees("esc\\x1b[31m.wav")
            assert "\x1b" not in seat.text()
            await seat.sees("6 · ")

    run(work())


def test_rows_of_the_first_page_are_read_once(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(FIRST):
        put(tmp_path / "sounds" / "more" / f"{number}.wav", wav(number + len(NAMES)))
    library.scan()
    upkeep.catch_up(library.toolkit.database)  # as the program's own scan does at its end
    assert len(library.toolkit.catalog.opening(FIRST)) == FIRST
    asked: list[int] = []
    read = Finder.read

    def noted(self: Finder, ids: Sequence[int]) -> dict[int, AudioEntry]:
        asked.extend(ids)
        return read(self, ids)

    monkeypatch.setattr(Finder, "read", noted)

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat, FIRST + len(NAMES))
            await seat.sees("206 · ")  # all are found, and added up
            assert set(asked).issuperset(catalog(seat).table.view.ids[:20])
            assert len(asked) == len(set(asked)), "once each"
            before = len(asked)
            await seat.press("/", *"kick")
            await ready(seat, 2)
            assert len(asked) > before, "another search reads rows as they are now"

    run(work())


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Library]:
    """Give more files than the first hits are."""
    for number in range(FIRST + 20):
        put(tmp_path / "many" / f"{number:03}.wav", wav(number))
    made = Library(tmp_path / "ctk", {"many": tmp_path / "many"}, "[audio]\naudition = false\n")
    made.scan()
    yield made
    made.close()


@pytest.fixture
def held(many: Library, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Give what lets all hits be found; the first ones are at once."""
    may, find = threading.Event(), many.toolkit.catalog.find

    def late(query: Query, *, asker: object) -> array[int]:
        assert may.wait(PATIENCE)
        return find(query, asker=asker)

    monkeypatch.setattr(many.toolkit.catalog, "find", late)
    return may


def test_all_and_the_last_mean_hits_that_are_not_known_yet(many: Library, held: threading.Event) -> None:
    async def work() -> None:
        async with seated(many.toolkit) as seat:
            await ready(seat, FIRST)
            await seat.strike("*")
            await seat.sees("as soon as they are found")
            await seat.strike("G")
            assert not catalog(seat).table.marks
            held.set()
            await seat.until(lambda: len(catalog(seat).table.marks) == FIRST + 20, "all are marked")
            await seat.until(lambda: catalog(seat).table.view.cursor == FIRST + 19, "the last")

    run(work())


def test_what_marks_all_is_given_up_by_escape_and_by_another_question(many: Library, held: threading.Event) -> None:
    async def work() -> None:
        async with seated(many.toolkit) as seat:
            await ready(seat, FIRST)
            await seat.strike("*", "d")  # not the one under the cursor: all were meant
            await seat.sees("as soon as they are found")
            assert seat.app.screen is seat.app.frame
            await seat.strike("escape")
            held.set()
            await seat.until(lambda: len(catalog(seat).table.view.ids) == FIRST + 20, "all")
            held.clear()
            await seat.strike(",", "s")
            await seat.until(lambda: len(catalog(seat).table.view.ids) == FIRST, "the first of another order")
            await seat.strike("*", ",", "n")
            held.set()
            await seat.until(lambda: len(catalog(seat).table.view.ids) == FIRST + 20, "all again")
            await seat.strike("m")
            assert len(catalog(seat).table.marks) == 1

    run(work())


def test_a_search_that_fails_is_waited_for_once(many: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Any:
        raise CatalogError("it does not work today")

    monkeypatch.setattr("ctk_tui.tui.screens.view.SETTLED", 0.05)
    monkeypatch.setattr(many.toolkit.catalog, "find", broken)

    async def work() -> None:
        async with seated(many.toolkit) as seat:
            await seat.sees("it does not work today")
            await ready(seat, FIRST)
            await seat.strike("*")
            await seat.until(lambda: not seat.app.workers._workers, "nobody waits")
            assert not catalog(seat).table.marks
            await seat.strike("m")
            assert len(catalog(seat).table.marks) == 1

    run(work())


def test_typing_filters_and_the_cursor_stays_on_its_file(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            catalog(seat).stand_on(library.toolkit.catalog.search("name:snare")[0])
            await seat.press("slash")
            await seat.type("s")
            await seat.until(lambda: "Kick" not in seat.text(), "no kicks")
            assert under(seat) == "Snare.wav"
            await seat.press("escape", "escape")
            await ready(seat)
            assert under(seat) == "Snare.wav"

    run(work())


def test_a_bad_query_says_what_is_wrong_and_keeps_the_rows(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("slash")
            await seat.type("snare")
            await ready(seat, 1)
            catalog(seat).query_line.input.value = "snare duration:x"
            await seat.sees("no value of duration")
            await seat.sees("Snare.wav")

    run(work())


def test_no_hits_offer_names_like_it(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("slash")
            await seat.type("snaer")
            await seat.sees("Nothing is found")
            await seat.sees("~ snare")

    run(work())


def test_an_empty_catalog_says_what_to_do_next(tmp_path: Path) -> None:
    async def work() -> None:
        made = Library(tmp_path / "ctk", {})
        async with seated(made.toolkit) as seat:
            await seat.sees("The catalog is empty")
            await seat.press("2")
            await seat.sees("No source yet")
        made.close()

    run(work())


def test_chords_filter_and_sort_and_show_their_second_keys(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("f")
            await seat.sees("Only drums")
            await seat.press("d")
            await seat.sees_not("Only drums")
            assert catalog(seat).query_line.value == "category:drums"
            await seat.press("f", "v")
            assert catalog(seat).query_line.value == "category:vocal"
            await seat.press("f", "v")
            assert catalog(seat).query_line.value == ""
            await ready(seat)
            await seat.press("comma", "D")
            await seat.until(lambda: catalog(seat).table.view.ids[0] == library.toolkit.catalog.search("duration-")[0])
            await seat.sees("LENGTH▼")
            await seat.press("f", "z")
            assert seat.app.is_running, "an unknown second key cancels, and z did not undo"

    run(work())


def test_marks_outlive_filters_and_the_app(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("g", "g", "m", "m", "slash")
            await seat.type("snare")
            await seat.sees("2 not in this list")
            await seat.press("escape", "v", "v")
            await seat.sees("3 marked")
        async with seated(library.toolkit) as seat:
            await seat.sees("3 marked")
            assert catalog(seat).query_line.value == "snare", "the query came back too"
            await seat.press("f", "m")
            await seat.until(lambda: "is:marked" in catalog(seat).query_line.value)
            await seat.press("U")
            await seat.sees("marks cleared")
            await seat.press("g", "v")
            await seat.sees("3 marked")
        assert len(library.toolkit.catalog.marks()) == 3

    run(work())


def test_the_query_line_brings_earlier_queries(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            for words in ("kick", "vox"):
                await seat.press("slash")
                await seat.type(words)
                await seat.press("enter")
                await seat.press("escape")
            await seat.press("slash", "up")
            assert catalog(seat).query_line.value == "vox"
            await seat.press("up")
            assert catalog(seat).query_line.value == "kick"
            await seat.press("down", "down")
            assert catalog(seat).query_line.value == ""

    run(work())


def test_the_list_moves_from_the_query_line(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("slash", "ctrl+n", "ctrl+n", "ctrl+p")
            assert catalog(seat).table.view.cursor == 1
            assert seat.app.frame.is_typing
            await seat.press("down")
            assert not seat.app.frame.is_typing

    run(work())


def test_details_stand_beside_the_list_and_over_it_where_there_is_no_room(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit, (120, 30)) as seat:
            await ready(seat)
            await seat.sees("16 bit · 44.1kHz · mono")
            await seat.press("i")
            await seat.sees_not("16 bit · 44.1kHz · mono")
        async with seated(library.toolkit, (80, 24)) as seat:
            await ready(seat)
            assert "16 bit · 44.1kHz · mono" not in seat.text()
            await seat.press("i")
            await seat.sees("16 bit · 44.1kHz · mono")
            await seat.press("escape")
            await seat.sees_not("16 bit · 44.1kHz · mono")

    run(work())


def test_rows_of_a_scan_appear_and_the_cursor_stays(library: Library, tmp_path: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            catalog(seat).stand_on(library.toolkit.catalog.search("name:snare")[0])
            put(tmp_path / "sounds" / "pack" / "A new one.wav", wav(99))
            other = library.open()
            try:
                library.toolkit, own = other, library.toolkit
                library.scan()
            finally:
                library.toolkit = own
                other.close()
            await seat.sees("A new one.wav")
            assert under(seat) == "Snare.wav"

    run(work())


def test_an_app_that_opens_with_a_query_without_hits_says_so(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("slash")
            await seat.type("qqqq")
            await seat.sees("Nothing is found for qqqq")
            await seat.press("enter")
        async with seated(library.toolkit) as seat:
            await seat.sees("Nothing is found for qqqq")

    run(work())
