"""Keys and timers that come at the wrong moment: behind the key that closes a dialog, and when the app is left."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import jobs
from ctk_tui.model.job import Progress
from ctk_tui.tui.dialogs.jobs import JobsDialog
from ctk_tui.tui.present.jobs import line
from ctk_tui.tui.transport import Heard
from tests.support.library import Library, kicks
from tests.support.screen import run, seated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = kicks(tmp_path, 3)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("opens", "shown", "keys"),
    [
        ("?", "Screens", ("q", "2")),
        ("J", "its log", ("q", "2")),
        ("Y", "file URI", ("escape", "escape", "2")),
        ("c", "which folder", ("escape", "2")),
        ("O", "nowhere", ("escape", "2")),
        (":", "History of operations", ("escape", "2")),
        ("C", "", ("d", "2")),
    ],
)
def test_keys_behind_the_one_that_closes_a_dialog_are_the_screens(
    opens: str, shown: str, keys: tuple[str, ...], library: Library
) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await seat.sees("kick 2.wav")
            seat.burst(opens)
            await seat.sees(shown)
            seat.burst(*keys)
            await seat.until(lambda: seat.app.view.NAME == "sources", "what the last key means")
            assert seat.app.screen is seat.app.frame

    run(work())


def test_escape_twice_at_once_leaves_one_line_of_text(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await seat.sees("kick 2.wav")
            seat.burst("c")
            await seat.sees("which folder")
            seat.burst("escape", "escape")
            await seat.until(lambda: seat.app.screen is seat.app.frame, "the screen")
            await seat.strike("2")
            assert seat.app.view.NAME == "sources"

    run(work())


@pytest.mark.parametrize(("key", "shown"), [("m", "1 marked"), ("c", "which folder"), ("*", "3 marked")])
def test_a_key_that_comes_before_the_first_files_waits_for_them(key: str, shown: str, library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            seat.burst(key)
            await seat.sees(shown)

    run(work())


def test_jobs_that_are_read_when_their_dialog_is_left_are_shown_nowhere(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await seat.sees("kick 2.wav")
            await seat.strike("J")
            await seat.sees("its log")
            dialog = seat.app.screen
            assert isinstance(dialog, JobsDialog)
            await seat.strike("escape")
            await seat.until(lambda: not dialog.is_attached, "it is gone")
            await dialog._read()

    run(work())


def test_a_job_is_one_line_also_where_the_screen_is_small(library: Library) -> None:
    number = jobs.start(library.toolkit.database, "classify", os.getpid())
    jobs.sample(library.toolkit.database, number, Progress("classify", 1_234_567, 12_345_678, {}))
    jobs.end(library.toolkit.database, number, "cancelled")

    async def work() -> None:
        async with seated(library.toolkit, (80, 24)) as seat:
            await seat.sees("kick 2.wav")
            await seat.strike("J")
            await seat.sees("cancelled")
            (row,) = [row for row in seat.lines() if "cancelled" in row]
            assert f"{number}  classify" in row
            assert "1,234,567 of 12,345,678" in row
            assert line(library.toolkit.jobs.get(number))[-1] in row

    run(work())


def test_what_comes_due_after_the_app_was_left_starts_no_player(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await seat.sees("kick 2.wav")
            app = seat.app
            current = app.view.current()
            assert isinstance(current, Heard)
            app.leave()
            app.transport.play(current)  # as the timer of an audition does
            await seat.pilot.pause()
            assert library.toolkit.audio._made is None, "nobody would end it, nor close its pipes"

    run(work())
