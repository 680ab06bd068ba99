"""The sources on the screen: added, switched, moved, protected, removed, scanned, each by its key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.support.library import Library, put, wav
from tests.support.screen import Seat, run, seated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = b"[red]not \x1b[31m\xff.wav"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    for number in range(3):
        put(tmp_path / "one" / f"kick {number}.wav", wav(number))
    put(os.fsencode(tmp_path / "one") + b"/" + HOSTILE, b"no sound at all" * 20)
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"}, extra="[audio]\naudition = false\n\n")
    made.scan()
    yield made
    made.close()


async def ready(seat: Seat) -> None:
    await seat.press("2")
    await seat.sees("Formats")


def test_a_folder_becomes_a_source_and_is_scanned(library: Library, tmp_path: Path) -> None:
    for number in range(5):
        put(tmp_path / "drive b" / "Packs" / f"snare {number}.wav", wav(50 + number))

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("A")
            await seat.sees("which folder?")
            await seat.type(str(tmp_path / "nowhere"))
            await seat.press("enter")
            await seat.sees("not a folder")
            await seat.press("ctrl+u")
            await seat.type(str(tmp_path / "driv"))
            await seat.sees("rive b/")
            await seat.press("tab", "enter")
            await seat.sees("Its name")
            await seat.sees("drive-b")  # proposed from the folder, in letters that names may have
            await seat.press("ctrl+u")
            await seat.type("one")
            await seat.press("enter")
            await seat.sees("one is taken")
            await seat.press("ctrl+u")
            await seat.type("packs")
            await seat.press("enter")
            await seat.sees("packs is a source now")
            assert "[sources.packs]" in library.config.read_text()
            await seat.press("G", "S")
            await seat.until(lambda: "5" in row(seat, "packs").split(), "its files are counted")
            await seat.press("enter")
            await seat.until(lambda: seat.app.view.NAME == "catalog", "the catalog")
            await seat.sees("snare 4.wav")
            assert "kick 0.wav" not in seat.text()
            await seat.press("J")
            await seat.sees("5 found, 5 new")
            await seat.press("enter")
            await seat.sees("Log of job")

    run(work())


def row(seat: Seat, name: str) -> str:
    return next((line for line in seat.lines()[2:] if line[2:].lstrip().startswith(name)), "")


def test_a_source_is_switched_off_and_on(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("e")
            await seat.sees("disabled: a scan of all sources passes it by")
            with library.open() as other:
                assert other.sources.states()[0].enabled is False
            await seat.press("e")
            await seat.sees_not("disabled")

    run(work())


def test_what_cannot_be_read_is_listed_and_names_are_data(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("E")
            await seat.sees("1 errors in one")
            await seat.sees("[red]not")
            assert "\x1b" not in seat.text()
            await seat.press("escape")
            await seat.sees_not("1 errors in one")

    run(work())


def test_a_moved_source_is_relocated_and_nothing_is_read_again(library: Library, tmp_path: Path) -> None:
    os.rename(tmp_path / "one", tmp_path / "elsewhere")

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await seat.press("2")
            await seat.until(lambda: "ok" not in row(seat, "one").split(), "it is not there")
            await seat.press("r")
            await seat.sees("Where does one lie now?")
            await seat.press("ctrl+u")
            await seat.type(str(tmp_path / "elsewhere"))
            await seat.press("enter")
            await seat.sees("one lies at")
            await seat.until(lambda: "ok" in row(seat, "one").split(), "it is found")
            assert os.fsencode(tmp_path / "elsewhere" / "kick 0.wav") in library.paths()

    run(work())


def test_protected_parts_are_kept_in_the_configuration(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("P")
            await seat.sees("may ctk never change?")
            await seat.press("ctrl+u")
            await seat.type("Projects/**")
            await seat.press("enter")
            await seat.sees("is protected from the next scan on")
            assert '"Projects/**"' in library.config.read_text()

    run(work())


def test_a_source_goes_after_a_yes_and_its_files_stay(library: Library, tmp_path: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.press("x")
            await seat.sees("Forget the")
            await seat.press("n")
            await seat.sees_not("Forget the")
            with library.open() as other:
                assert other.sources.states()
            await seat.press("x")
            await seat.sees("Forget the")
            await seat.press("y")
            await seat.sees("No source yet")
            assert (tmp_path / "one" / "kick 0.wav").exists()
            await seat.press("e")
            await seat.sees("there is no source yet")

    run(work())
