"""Where sound goes and why it does not, in words; whose keyboard it is."""

from __future__ import annotations

import os
import platform
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import pytest

from ctk_tui.audio.player.client import Player
from ctk_tui.audio.player.device import Choice, backends
from ctk_tui.audio.player.remote import keyboard_host
from ctk_tui.audio.player.servers import (
    address_of,
    candidates,
    explain,
    host_of,
    is_remote,
    period_ms,
    server_in,
    server_of,
)
from ctk_tui.audio.player.state import PlayerState
from tests.support.pulse import PulseServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Answer = TypeVar("Answer")
SSH = "192.0.2.7 51234 198.51.100.1 22"


@pytest.mark.parametrize(
    ("environ", "answer", "host"),
    [
        ({}, None, None),
        ({"SSH_CONNECTION": SSH}, None, "192.0.2.7"),
        ({"SSH_CLIENT": "2001:db8::1 51234 22"}, None, "2001:db8::1"),
        ({"TMUX": "x"}, None, None),
        ({"TMUX": "x", "SSH_CONNECTION": SSH}, None, "192.0.2.7"),
        ({"TMUX": "x"}, f"SSH_CONNECTION={SSH}", "192.0.2.7"),
        ({"TMUX": "x", "SSH_CONNECTION": SSH}, "-SSH_CONNECTION", None),
        ({"TMUX": "x", "SSH_CONNECTION": "old 1 2 3"}, f"SSH_CONNECTION={SSH}", "192.0.2.7"),
    ],
)
def test_the_keyboard_is_where_the_connection_comes_from(
    environ: dict[str, str], answer: str | None, host: str | None
) -> None:
    assert keyboard_host(environ, lambda: answer) == host


@pytest.mark.needs("tmux")
def test_tmux_is_asked_for_its_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "old 1 2 3")
    tmux = ["tmux", "-S", str(tmp_path / "s"), "-f", os.devnull]
    subprocess.run([*tmux, "new-session", "-d", "sleep 60"], check=True)
    try:
        subprocess.run([*tmux, "set-environment", "SSH_CONNECTION", SSH], check=True)
        monkeypatch.setenv("TMUX", f"{tmp_path / 's'},1,0")
        assert keyboard_host(os.environ) == "192.0.2.7"
        subprocess.run([*tmux, "set-environment", "-r", "SSH_CONNECTION"], check=True)
        assert keyboard_host(os.environ) is None
    finally:
        subprocess.run([*tmux, "kill-server"], check=True)
    assert keyboard_host(os.environ) == "old"  # no server, no answer: what the environment says


@pytest.mark.parametrize(
    ("value", "server", "address"),
    [
        ("", "", ""),
        ("unix:/run/user/1/pulse/native", "unix:/run/user/1/pulse/native", ""),
        ("/tmp/native", "/tmp/native", ""),
        ("{0123abc}unix:/tmp/native tcp:host:4713", "unix:/tmp/native", ""),
        ("tcp:127.0.0.1:24713", "tcp:127.0.0.1:24713", "127.0.0.1:24713"),
        ("tcp6:[::1]:24713", "tcp6:[::1]:24713", "[::1]:24713"),
        ("studio", "studio", "studio"),
    ],
)
def test_server_strings(value: str, server: str, address: str) -> None:
    assert server_of({"PULSE_SERVER": value}) == server
    assert address_of(server) == address
    assert is_remote(server) == bool(address)


def test_periods_are_long_over_a_network_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert period_ms(0, "") == 60
    assert period_ms(0, "tcp:127.0.0.1:1") == 250
    assert period_ms(20, "tcp:127.0.0.1:1") == 20
    monkeypatch.setenv("HOME", "/home/me")
    assert period_ms(0, "unix:/home/me/.ctk-pulse/native") == 250


def test_hosts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    monkeypatch.setenv("HOME", "/home/me")
    assert host_of("") == platform.node()
    assert host_of("unix:/run/pulse/native") == platform.node()
    assert host_of("tcp:studio:4713") == "studio:4713"
    assert "tunnel" in host_of("unix:/home/me/.ctk-pulse/native")
    assert host_of("", "none") == ""
    monkeypatch.setenv("PULSE_SERVER", "tcp:studio:4713")
    assert host_of("") == "studio:4713"
    assert host_of("", "alsa") == platform.node()


