"""Every key of the table, on every screen: something happens or is said, and nothing breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctk_tui.tui.actions import ACTIONS, VIEWS
from ctk_tui.tui.commands import SWITCHES
from tests.support.library import Library, put, wav
from tests.support.screen import Seat, run, seated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOES = {"catalog": ("1",), "sources": ("2",), "duplicates": ("3",), "history": ("g", "h")}
NOT_HERE = {"quit", "suspend"}
"""The one ends the app, the other the terminal."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    for number in range(3):
        put(tmp_path / "one" / f"kick {number}.wav", wav(number))
        put(tmp_path / "one" / f"kick {number} copy.wav", wav(number))
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"}, extra="[audio]\naudition = false\n\n")
    made.scan()
    yield made
    made.close()


@pytest.mark.parametrize("view", VIEWS)
def test_every_key_of_every_action(view: str, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            done: list[str] = []
            act = seat.app.keys.act

            def noted(name: str) -> None:
                done.append(name)
                act(name)

            monkeypatch.setattr(seat.app.keys, "act", noted)
            for action in ACTIONS:
                if action.name in NOT_HERE:
                    continue
                for key in action.keys:
                    await home(seat, view)
                    done.clear()
                    await seat.strike(*key.split(" "))
                    await seat.until(lambda: not works(seat) or dialog(seat), f"{key} comes to an end")
                    assert seat.app.is_running, action.name
                    if action.name in SWITCHES:
                        assert SWITCHES[action.name] == seat.app.view.NAME
                    elif view in action.views:
                        assert done == [action.name], f"{key} is {action.name}"
            await home(seat, view)

    run(work())


def works(seat: Seat) -> bool:
    """Tell whether something that a key began is under way still."""
    return any(not worker.is_finished for worker in seat.app.workers)


def dialog(seat: Seat) -> bool:
    """Tell whether a dialog is shown."""
    return seat.app.screen is not seat.app.frame


async def home(seat: Seat, view: str) -> None:
    """Leave every dialog, also those that are yet to come, and go to a view."""
    while works(seat) or dialog(seat):
        if dialog(seat):
            await seat.strike("escape")
        await seat.until(lambda: not works(seat) or dialog(seat), "an end")
    # The second key of a chord that is none here may begin another.
    if seat.app.frame.is_typing or seat.app.keys.grammar.pending:
        await seat.strike("escape")
    if view != seat.app.view.NAME:
        await seat.strike(*GOES[view])
    assert view == seat.app.view.NAME
