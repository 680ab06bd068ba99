"""Outlines on the screen: the newest wish first, none holds up other work, and the app can be left meanwhile."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ctk_tui.audio.peaks import Peaks
from ctk_tui.model.errors import CtkError
from ctk_tui.toolkit.audio import Outline
from tests.support.library import Library, put, wav
from tests.support.screen import PATIENCE, run, seated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILES = 8


class Slow:
    """Outlines that come when they may; which ones were asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.may = threading.Event()
        self.left = False

    def soon(self, audio_id: int) -> Outline:
        self.asked.append(audio_id)
        made = Outline(Peaks(b"\0", b"\1"))
        made.result = self.result  # type: ignore[method-assign]
        return made

    def result(self, check: Callable[[], None] = lambda: None) -> Peaks:
        for _ in range(int(PATIENCE / 0.01)):
            if self.may.wait(0.01):
                return Peaks(b"\0", b"\1")
            try:
                check()
            except CtkError:
                self.left = True
                raise
        raise AssertionError("nobody let it come")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    for number in range(FILES):
        put(tmp_path / "one" / f"kick {number}.wav", wav(number))
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"}, "[audio]\naudition = false\n")
    made.scan()
    yield made
    made.close()


@pytest.fixture
def slow(library: Library, monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(library.toolkit.audio, "outline_soon", made.soon)
    return made


def test_the_newest_wishes_come_first_and_older_ones_are_forgotten(library: Library, slow: Slow) -> None:
    async def work() -> None:
        async with seated(library.toolkit, (80, 24)) as seat:
            outlines = seat.app.transport.outlines
            for audio_id in (1, 2, 3, 4, 5, 3, 1):
                outlines.want(audio_id)
            slow.may.set()
            await seat.until(lambda: all(map(outlines.has, (1, 3, 4, 5))), "what is meant")
            assert slow.asked == [1, 3, 5, 4]
            outlines.want(2)
            await seat.until(lambda: outlines.has(2), "what was forgotten is asked for again")

    run(work())


def test_an_outline_that_takes_long_holds_up_nothing_and_not_the_end(library: Library, slow: Slow) -> None:
    async def work() -> None:
        async with seated(library.toolkit, (160, 45)) as seat:
            await seat.until(lambda: slow.asked, "an outline is made")
            await seat.strike("*")
            await seat.sees(f"{FILES} marked")  # the sums of what is marked are made beside it
            await seat.strike("q")
            await seat.until(lambda: not seat.app.is_running, "the end")

    run(work())
    assert slow.left
