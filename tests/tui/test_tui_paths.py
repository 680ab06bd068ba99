"""Paths that leave the app: to the clipboard, to other programs, and sound that comes out at another host."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.tui.screens.paths import as_text, quoted
from tests.support.library import Library, put, wav
from tests.support.screen import Seat, run, seated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = (
    b"new\nline.wav",
    b'quo\'te "s".wav',
    b"bad\xff\xfe.wav",
    b"-n $(id) `id`.wav",
    b"esc\x1b]52;c;x\x07.wav",
    b"\xe2\x80\xaebidi.wav",
)
NOTES = """
import json, os, sys
with open(sys.argv[1] + ".new", "w") as out:
    json.dump([list(os.fsencode(one)) for one in sys.argv[2:]], out)
os.rename(sys.argv[1] + ".new", sys.argv[1])
"""
"""A program that writes down its arguments, whole or not at all."""


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Return the file to which the fake program writes its arguments."""
    return tmp_path / "told"


@pytest.fixture
def library(tmp_path: Path, told: Path) -> Iterator[Library]:
    root = os.fsencode(tmp_path) + b"/one/"
    for number, name in enumerate(HOSTILE):
        put(root + name, wav(number))
    command = shlex.join([sys.executable, "-c", NOTES, str(told)]) + " {path}"
    extra = (
        f'[audio]\naudition = false\n\n[open]\nnotes = {json.dumps(command)}\ngone = "/no/such/program {{path}}"\n\n'
    )
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"}, extra)
    made.scan()
    yield made
    made.close()


async def ready(seat: Seat) -> None:
    await seat.until(lambda: len(seat.app.view.table.view.ids) == len(HOSTILE), "rows")
    await seat.until(lambda: seat.app.view.table.row() is not None, "rows")


def test_a_program_gets_the_bytes_of_every_name(library: Library, told: Path, tmp_path: Path) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.strike("*", "o")
            await seat.sees("show in its folder")
            await seat.strike("enter")
            await seat.until(told.exists, "its arguments")
            await seat.sees("notes has")

    run(work())
    found = {bytes(one) for one in json.loads(told.read_text())}
    assert found == {os.fsencode(tmp_path) + b"/one/" + name for name in HOSTILE}


def test_a_program_that_is_not_there_is_told(library: Library) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await ready(seat)
            await seat.strike("o")
            await seat.sees("show in its folder")
            await seat.strike("j", "enter")
            await seat.sees("gone: No such file")
            await seat.sees("[open] in the configuration")

    run(work())


def test_copied_paths_are_words_that_a_shell_takes_back(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            copied: list[str] = []
            monkeypatch.setattr(seat.app, "copy_to_clipboard", copied.append)
            await ready(seat)
            for place, audio_id in enumerate(seat.app.view.table.view.ids):
                seat.app.view.table.view.to(place)
                [entry] = library.toolkit.catalog.entries([audio_id])
                await seat.strike("y")
                await seat.until(lambda: copied, "a path")
                text = copied.pop()
                assert text.isprintable(), "one line, and nothing that a terminal would obey"
                assert text == as_text(entry.path)
                await seat.strike("Y")
                await seat.sees("file URI")
                await seat.strike("j", "j", "enter")
                await seat.until(lambda: copied, "a quoted path")
                assert shell(copied.pop()) == entry.path
                assert "\x1b" not in seat.text()

    run(work())


def shell(word: str) -> bytes:
    """Return what bash makes of a word."""
    return subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True).stdout


@pytest.mark.parametrize("name", HOSTILE)
def test_a_quoted_path_is_one_word_with_the_same_bytes(name: bytes) -> None:
    assert shell(quoted(b"/some where/" + name)) == b"/some where/" + name


def test_the_clipboard_is_set_by_osc_52(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            sent: list[str] = []
            driver = seat.app._driver
            assert driver is not None
            monkeypatch.setattr(driver, "write", sent.append)
            seat.app.copy_to_clipboard("kick")
            assert sent == ["\x1b]52;c;a2ljaw==\a"]

    run(work())


@pytest.mark.parametrize("answer", ["y", "n"])
def test_the_first_sound_on_another_host_asks_once(
    answer: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.9 22")

    def heard(seat: Seat) -> list[Any]:
        asked: list[Any] = []
        monkeypatch.setattr(seat.app.transport, "do", lambda work, *values: asked.append(work.__name__))
        return asked

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            asked = heard(seat)
            await ready(seat)
            await seat.strike("space")
            await seat.sees("your keyboard is at 192.0.2.7")
            assert not asked, "nothing is heard before the answer"
            await seat.strike(answer)
            await seat.until(lambda: seat.app.screen is seat.app.frame, "the answer is taken")
            assert asked == (["play"] if answer == "y" else [])
            asked.clear()
            await seat.strike("j", "enter")
            assert seat.app.screen is seat.app.frame, "it asks no more"
            assert asked == ["play"]
        async with seated(library.toolkit) as seat:
            asked = heard(seat)
            await ready(seat)
            await seat.strike("space")
            assert seat.app.screen is seat.app.frame, "nor the next time"
            assert asked == ["play"]

    run(work())


def test_the_keyboard_here_is_not_asked_about(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSH_CONNECTION", "SSH_CLIENT", "TMUX"):
        monkeypatch.delenv(name, raising=False)

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            monkeypatch.setattr(seat.app.transport, "do", lambda work, *values: None)
            await ready(seat)
            await seat.strike("space")
            assert seat.app.screen is seat.app.frame

    run(work())
