"""Keys that come at once, as over a line that hung for a moment, mean what they mean one by one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from rich.text import Text
from textual.events import Key, Paste

from ctk_tui.tui.dialogs.ask import Ask
from ctk_tui.tui.dialogs.choice import Choice
from ctk_tui.tui.dialogs.confirm import Confirm
from ctk_tui.tui.dialogs.rules import Rules
from tests.support.library import Library, kicks, put, wav
from tests.support.screen import Seat, duplicates, run, seated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ctk_tui.tui.dialogs.frame import Dialog


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = kicks(tmp_path, 6)
    yield made
    made.close()


def choice() -> Dialog[Any]:
    return Choice("Which?", [(name, Text(name)) for name in "abcde"])


def rules() -> Dialog[Any]:
    return Rules(("tidy", "oldest"), {"tidy": "", "oldest": "", "newest": ""})


def line() -> Dialog[Any]:
    return Ask("What?", "ab")


def folder() -> Dialog[Any]:
    return Ask("Where?", offer=lambda text: [one for one in ("/one", "/two", "/three") if one.startswith(text)])


@pytest.mark.parametrize(
    ("made", "keys", "answer"),
    [
        (choice, ["enter"], "a"),
        (choice, ["j", "j", "enter"], "c"),
        (choice, ["down", "j", "down", "k", "enter"], "c"),
        (choice, ["end", "up", "enter"], "d"),
        (choice, ["G", "home", "pagedown", "g", "j", "enter"], "b"),
        (choice, ["j", "escape"], None),
        (rules, ["J", "enter"], ("oldest", "tidy")),
        (rules, ["down", "space", "up", "enter"], ("tidy",)),
        (line, ["c", "backspace", "backspace", "d", "enter"], "ad"),
        (line, ["home", "x", "right", "delete", "enter"], "xa"),
        (line, ["ctrl+u", "e", "enter"], "e"),
        (line, ["c", "escape"], None),
        (folder, ["/", "t", "tab", "enter"], "/two"),
        (folder, ["/", "t", "down", "down", "tab", "s", "enter"], "/threes"),
        (lambda: Confirm(Text("Really?")), ["y"], True),
        (lambda: Confirm(Text("Really?")), ["enter", "n"], False),
        (lambda: Confirm(Text("Really?")), ["y", "escape"], True),
    ],
)
def test_a_dialog_takes_keys_in_their_order_and_none_behind_its_end(
    made: Callable[[], Dialog[Any]], keys: list[str], answer: object, library: Library
) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await seat.sees("kick 5.wav")
            answers: list[object] = []
            seat.app.push_screen(made(), answers.append)  # its parts are made later
            seat.burst(*keys, "j", "j", "m")
            await seat.sees("1 marked")
            assert answers == [answer]
            assert marked(seat) == ["kick 2.wav"]

    run(work())


def marked(seat: Seat) -> list[str]:
    table = seat.app.view.table
    return [os.fsdecode(row.filename) for one in table.marks if (row := table.rows.get(one)) is not None]


async def mark_behind(seat: Seat, keys: list[str]) -> None:
    """Type keys into the query line at once, and one that marks right behind them."""
    await seat.sees("kick 5.wav")
    seat.burst("/")
    await seat.until(lambda: seat.app.frame.is_typing, "the line")
    seat.burst(*keys, "m")
    await seat.sees("1 marked")


@pytest.mark.parametrize(
    ("keys", "query"),
    [
        (["k", "i", "x", "backspace", "enter"], "ki"),
        (["x", "k", "home", "delete", "escape"], "k"),
        (["k", "i", "down"], "ki"),
        (["k", "i", "ctrl+j"], "ki"),  # an enter that the terminal took before the app had it
    ],
)
def test_the_query_line_takes_keys_in_their_order(keys: list[str], query: str, library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await mark_behind(seat, keys)
            assert seat.app.view.query_line.value == query  # type: ignore[attr-defined]

    run(work())


def test_what_is_pasted_stands_before_what_is_typed_behind_it(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await seat.sees("kick 5.wav")
            answers: list[object] = []
            await seat.app.push_screen(line(), answers.append)
            pasted = Paste("c d")
            pasted.set_sender(seat.app)
            seat.burst("x")
            seat.app.post_message(pasted)
            seat.burst("y", "enter", "m")
            await seat.sees("1 marked")
            assert answers == ["abxc dy"]

    run(work())


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ([*"kick 3", "enter"], "kick 3.wav"),
        ([*"kick", "enter", "j", "j"], "kick 2.wav"),
        ([*"kick", "enter", "G"], "kick 5.wav"),
        ([*"kick 4", "escape"], "kick 4.wav"),
        ([*"kick", "enter", "/", *" 1", "enter"], "kick 1.wav"),
        ([*"size:", "enter", "/", "ctrl+u", "2", "enter"], "kick 2.wav"),
    ],
)
def test_keys_behind_a_query_mean_what_it_finds(keys: list[str], found: str, library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await mark_behind(seat, keys)
            assert marked(seat) == [found]

    run(work())


def test_keys_behind_a_filter_of_groups_mean_what_it_finds(library: Library, tmp_path: Path) -> None:
    for number in (2, 4):
        put(tmp_path / "one" / f"kick {number} copy.wav", wav(number))
    library.scan()

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            seat.burst("3")
            await seat.sees("2 groups")
            seat.burst("/", *"4", "enter", "m")
            await seat.sees("1 marked")
            view = duplicates(seat)
            assert [os.path.basename(one.file.path) for one in view.marked_copies()] == [b"kick 4 copy.wav"]

    run(work())


def test_keys_behind_the_filter_of_a_review_mean_what_it_finds(library: Library, tmp_path: Path) -> None:
    for number, stem in enumerate(("snare", "tom")):
        for rest in ("", " copy"):
            put(tmp_path / "one" / f"{stem}{rest}.wav", wav(10 + number))
    library.scan()

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            seat.burst("3")
            await seat.sees("2 groups")
            seat.burst("X")
            await seat.sees("first rule that can")
            seat.burst("enter")
            await seat.sees("2 files to quarantine")
            seat.burst("/", *"tom", "enter", "j", "m", "escape", "y")
            await seat.sees("Quarantine 1 file")
            seat.burst("y")
            await seat.sees("takes it back")
            assert not (tmp_path / "one" / "snare copy.wav").exists()
            assert (tmp_path / "one" / "tom copy.wav").exists()

    run(work())


def test_keys_behind_the_end_are_nobodys(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await seat.sees("kick 5.wav")
            app = seat.app
            app.leave()
            app._screen_stack.clear()  # as Textual does a moment later
            assert await app.keys.take(Key("j", "j"))

    run(work())