def test_the_tunnel_and_this_host_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    runtime = tmp_path / "run"
    (runtime / "pulse").mkdir(parents=True)
    environ = {"XDG_RUNTIME_DIR": str(runtime)}
    assert candidates(environ) == [""]
    (tmp_path / ".ctk-pulse").mkdir()
    (tmp_path / ".ctk-pulse" / "native").touch()
    tunnel = f"unix:{tmp_path}/.ctk-pulse/native"
    assert candidates(environ) == ["", tunnel]
    (runtime / "pulse" / "native").touch()
    own = f"unix:{runtime}/pulse/native"
    assert candidates(environ | {"PULSE_SERVER": tunnel}) == [tunnel, own]
    assert candidates(environ | {"PULSE_SERVER": own}) == [own, tunnel]


def said(server: str = "", *, card: bool = False, library: bool = True, over_ssh: bool = False) -> str:
    return " ".join(explain({}, server=server, card=card, library=library, over_ssh=over_ssh))


def test_every_problem_has_its_own_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert "tunnel" in said("tcp:127.0.0.1:24713")
    assert "tunnel" in said("tcp:[::1]:24713")
    assert "tunnel" in said("unix:/home/me/.ctk-pulse/native")
    assert "PULSE_SERVER" in said("tcp:studio:4713")
    assert "docs/ssh.md" in said(over_ssh=True)
    assert "libpulse" in said(library=False)
    assert "another program" in said(card=True)
    assert "PipeWire" in said()
    assert len({said(), said(card=True), said(over_ssh=True), said("tcp:a:1"), said(library=False)}) == 5


@pytest.mark.parametrize("before", [None, "tcp:old:1"])
def test_a_server_is_named_to_libpulse_only_meanwhile(before: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    if before:
        monkeypatch.setenv("PULSE_SERVER", before)
    lock = threading.Lock()
    with server_in("tcp:new:1", lock):
        assert os.environ["PULSE_SERVER"] == "tcp:new:1"
    assert os.environ.get("PULSE_SERVER") == before
    with server_in("", lock):
        assert os.environ.get("PULSE_SERVER") == before


@pytest.mark.parametrize("text", ["none", "pulseaudio|tcp:[::1]:4713|6162", "alsa||00ff", "pulseaudio||"])
def test_output_ids_go_round(text: str) -> None:
    assert Choice.of(text).id() == text


def test_an_unknown_output_is_the_first_that_works() -> None:
    assert Choice.of("") == Choice.of("nonsense") == Choice()


def test_jack_is_never_tried() -> None:
    assert "jack" not in backends()


def test_states_go_round_also_with_odd_names() -> None:
    from pathlib import Path

    state = PlayerState(status="playing", path=Path(os.fsdecode(b"/x/\xff.wav")), position=1.5, next_path=Path("/y"))
    assert PlayerState.from_json(state.to_json()) == state
    assert PlayerState.from_json({**state.to_json(), "newer": 1}) == state


def test_names_that_are_not_utf8_are_played(tmp_path: Path) -> None:
    from tests.support.flavours import sine_file

    path = os.fsencode(tmp_path) + b"/\xff\xfe.wav"
    with open(path, "wb") as file:
        file.write(sine_file("wav-s16", seconds=0.3))
    with Player(output="none") as player:
        player.play(path)
        state = player.wait(30)
        assert os.fsencode(state.path or "") == path
        assert state.position == pytest.approx(0.3)


@pytest.mark.needs("pulseaudio")
def test_a_server_behind_a_tunnel_that_turns_a_connection_away_is_asked_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tunnel = home / ".ctk-pulse" / "native"
    tunnel.parent.mkdir()
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tunnel}")

    def turned_away(server: PulseServer, ask: Callable[[], Answer]) -> Answer:
        tunnel.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as door, ThreadPoolExecutor(1) as thread:
            door.settimeout(20)
            door.bind(os.fspath(tunnel))
            door.listen()
            answer = thread.submit(ask)
            door.accept()[0].close()
            with door.accept()[0]:
                tunnel.unlink()
                tunnel.symlink_to(server.socket)
            return answer.result()

    with PulseServer() as server:
        monkeypatch.setenv("PULSE_COOKIE", server.environ["PULSE_COOKIE"])
        with Player() as player:
            state = turned_away(server, player.look)
            assert (state.problem, state.host) == ("", "the other end of the tunnel")
            assert any(output.host == state.host for output in turned_away(server, player.outputs))
