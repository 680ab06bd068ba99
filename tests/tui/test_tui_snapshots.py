"""Screens as they are, character by character; `WRITE_SNAPSHOTS=1 pytest` writes them anew: look at the diff."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.library import Library
from tests.support.screen import run, seated
from tests.tui.states import STATES, reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.demo.library import DemoLibrary

FOLDER = Path(__file__).parent / "snapshots"
STEADY = ("catalog", "search", "nothing-found", "filter-chord", "history", "help")
"""States that show no path of this machine."""


@pytest.fixture
def library(demo_library: DemoLibrary, tmp_path: Path) -> Iterator[Library]:
    silent = "[audio]\naudition = false\n\n"  # what plays when the picture is taken, a clock decides
    made = Library(tmp_path / "ctk", demo_library.sources, silent)
    made.scan()
    yield made
    made.close()


@pytest.mark.parametrize("name", STEADY)
def test_a_screen_is_as_it_was(name: str, library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit, (80, 24)) as seat:
            await reach(seat, STATES[name])
            file = FOLDER / f"{name}.txt"
            if os.environ.get("WRITE_SNAPSHOTS"):
                await seat.pilot.pause(2)  # sums come last
                FOLDER.mkdir(exist_ok=True)
                file.write_text(steady(seat.lines()), "utf-8")
            expected = file.read_text("utf-8")
            with contextlib.suppress(AssertionError):
                await seat.until(lambda: steady(seat.lines()) == expected)
            assert steady(seat.lines()) == expected

    run(work())


def steady(lines: list[str]) -> str:
    """Return a screen with what changes from day to day as dots."""
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    return re.sub(r"(?m)(?<=  )20\d\d(-\d\d-\d\d)?(?=  |$|\s+\d|\s*▐)", lambda found: "·" * len(found.group()), text)
