"""A remote library heard at home: what the doctor and docs/ssh.md tell, on a real sshd and a second sound server."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctk_tui.audio.decode import decode
from ctk_tui.audio.player.client import Player
from ctk_tui.toolkit.doctor_sound import sounds, way_home
from ctk_tui.toolkit.outputs import find_output
from tests.support.flavours import sine_file, tone
from tests.support.pulse import RATE, PulseServer, Recorder, heard
from tests.support.sshd import SshHost

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.needs("pulseaudio"), pytest.mark.needs("/usr/sbin/sshd"), pytest.mark.realtime]

WAIT = 60.0
DOC = (Path(__file__).parents[2] / "docs" / "ssh.md").read_text()


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[PulseServer]:
    """Return the sound server of the computer that the user sits at; nothing leads there but a tunnel."""
    for name in [name for name in os.environ if name.startswith("PULSE_")]:
        monkeypatch.delenv(name)
    with PulseServer() as server:
        (tmp_path / "pulse").mkdir()
        (tmp_path / "pulse" / "native").symlink_to(server.socket)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        yield server


@pytest.fixture
def host(home: Path) -> Iterator[SshHost]:
    """Return the remote host, which is this one by another door."""
    with SshHost({"HOME": os.fspath(home)}) as there:
        yield there


def typed(line: str, host: SshHost) -> None:
    """Run a line as the user types it at home."""
    subprocess.run(["bash", "-c", host.shell + line], check=True, stdin=subprocess.DEVNULL, timeout=WAIT)


def tunnel(line: str, host: SshHost) -> subprocess.Popen[bytes]:
    """Start the ssh -R of a line; return when it stands."""
    process = host.ssh("-N", *shlex.split(os.path.expandvars(line))[1:], stderr=subprocess.PIPE)
    server = os.environ["PULSE_SERVER"]
    deadline = time.monotonic() + WAIT
    while subprocess.run(["pactl", "info"], env={**os.environ, "PULSE_SERVER": server}, capture_output=True).returncode:
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline, "the tunnel does not come"
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.communicate(timeout=WAIT)


def check_heard(player: Player, at_home: PulseServer, file: Path) -> None:
    with Recorder(at_home) as recorder:
        player.play(file)
        player.wait(WAIT)
        sound = heard(recorder.silence())
    assert len(sound) / RATE == pytest.approx(1.0, abs=0.03)
    pitch, level = tone(sound[:, 0], RATE)
    assert abs(pitch - 997) < 1
    assert level == pytest.approx(0.5 / np.sqrt(2), rel=0.03)


def test_through_a_socket(at_home: PulseServer, host: SshHost, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third, last = (line.partition(":")[2].strip() for line in way_home().splitlines()[1:])
    for line in (first, third, last, second.replace(os.fspath(home), "/home/you")):
        assert f"\n{line} " in DOC
    name, _, value = third.removeprefix("export ").partition("=")
    monkeypatch.setenv(name, os.path.expandvars(value))
    file = home / "x.wav"
    file.write_bytes(sine_file("wav-s16", seconds=1.0))
    typed(first, host)
    assert (home / ".ctk-pulse").stat().st_mode & 0o777 == 0o700
    ssh = tunnel(second, host)
    with Player() as player:
        check_heard(player, at_home, file)
        assert (player.state.host, player.state.buffer_ms) == ("the other end of the tunnel", 250)
        assert sounds(player.look()).status == "ok"
        player.loop()
        player.play(file)
        player.wait_for(lambda state: state.position > 0.1, WAIT)
        end(ssh)
        assert (home / ".ctk-pulse" / "native").is_socket()  # as sshd leaves it
        lost = player.wait_for(lambda state: state.problem != "", WAIT)
        assert "ssh -R" in lost.hint
        typed(first, host)  # else the socket of the first tunnel is in the way
        ssh = tunnel(second, host)
        player.wait_for(lambda state: not state.problem and state.position > 0.2, WAIT)
    monkeypatch.delenv("PULSE_SERVER")
    with Player() as player:
        player.choose(find_output(player.outputs(), "tunnel").id)
        check_heard(player, at_home, file)
    end(ssh)


def test_a_socket_that_is_left_over_is_in_the_way(at_home: PulseServer, host: SshHost, home: Path) -> None:
    first, second = (line.partition(":")[2].strip() for line in way_home().splitlines()[1:3])
    typed(first, host)
    (home / ".ctk-pulse" / "native").touch()
    refused = host.ssh("-N", *shlex.split(os.path.expandvars(second))[1:], stderr=subprocess.PIPE)
    assert b"forwarding failed" in refused.communicate(timeout=WAIT)[1]


def test_through_a_port(at_home: PulseServer, host: SshHost, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    line, server = "ssh -R 127.0.0.1:24713:$XDG_RUNTIME_DIR/pulse/native HOST", "tcp:127.0.0.1:24713"
    assert f"\n{line} " in DOC
    assert f"\nexport PULSE_SERVER={server} " in DOC
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    monkeypatch.setenv("PULSE_SERVER", server.replace("24713", port))
    file = home / "x.wav"
    file.write_bytes(sine_file("wav-s16", seconds=1.0))
    ssh = tunnel(line.replace("24713", port), host)
    with Player() as player:
        check_heard(player, at_home, file)
        assert (player.state.host, player.state.buffer_ms) == (f"127.0.0.1:{port}", 250)
    end(ssh)


def test_through_a_pipe(host: SshHost, home: Path) -> None:
    file = home / "two words.flac"
    file.write_bytes(sine_file("flac-16", seconds=0.5))
    assert "ssh HOST ctk play --stdout wav " in DOC
    line = shlex.join([sys.executable, "-m", "ctk_tui", "play", "--volume", "1", "--stdout", "wav", os.fspath(file)])
    with host.ssh("HOST", line, stdout=subprocess.PIPE) as ssh:
        stream = ssh.communicate(timeout=WAIT)[0]
    assert ssh.returncode == 0
    sound = np.frombuffer(stream[44:], "<i2").reshape(-1, 2) / 32767
    assert np.abs(sound - decode(file)).max() < 1e-4
