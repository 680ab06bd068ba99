"""The duplicates screen: groups and copies, keepers and marks, hearing two in turn, and what happens underneath."""

from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.tui.groups import GroupFinder
from ctk_tui.tui.screens.duplicates import DuplicatesView
from tests.support.library import Library, put, wav
from tests.support.screen import Seat, run, seated
from tests.support.screen import duplicates as view

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.model.groups import GroupFile

LARGE, SMALL = 40_000, 400


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "sounds"


@pytest.fixture
def library(tmp_path: Path, root: Path) -> Iterator[Library]:
    """Give three contents with several copies, and one name in two lengths that are nearly one."""
    for name in ("pack/Long.wav", "old/Long copy.wav", "old/Long (1).wav"):
        put(root / name, wav(1, frames=LARGE))
    for name in ("pack/Kick.wav", "old/Kick.wav"):
        put(root / name, wav(2, frames=SMALL))
    for odd in (b"pack/[bold]n\xffme.wav", b"old/esc\x1b[31m.wav"):
        put(os.fsencode(root) + b"/" + odd, wav(3, frames=SMALL - 10))
    put(root / "a" / "Bounce.wav", wav(4, frames=SMALL))
    put(root / "b" / "bounce.wav", wav(5, frames=SMALL + 20))
    made = Library(tmp_path / "ctk", {"sounds": root}, "[audio]\naudition = false\n")
    made.scan()
    yield made
    made.close()


def group(seat: Seat) -> str:
    """Return the name of the group under the cursor."""
    row = view(seat).groups.row()
    return "" if row is None else os.fsdecode(os.path.basename(row.first.path))


def copy(seat: Seat) -> GroupFile:
    """Return the copy under the cursor."""
    file: GroupFile = view(seat).copies.row().file
    return file


def marked(seat: Seat) -> list[str]:
    return [os.fsdecode(os.path.basename(one.file.path)) for one in view(seat).marked_copies()]


async def ready(seat: Seat, found: int = 3) -> None:
    """Open the screen and wait for the groups."""
    await seat.press("3")
    await seat.until(lambda: isinstance(seat.app.view, DuplicatesView), "the screen")
    await seat.until(lambda: len(view(seat).groups.view.ids) == found and len(view(seat).copies.view.ids), "groups")


async def near(seat: Seat, found: int = 1) -> None:
    await seat.press("t")
    await seat.until(lambda: view(seat).near and len(view(seat).copies.view.ids) == 2 * found, "near groups")


