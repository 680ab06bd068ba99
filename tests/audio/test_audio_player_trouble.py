"""What may go wrong around a player: servers, decoders, processes that die; the user gets sound, or words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import psutil
import pytest

from ctk_tui.audio.player.client import Player
from ctk_tui.model.errors import CtkError
from tests.support.flavours import Flavour, hiss_file, sine, sine_file, tone, written
from tests.support.pulse import RATE, PulseServer, Recorder, heard

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.needs("pulseaudio")

LONG = 20.0
WAIT = 30.0


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    file = tmp_path / "long.flac"
    file.write_bytes(written(sine(997, LONG, 48000), Flavour("flac", 48000)))
    return file


@pytest.fixture
def no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PULSE_SERVER", "SSH_CONNECTION", "SSH_CLIENT", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PULSE_RUNTIME_PATH", str(tmp_path))


def decoder_of(player: Player) -> psutil.Process:
    """Return the decoder process, waiting for it."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        if player.pid is not None and (children := psutil.Process(player.pid).children()):
            return children[0]
    raise AssertionError("no decoder was started")


def gone(*pids: int) -> bool:
    """Wait until these processes are no more."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        alive = [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]
        if not alive:
            return True
    return False


@pytest.mark.realtime
def test_a_killed_server_is_played_on_at_the_old_place(long_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with PulseServer() as server, ExitStack() as stack:
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)
        player = stack.enter_context(Player())
        player.play(long_file, 3.0)
        player.wait_for(lambda state: state.position > 3.5, WAIT)
        server.kill()
        lost = player.wait_for(lambda state: state.problem != "", WAIT)
        assert "does not answer" in lost.problem
        assert lost.status == "playing"
        server.start()
        recorder = stack.enter_context(Recorder(server))
        back = player.wait_for(lambda state: state.problem == "" and state.output == "PulseAudio", WAIT)
        assert abs(back.position - lost.position) < 0.5
        assert player.wait_for(lambda state: state.position > lost.position + 0.5, WAIT).position < LONG - 10
        sound = heard(recorder.until(lambda sound: len(heard(sound)) > 0.5 * RATE))
        assert tone(sound[:, 0], RATE)[0] == pytest.approx(997, abs=1)


@pytest.mark.soak
def test_a_server_that_hangs_is_given_up_and_found_again(long_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with PulseServer() as server:
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)
        with Player() as player:
            player.play(long_file, 3.0)
            player.wait_for(lambda state: state.position > 3.5, WAIT)
            server.freeze(True)
            player.wait_for(lambda state: state.problem != "", 60)
            server.freeze(False)
            player.play(long_file, 5.0)
            player.wait_for(lambda state: state.position > 5.5 and not state.problem, 60)


@pytest.mark.usefixtures("no_server")
def test_without_a_server_the_state_says_why_and_what_to_do(long_file: Path) -> None:
    with Player() as player:
        player.play(long_file)
        state = player.wait_for(lambda state: state.problem != "", WAIT)
        assert state.status == "playing"
        assert state.hint
        assert state.output == ""
        player.pause()
        assert player.settled(WAIT).status == "paused"
        player.choose("none")
        player.resume()
        state = player.wait_for(lambda state: state.position > 0.2, WAIT)
        assert (state.problem, state.output) == ("", "none")


@pytest.mark.usefixtures("no_server")
def test_over_ssh_the_words_are_about_ssh(long_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 5555 198.51.100.1 22")
    with Player() as player:
        player.play(long_file)
        state = player.wait_for(lambda state: state.problem != "", WAIT)
        assert state.keyboard == "192.0.2.7"
        assert "docs/ssh.md" in state.hint
    monkeypatch.setenv("PULSE_SERVER", "tcp:127.0.0.1:9")
    with Player() as player:
        player.play(long_file)
        state = player.wait_for(lambda state: state.problem != "", WAIT)
        assert "tcp:127.0.0.1:9" in state.problem
        assert "tunnel" in state.hint
        assert state.buffer_ms == 250


def test_a_server_that_comes_later_is_found(long_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        server = PulseServer()
        stack.push(server.__exit__)
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)
        player = stack.enter_context(Player())
        player.play(long_file)
        player.wait_for(lambda state: state.problem != "", WAIT)
        server.start()
        player.wait_for(lambda state: state.position > 0.3 and not state.problem, WAIT)


@pytest.mark.usefixtures("at_server")
def test_a_decoder_that_crashes_costs_its_file_and_nothing_else(long_file: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.wav"
    short.write_bytes(sine_file("wav-s16", seconds=0.3))
    with Player() as player:
        failures = []
        player.subscribe(lambda news: failures.append(news) if news.kind == "failed" else None)
        player.play(long_file)
        player.wait_for(lambda state: state.position > 0.1, WAIT)
        pid = player.pid
        decoder_of(player).send_signal(signal.SIGSEGV)
        state = player.wait(WAIT)
        assert 0.1 < state.position < 3  # what was decoded is heard to its end
        assert [news.path for news in failures] == [long_file]
        assert "SIGSEGV" in failures[0].reason
        player.play(short)
        assert player.wait(WAIT).position == pytest.approx(0.3)
        assert player.pid == pid
        assert len(failures) == 1


@pytest.mark.usefixtures("at_server")
def test_a_decoder_that_hangs_does_not_hold_up_the_next_file(long_file: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.wav"
    short.write_bytes(sine_file("wav-s16", seconds=0.3))
    with Player() as player:
        player.play(short)
        player.wait(WAIT)
        decoder_of(player).suspend()
        player.play(long_file)
        player.settled(WAIT)
        begun = time.monotonic()
        player.play(short)
        assert player.wait(WAIT).position == pytest.approx(0.3)
        assert time.monotonic() - begun < 10


@pytest.mark.usefixtures("at_server")
def test_a_player_that_dies_comes_back_and_goes_on(long_file: Path) -> None:
    with Player(volume=0.5) as player:
        player.loop()
        player.play(long_file)
        state = player.wait_for(lambda state: state.position > 5.2, WAIT)
        first = player.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        back = player.wait_for(lambda now: now.position > state.position + 0.3 and not now.problem, WAIT)
        assert player.pid not in {None, first}
        assert (back.volume, back.loop, back.path) == (0.5, True, long_file)


@pytest.mark.usefixtures("at_server")
def test_a_player_that_dies_young_waits_for_the_next_command(long_file: Path) -> None:
    with Player() as player:
        player.play(long_file)
        player.wait_for(lambda state: state.position > 0.1, WAIT)
        os.kill(player.pid or 0, signal.SIGKILL)
        state = player.wait(WAIT)
        assert "ended" in state.problem
        assert player.pid is None
        player.play(long_file, 2.0)
        assert not player.wait_for(lambda state: state.position > 2.1, WAIT).problem


SCRIPT = """
import sys
from ctk_tui.audio.player.client import Player
player = Player()
player.play(sys.argv[1])
player.wait_for(lambda state: state.position > 0.1 or state.problem, 30)
import psutil, os
print(player.pid, *(child.pid for child in psutil.Process(player.pid).children()), flush=True)
{rest}
"""


def script(rest: str, file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(rest=rest), str(file)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.usefixtures("at_server")
def test_player_and_decoder_end_with_a_killed_parent(long_file: Path) -> None:
    with script("sys.stdin.read(); import time; time.sleep(99)", long_file) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.kill()
        parent.wait()
        assert gone(*pids)


@pytest.mark.usefixtures("at_server")
@pytest.mark.parametrize("rest", ["", "raise SystemExit", "player.close()", "1/0"])
def test_a_program_that_forgets_its_player_ends(rest: str, long_file: Path) -> None:
    with script(rest, long_file) as parent:
        out, errors = parent.communicate(timeout=WAIT)
        assert parent.returncode == (1 if rest == "1/0" else 0)
        assert (b"ZeroDivisionError" in errors) == (rest == "1/0")
        assert gone(*(int(word) for word in out.split()))


@pytest.mark.usefixtures("no_server")
def test_the_terminal_hears_nothing_of_what_libraries_say(long_file: Path) -> None:
    with script("player.outputs(); player.close()", long_file) as parent:
        out, errors = parent.communicate(timeout=WAIT)
        assert errors == b""
        assert len(out.splitlines()) == 1


def test_the_device_is_stopped_when_idle_and_starts_again(at_server: PulseServer, tmp_path: Path) -> None:
    short = tmp_path / "short.wav"
    short.write_bytes(sine_file("wav-s16", seconds=0.3))
    with Player(idle=0.3) as player:
        player.play(short)
        player.wait(WAIT)
        deadline = time.monotonic() + WAIT
        while "Corked: yes" not in at_server.tell("list", "sink-inputs").stdout:
            assert time.monotonic() < deadline, "the device was not stopped"
        player.play(short)
        assert player.wait(WAIT).position == pytest.approx(0.3)
        listed = at_server.tell("list", "sink-inputs").stdout
        assert 'application.name = "ctk"' in listed


def test_outputs_are_listed_and_changed_while_it_plays(long_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with PulseServer() as server:
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)
        server.tell("load-module", "module-null-sink", "sink_name=second", "sink_properties=device.description=Second")
        with Player() as player:
            outputs = player.outputs()
            assert [output.name for output in outputs] == ["Null Output", "Second", "no sound"]
            assert [output.default for output in outputs] == [True, False, False]
            player.play(long_file)
            player.wait_for(lambda state: state.position > 0.3, WAIT)
            player.choose(outputs[1].id)
            state = player.wait_for(lambda state: state.output == "PulseAudio · Second", WAIT)
            assert state.output_id == outputs[1].id
            player.wait_for(lambda now: now.position > state.position + 0.2, WAIT)
            inputs = server.tell("list", "short", "sink-inputs").stdout.split()
            sinks = [line.split()[:2] for line in server.tell("list", "short", "sinks").stdout.splitlines()]
            assert [inputs[1], "second"] in sinks
            player.choose("none")
            state = player.wait_for(lambda state: state.output == "none", WAIT)
            player.wait_for(lambda now: now.position > state.position + 0.2, WAIT)


@pytest.mark.realtime
def test_a_server_over_tcp_is_heard_with_longer_periods(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    file = tmp_path / "x.wav"
    file.write_bytes(sine_file("wav-s16", seconds=0.7))
    with PulseServer(port) as server:
        monkeypatch.setenv("PULSE_SERVER", f"tcp:127.0.0.1:{port}")
        monkeypatch.setenv("PULSE_COOKIE", server.environ["PULSE_COOKIE"])
        with Player() as player, Recorder(server) as recorder:
            player.play(file)
            state = player.wait(WAIT)
            assert (state.buffer_ms, state.host) == (250, f"127.0.0.1:{port}")
            sound = heard(recorder.silence())
            assert len(sound) / RATE == pytest.approx(0.7, abs=0.03)


def test_commands_after_the_end_are_refused() -> None:
    player = Player(output="none")
    player.close()
    player.close()
    with pytest.raises(CtkError, match="closed"):
        player.play("x.wav")
    with pytest.raises(CtkError, match="closed"):
        player.outputs()


def test_a_closed_player_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(hiss_file("wav-s16"))
    me = psutil.Process()

    def once() -> None:
        with Player(output="none") as player:
            player.play(file)
            player.wait_for(lambda state: state.position > 0.05, WAIT)

    once()
    files, threads, children = me.num_fds(), set(threading.enumerate()), set(me.children())
    for _ in range(3):
        once()
    assert me.num_fds() <= files
    assert set(threading.enumerate()) <= threads, "of others some may have ended"
    assert set(me.children()) <= children


def test_a_listener_that_raises_does_not_end_the_news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(sine_file("wav-s16", seconds=0.3))
    told = []
    monkeypatch.setattr(threading, "excepthook", lambda args: told.append(args.exc_type))

    def bad(news: object) -> None:
        raise KeyError(news)

    with Player(output="none") as player:
        player.subscribe(bad)
        player.play(file)
        assert player.wait(WAIT).position == pytest.approx(0.3)
    assert set(told) == {KeyError}
