"""`ctk play`: what is played in which order, plain lines, exit codes, signals, where sound comes out."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import pytest

from ctk_tui.config.paths import state_dir
from tests.support.calling import PATIENCE, process
from tests.support.flavours import Flavour, sine, sine_file, tone, written
from tests.support.pulse import RATE, PulseServer, Recorder, heard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.commands import Ctk

SILENT = ("play", "--output", "none")
"""Plays in real time, to nobody."""


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """See to it that neither the sound server nor the connection of whoever runs the tests is found."""
    for name in [name for name in os.environ if name.startswith(("PULSE_", "SSH_", "TMUX"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # lines have to come without it


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    with PulseServer() as running:
        for name, value in running.environ.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def sounds(tmp_path: Path) -> dict[str, Path]:
    """Make short sounds, a long one, and one that is none."""
    contents = {
        "a.wav": sine_file("wav-s16", seconds=0.3),
        "b.flac": sine_file("flac-16", seconds=0.3),
        "c.mp3": sine_file("mp3", seconds=0.3),
        "bad.mp3": b"no sound" * 500,
        "worse.ogg": b"none either" * 500,
        "long.wav": written(sine(997, 40, 8000, 1), Flavour("wav", 8000, 1)),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name.partition(".")[0]: tmp_path / name for name in contents}


def started(*words: str | os.PathLike[str]) -> subprocess.Popen[bytes]:
    """Start a command in a pipe, and in a process group as a shell makes one."""
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    return process(*(os.fspath(word) for word in words), **pipes, start_new_session=True)


def ended(child: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = child.communicate(timeout=PATIENCE)
    return child.returncode, out.decode("utf-8", "replace"), err.decode()


def test_files_are_played_in_order_and_named_in_plain_lines(ctk: Ctk, sounds: dict[str, Path]) -> None:
    order = [sounds["b"], sounds["a"], sounds["c"], sounds["a"], sounds["a"]]
    said = ctk(*SILENT, *order)
    assert (said.code, said.err) == (0, "")
    assert said.lines == [str(path) for path in order]


def test_a_line_comes_when_its_sound_begins(sounds: dict[str, Path]) -> None:
    child = started(*SILENT, sounds["a"], sounds["long"])
    assert child.stdout is not None
    assert [child.stdout.readline().decode().strip() for _ in range(2)] == [str(sounds["a"]), str(sounds["long"])]
    assert child.poll() is None
    child.terminate()
    assert ended(child) == (143, "", "")


def test_a_query_plays_what_it_finds_in_its_order(ctk: Ctk, tmp_path: Path) -> None:
    for name in ("kick 2.wav", "kick 1.wav", "snare.wav"):
        (tmp_path / "lib").mkdir(exist_ok=True)
        (tmp_path / "lib" / name).write_bytes(sine_file("wav-s16", 400.0 + len(name) * ord(name[5]), 0.3))
    ctk("sources", "add", "lib", tmp_path / "lib")
    ctk("scan", "-q")
    said = ctk(*SILENT, "kick")
    assert [line.rpartition("/")[2] for line in said.lines] == ["kick 1.wav", "kick 2.wav"]
    assert ctk(*SILENT, "snare", "name-").lines == [str(tmp_path / "lib" / "snare.wav")]
    listed = tmp_path / "list"
    listed.write_text(f"{tmp_path}/lib/snare.wav\n{tmp_path}/lib/kick 1.wav\n")
    said = ctk(*SILENT, "--from", listed)
    assert [line.rpartition("/")[2] for line in said.lines] == ["snare.wav", "kick 1.wav"]
    (number,) = ctk("search", "--fields", "id", "snare").lines
    assert ctk(*SILENT, f"id:{number}").code == 0
    (tmp_path / "lib").rename(tmp_path / "unplugged")
    said = ctk(*SILENT, "kick")
    assert (said.code, said.out) == (1, b"")
    assert said.err.count("its source is offline") == 2


@pytest.mark.parametrize(
    ("names", "code", "heard_names"),
    [
        (["a"], 0, ["a"]),
        (["a", "bad", "b"], 3, ["a", "b"]),
        (["bad", "a", "worse"], 3, ["a"]),
        (["bad", "worse", "bad"], 1, []),
        (["a", "bad", "worse"], 3, ["a"]),
    ],
)
def test_what_cannot_be_played_is_told_once_and_passed_over(
    names: list[str], code: int, heard_names: list[str], ctk: Ctk, sounds: dict[str, Path]
) -> None:
    said = ctk(*SILENT, *(sounds[name] for name in names))
    assert said.code == code
    assert said.lines == [str(sounds[name]) for name in heard_names]
    told = [line for line in said.err.splitlines() if line.startswith("ctk: ")]
    assert len(told) == sum(name in {"bad", "worse"} for name in names)
    assert all("damaged" in line for line in told)


def test_words_that_are_off(ctk: Ctk, sounds: dict[str, Path]) -> None:
    said = ctk("play", "./nowhere.wav")
    assert (said.code, said.err.splitlines()[0]) == (2, f"ctk: {os.getcwd()}/nowhere.wav: no such file")
    said = ctk("play", "no", "such", "sound")
    assert (said.code, said.err) == (2, "ctk: nothing found to play\n     `ctk search` shows what a query finds\n")
    said = ctk("play", "--output", "gramophone", sounds["a"])
    assert (said.code, said.err) == (2, "ctk: there is no output called 'gramophone'\n     there are: none\n")
    assert ctk("play", "--output", "none", "--stdout", "wav", sounds["a"]).code == 2
    for words in (["--volume", "1.1"], ["--volume", "nan"], ["--start", "-1"], ["--start", "inf"], ["--stdout", "mp3"]):
        said = ctk(*SILENT, *words, sounds["a"])
        assert (said.code, said.out) == (2, b""), words


def test_no_sound_here(ctk: Ctk, sounds: dict[str, Path], tmp_path: Path) -> None:
    said = ctk("play", sounds["a"])
    assert (said.code, said.out) == (1, b"")
    assert said.err == (
        f"ctk: no sound: the sound server at unix:{tmp_path}/none does not answer\n"
        "     check PULSE_SERVER, or choose another output\n"
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)])
@pytest.mark.parametrize("way", [SILENT, ("play", "--stdout", "wav", "--loop")], ids=["played", "poured"])
def test_signals_end_it_and_all_its_processes(
    way: tuple[str, ...], number: signal.Signals, code: int, sounds: dict[str, Path]
) -> None:
    child = started(*way, sounds["long"])
    assert child.stdout is not None
    child.stdout.read(10)
    family = psutil.Process(child.pid).children(recursive=True)
    assert family
    os.killpg(child.pid, number)  # as the terminal does: to ctk and all that it started
    found, _, err = ended(child)
    assert (found, err) == (code, "")
    assert psutil.wait_procs(family, PATIENCE)[1] == []
    assert list((state_dir() / "playing").iterdir()) == []


@pytest.mark.parametrize("way", [SILENT, ("play", "--stdout", "wav", "--loop")], ids=["played", "poured"])
def test_replace_ends_what_another_plays(way: tuple[str, ...], sounds: dict[str, Path]) -> None:
    first = started(*way, sounds["long"])
    assert first.stdout is not None
    first.stdout.read(10)
    assert ended(started(*SILENT, sounds["a"]))[0] == 0
    assert first.poll() is None
    assert ended(started(*SILENT, "--replace", sounds["a"])) == (0, f"{sounds['a']}\n", "")
    assert ended(first)[0] == 143


def test_loop_begins_again(sounds: dict[str, Path]) -> None:
    child = started(*SILENT, "--loop", sounds["a"], sounds["bad"], sounds["b"])
    assert child.stdout is not None
    lines = [child.stdout.readline().decode().strip() for _ in range(5)]
    assert lines == [str(sounds[name]) for name in ("a", "b", "a", "b", "a")]
    child.terminate()
    code, _, err = ended(child)
    assert (code, err.count("damaged")) == (143, 1)


def test_a_reader_that_goes_ends_it_quietly(sounds: dict[str, Path]) -> None:
    child = started(*SILENT, "--loop", sounds["a"], sounds["b"])
    assert child.stdout is not None
    child.stdout.readline()
    child.stdout.close()
    child.stdout = None
    assert child.wait(PATIENCE) == 0
    assert child.stderr is not None
    assert child.stderr.read() == b""
    child.stderr.close()


@pytest.mark.needs("pulseaudio")
def test_a_sound_server_that_comes_back_is_waited_for(server: PulseServer, sounds: dict[str, Path]) -> None:
    child = started("play", "--start", "37", sounds["long"])
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.readline()
    server.kill()
    assert b"ctk: the sound is gone: " in child.stderr.readline()
    server.start()
    assert ended(child) == (0, "", "")


@pytest.mark.needs("pulseaudio")
@pytest.mark.usefixtures("server")
def test_another_host_than_the_keyboards_is_named_once(
    ctk: Ctk, sounds: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 5555 198.51.100.1 22")
    said = ctk("play", sounds["a"], sounds["b"])
    assert said.code == 0
    (line,) = said.err.splitlines()
    assert line.startswith(f"ctk: it sounds on {os.uname().nodename}, your keyboard is at 192.0.2.7;")
    assert "docs/ssh.md" in line


@pytest.mark.needs("pulseaudio")
@pytest.mark.realtime
def test_it_is_heard_as_loud_as_wished_from_the_wished_place_without_a_gap(
    server: PulseServer, ctk: Ctk, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.wav", tmp_path / "2.flac"
    first.write_bytes(sine_file("wav-s16", 1000.0, 1.0))
    second.write_bytes(sine_file("flac-16", 1000.0, 0.5))
    server.tell("load-module", "module-null-sink", "sink_name=second", "sink_properties=device.description=Second")
    with Recorder(server) as recorder:
        assert ctk("play", "--output", "null", "--volume", "0.25", "--start", "0.4", first, second).code == 0
        sound = heard(recorder.silence())
        recorder.forget()
        assert ctk("play", second, second).code == 0
        twice = recorder.silence(0.8)
        recorder.forget()
        assert ctk("play", "--output", "second", first).code == 0
        assert not recorder.seconds(0.2)[-RATE // 5 :].any()
    assert len(sound) / RATE == pytest.approx(1.1, abs=0.03)
    milliseconds = twice[: len(twice) // 48 * 48, 0].reshape(-1, 48).any(axis=1).sum()
    assert milliseconds == pytest.approx(1000, abs=60)  # the same file again: with a gap, and not a third time
    pitch, level = tone(sound[:, 0], RATE)
    assert abs(pitch - 1000) < 1
    assert level == pytest.approx(0.125 / np.sqrt(2), rel=0.03)