def test_keys_typed_ahead_wait_for_the_group_they_mean(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        read, asked, wait = GroupFinder.rows, asyncio.Event(), asyncio.Event()

        async def late(self: GroupFinder, *what: Any) -> Any:
            asked.set()
            await wait.wait()
            return await read(self, *what)

        monkeypatch.setattr(GroupFinder, "rows", late)
        async with seated(library.toolkit) as seat:
            seat.burst("3")
            await asked.wait()
            seat.burst("tab", "j", "K")
            wait.set()
            await seat.sees("stays")
            assert view(seat).copies.view.cursor == 1

    run(work())


def test_groups_stand_by_wasted_bytes_with_their_copies_beside(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.sees("exact · 3 groups · 162 KB can be won")
            assert group(seat) == "Long.wav"
            await seat.sees("3 copies · 80.0 KB each")
            await seat.sees("old/Long copy.wav")
            await seat.sees(f"{os.path.dirname(copy(seat).path.decode())}/Long.wav · keeper")

    run(work())


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
def test_names_are_data_at_every_size(library: Library, size: tuple[int, int]) -> None:
    async def work() -> None:
        async with seated(library.toolkit, size) as seat:
            await ready(seat)
            await seat.press("G", "tab", "j")
            await seat.until(lambda: view(seat).in_copies and view(seat).copies.view.cursor == 1, "the last copy")
            await seat.until(lambda: "[bold]" in seat.text() or "esc\\x1b[31m" in seat.text(), "names as they are")
            assert "\x1b" not in seat.text()

    run(work())


def test_keys_reach_both_panes(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("tab", "j")
            assert copy(seat).path.endswith(b"Long (1).wav")
            await seat.press("n")
            assert group(seat) == "Kick.wav", "n goes on from the copies too"
            assert copy(seat).keeper, "another group is looked at from its first copy"
            await seat.press("N")
            assert group(seat) == "Long.wav"
            await seat.press("shift+tab", "j")
            assert group(seat) == "Kick.wav"
            await seat.press("enter", "j")
            assert (group(seat), copy(seat).keeper) == ("Kick.wav", False)

    run(work())


def test_a_keeper_is_never_marked_and_another_can_be_chosen(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("tab", "m")
            await seat.sees("the keeper stays; K on another copy makes that one the keeper")
            assert marked(seat) == []
            await seat.press("v", "G", "v")
            assert sorted(marked(seat)) == ["Long (1).wav", "Long copy.wav"], "a range leaves the keeper out"
            await seat.press("K")
            await seat.sees("it is not marked any more")
            assert marked(seat) == ["Long (1).wav"]
            assert group(seat) == "Long copy.wav"
            [one] = view(seat).marked_copies()
            assert one.keeper is not None
            assert one.keeper.path.endswith(b"Long copy.wav")
            await seat.press("g", "g", "m")
            assert sorted(marked(seat)) == ["Long (1).wav", "Long.wav"], "it is no keeper any more"

    run(work())


def test_in_the_list_of_groups_all_that_can_go_is_marked(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("m")
            await seat.until(lambda: len(marked(seat)) == 2, "both copies")
            assert group(seat) == "Kick.wav"
            await seat.sees("2 marked for removal · 160 KB · in 1 group")
            await seat.press("v", "G", "v")
            await seat.until(lambda: len(marked(seat)) == 4, "a range of groups")
            assert view(seat).groups.view.anchor is None
            assert not any(one.file.keeper for one in view(seat).marked_copies())
            await seat.press("U")
            await seat.sees_not("marked for removal")
            await seat.press("g", "v")
            await seat.until(lambda: len(marked(seat)) == 4, "the last marks")
            await seat.press("u")
            await seat.until(lambda: len(marked(seat)) == 3, "a group without its mark")

    run(work())


def test_protected_and_offline_copies_stay(library: Library, root: Path) -> None:
    library.toolkit.sources.protect("sounds", "old/**")
    library.scan()

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("tab", "j", "m")
            await seat.sees("protected: it stays besides the keeper")
            await seat.press("tab", "m")
            await seat.sees("nothing of it can go")
            assert marked(seat) == []

    run(work())


def test_near_groups_have_no_bulk_key_and_one_always_stays(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("m")
            await seat.until(lambda: len(marked(seat)) == 2, "marks of exact groups")
            await near(seat)
            await seat.sees("near · 1 group")
            assert marked(seat) == [], "each kind has its own marks"
            await seat.press("m")
            await seat.sees("near duplicates are marked one by one")
            await seat.press("tab", "m", "m")
            await seat.sees("one of a group stays")
            assert marked(seat) == ["Bounce.wav"]
            [one] = view(seat).marked_copies()
            assert one.keeper is None, "nobody chose one"
            await seat.press("t")
            await seat.until(lambda: len(marked(seat)) == 2, "marks of exact groups again")
            assert group(seat) == "Kick.wav", "and the cursor where it was"

    run(work())


def test_too_many_of_one_name_are_named(library: Library, root: Path) -> None:
    for number in range(21):
        put(root / f"s{number}" / "01.wav", wav(100 + number, frames=SMALL))
    library.scan()

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await near(seat)
            await seat.sees("01: 21 files, too many to compare")
            await seat.press("G")
            await seat.sees("lists the files called 01")
            assert len(view(seat).copies.view.ids) == 0
            await seat.press("m", "u", "K", "b", "space")
            await seat.press("enter")
            await seat.until(lambda: len(seat.app.view.table.view.ids) == 21, "the files in the catalog")

    run(work())


def test_the_query_line_filters_groups_and_escape_shows_all(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("j", "slash")
            await seat.type("kick")
            await seat.sees("1 of 3 groups")
            await seat.press("enter", "escape")
            await seat.sees("exact · 3 groups")
            await seat.until(lambda: group(seat) == "Kick.wav", "the cursor on its group")
            await seat.press("slash")
            await seat.type("nosuchthing")
            await seat.sees("No duplicates among what nosuchthing finds")
            await seat.press("enter", "escape")
            await seat.sees("exact · 3 groups")
            view(seat).query_line.input.value = "colour:red"
            await seat.sees("there is no field")
            await seat.sees("Long.wav")

    run(work())


def test_nothing_twice_teaches(tmp_path: Path) -> None:
    put(tmp_path / "sounds" / "one.wav", wav(1))
    made = Library(tmp_path / "ctk", {"sounds": tmp_path / "sounds"})
    made.scan()

    async def work() -> None:
        async with seated(made.toolkit) as seat:
            await seat.press("3")
            await seat.sees("No sound is there twice")
            await seat.press("j", "space", "b", "m", "u", "K", "v", "n", "tab", "enter", "y", "U", "asterisk")
            await seat.press("t")
            await seat.sees("No two sounds have one name and nearly one length")

    run(work())
    made.close()


def test_after_a_scan_the_cursor_is_on_its_group_and_marks_hold_where_they_can(library: Library, root: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("m", "m")
            await seat.until(lambda: len(marked(seat)) == 3, "marks")
            await seat.press("k")
            assert group(seat) == "Kick.wav"
            # The keeper of the first group goes: one of its marked copies is the keeper now.
            (root / "pack" / "Long.wav").unlink()
            shutil.copytree(root / "pack", root / "pack2")
            library.scan()
            view(seat).catalog_changed(done=True, seen=True)
            await seat.sees("2 copies")
            await seat.until(lambda: len(marked(seat)) == 2, "marks that hold")
            assert group(seat) == "Kick.wav"
            assert not any(one.file.keeper for one in view(seat).marked_copies())

    run(work())


def test_what_changed_elsewhere_is_seen_on_return(library: Library, root: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("1")
            put(root / "new" / "Kick.wav", wav(2, frames=SMALL))
            library.scan()
            seat.app.frame.catalog_changed(done=True)
            await ready(seat)
            await seat.sees("163 KB can be won")

    run(work())


def test_keeper_and_candidate_are_heard_in_turn_at_one_position(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The player itself is tested in tests/audio; here is what it is asked for."""

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            asked: list[tuple[Any, float]] = []
            transport = seat.app.transport

            def play(heard: Any, start: float = 0.0) -> None:
                asked.append((heard.path, start))
                transport.heard = heard

            await ready(seat)
            keeper = copy(seat).path
            await seat.press("tab", "j", "j")
            other = copy(seat).path
            monkeypatch.setattr(transport, "play", play)
            await seat.press("space")
            assert asked.pop() == (other, 0.0), "space plays the copy under the cursor"
            state = transport.state.__class__(status="playing", position=0.25, duration=0.9)
            monkeypatch.setattr(type(transport), "state", property(lambda _: state))
            await seat.press("b")
            assert asked.pop() == (keeper, 0.25)
            await seat.sees("the keeper: Long.wav")
            await seat.press("b")
            assert asked.pop() == (other, 0.25)
            await seat.press("tab", "b")
            assert asked.pop() == (keeper, 0.25), "the groups' list compares too"
            await seat.press("n", "b")
            assert asked.pop()[1] == 0.0, "another group begins at its start"

    run(work())


def test_paths_are_those_of_the_copies(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            copied: list[str] = []
            monkeypatch.setattr(seat.app, "copy_to_clipboard", copied.append)
            await ready(seat)
            await seat.press("tab", "j", "y")
            await seat.until(lambda: copied, "a path")
            assert copied.pop() == copy(seat).path.decode()
            await seat.press("tab", "m", "y")
            await seat.until(lambda: copied, "paths")
            assert sorted(map(os.path.basename, copied.pop().splitlines())) == ["Long (1).wav", "Long copy.wav"]

    run(work())
