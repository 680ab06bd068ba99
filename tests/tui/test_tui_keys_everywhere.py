"""Every key of the table, on every screen: something happens or is said, and nothing breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctk_tui.tui.actions import ACTIONS, VIEWS
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


@pytest.mark.soak  # some hundred keys a screen, each waited for
@pytest.mark.parametrize("view", VIEWS)
def test_every_key_of_every_action(view: str, library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            for action in ACTIONS:
                if action.name in NOT_HERE:
                    continue
                for key in action.keys:
                    await home(seat, view)
                    await seat.press(*map(textual, key.split(" ")))
                    await seat.pilot.pause()
                    assert seat.app.is_running, action.name

    run(work())


async def home(seat: Seat, view: str) -> None:
    """Leave every dialog, and go to a view."""
    while seat.app.screen is not seat.app.frame:
        await seat.press("escape")
        await seat.pilot.pause()
    await seat.press("escape", "escape", "escape", *GOES[view])
    await seat.until(lambda: view == seat.app.view.NAME, view)


def textual(key: str) -> str:
    """Return a key as Textual's pilot presses it."""
    return {"ctrl+space": "ctrl+@", " ": "space"}.get(key, key)
