"""The progress line of `ctk play` and its keys, on a real terminal."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.calling import PATIENCE, Terminal
from tests.support.flavours import Flavour, sine, sine_file, written
from tests.support.pulse import PulseServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BRAILLE = re.compile("[\u2801-\u28ff]{5,}")
ARROW_LEFT, ARROW_RIGHT = "\x1b[D", "\x1b[C"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Make a sound of 40 s, one of 10 s, and one that is none."""
    made = {}
    for name, seconds in {"forty": 40, "ten": 10}.items():
        made[name] = str(tmp_path / f"{name}.wav")
        (tmp_path / f"{name}.wav").write_bytes(written(sine(997, seconds, 8000, 1), Flavour("wav", 8000, 1)))
    (tmp_path / "bad.mp3").write_bytes(b"no sound" * 500)
    (tmp_path / "short\x1b[31m.wav").write_bytes(sine_file("wav-s16", seconds=0.3))
    return {**made, "bad": str(tmp_path / "bad.mp3"), "short": str(tmp_path / "short\x1b[31m.wav")}


@pytest.fixture
def playing(files: dict[str, str]) -> Iterator[Terminal]:
    """Play the sound of 40 s, then that of 10 s, on a terminal of 120 columns; return it when sound comes out."""
    with Terminal("play", "--output", "none", files["forty"], files["ten"], columns=120) as terminal:
        terminal.until("▶ 0:00.")
        yield terminal


def test_pause_and_seek(playing: Terminal) -> None:
    playing.answer(" ", "‖ 0:0")
    playing.answer("0", "‖ 0:00.0/0:40.0")
    for key, place in {
        "l": "0:05", ARROW_RIGHT: "0:10", "h": "0:05", ARROW_LEFT: "0:00",
        "]": "0:04", "L": "0:08", "[": "0:04", "H": "0:00",
    }.items():  # fmt: skip
        playing.answer(key, f"‖ {place}.0/0:40.0")
    playing.answer(" ", "▶ 0:0")
    playing.answer("q", "\r\x1b[K")
    assert playing.end() == 0
    assert playing.raw.endswith("\r\x1b[K")


def test_short_sounds_are_sought_by_a_tenth(playing: Terminal) -> None:
    playing.answer(">", "ten.wav")
    playing.answer(" ", "‖ 0:0")
    playing.answer("0", "‖ 0:00.0/0:10.0")
    playing.answer("l", "‖ 0:01.0/0:10.0")
    playing.answer("L", "‖ 0:02.0/0:10.0")
    playing.answer("<", "forty.wav")
    playing.answer("s", "\r\x1b[K")
    assert playing.end() == 0


def test_volume_and_loop(playing: Terminal) -> None:
    assert "vol 80 %" in playing.text  # as the configuration has it
    playing.answer("-", "vol 75 %")
    playing.answer("=", "vol 80 %")
    playing.answer("+", "vol 85 %")
    playing.answer("M", "mute")
    playing.answer("M", "vol 85 %")
    playing.answer("R", "vol 85 % loop")
    playing.answer("R", "vol 85 %  none")
    playing.answer("q", "\r\x1b[K")
    assert playing.end() == 0


def test_the_line_has_the_outline_and_fits(playing: Terminal) -> None:
    while not BRAILLE.search(playing.text):
        playing.answer("", "0:40")
    assert max(len(line) for line in playing.text.split("\r")) <= 120


def test_an_interrupt_leaves_the_terminal_as_it_was(playing: Terminal) -> None:
    playing.signal(signal.SIGINT)
    assert playing.end() == 130
    local = termios.tcgetattr(playing._master)[3]
    assert local & termios.ECHO
    assert local & termios.ICANON


@pytest.mark.needs("tmux", "pulseaudio")
def test_ctrl_c_in_tmux_on_a_connection_from_elsewhere(files: dict[str, str], tmp_path: Path) -> None:
    tmux = ["tmux", "-S", str(tmp_path / "s"), "-f", os.devnull]
    line = shlex.join([sys.executable, "-m", "ctk_tui", "play", files["forty"]])
    with PulseServer() as server:
        environment = [word for name, value in server.environ.items() for word in ("-e", f"{name}={value}")]
        size = ["-x", "160", "-y", "10"]
        subprocess.run([*tmux, "new-session", "-d", *size, *environment, "exec sh"], check=True)
        try:
            subprocess.run([*tmux, "set-environment", "SSH_CONNECTION", "192.0.2.7 5 198.51.100.1 22"], check=True)
            subprocess.run([*tmux, "send-keys", f"clear; {line}; echo code=$?", "Enter"], check=True)
            seen(tmux, "▶ 0:0[1-9]")
            subprocess.run([*tmux, "send-keys", "C-c"], check=True)
            shown = seen(tmux, "code=[0-9]+")
            assert "code=130" in shown
            assert "your keyboard is at 192.0.2.7;" in shown
        finally:
            subprocess.run([*tmux, "kill-server"], check=True)


def seen(tmux: list[str], pattern: str) -> str:
    """Wait until something was shown in tmux; return the screen."""
    deadline = time.monotonic() + PATIENCE
    while True:
        shown = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=True).stdout
        if re.search(pattern, shown):
            return shown
        assert time.monotonic() < deadline, shown


def test_it_ends_with_the_last_sound_and_says_what_failed(files: dict[str, str]) -> None:
    with Terminal("play", "--output", "none", files["short"], files["bad"], columns=80) as terminal:
        assert terminal.end() == 3
        assert "short\\x1b[31m.wav" in terminal.text
        assert "\x1b[31m" not in terminal.raw
        assert f"\rctk: {files['bad']}: " in terminal.text
        assert terminal.raw.endswith("\r\x1b[K")


def test_a_loop_begins_again_until_it_is_switched_off(tmp_path: Path) -> None:
    file = tmp_path / "two.wav"
    file.write_bytes(written(sine(997, 2, 8000, 1), Flavour("wav", 8000, 1)))
    with Terminal("play", "--output", "none", "--loop", str(file)) as terminal:
        terminal.until("▶ 0:01.")
        terminal.answer("", "▶ 0:00.")
        terminal.answer("", "▶ 0:01.")
        terminal.write("R")
        assert terminal.end() == 0


def test_sound_is_not_written_to_a_terminal(files: dict[str, str]) -> None:
    with Terminal("play", "--stdout", "wav", files["ten"]) as terminal:
        assert terminal.end() == 2
        assert "--stdout wav writes sound, not text" in terminal.text


@pytest.mark.needs("pulseaudio")
def test_a_sound_server_that_goes_and_comes_back(files: dict[str, str]) -> None:
    with (
        PulseServer() as server,
        Terminal("play", "--start", "38", files["forty"], columns=120, environment=server.environ) as terminal,
    ):
        while not re.search("▶ 0:38[.][1-9]", terminal.text):  # it is heard
            terminal.answer("", "PulseAudio")
        server.kill()
        terminal.until("the sound is gone")
        server.start()
        assert terminal.end() == 0
