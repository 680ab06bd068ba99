"""What the doctor says of sound: here, nowhere, on another host than the keyboard's, through too short a buffer."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.audio import codecs
from ctk_tui.audio.player.client import Player
from ctk_tui.audio.player.state import Output, PlayerState
from ctk_tui.model.errors import CtkError, UsageError
from ctk_tui.model.settings import AudioSettings
from ctk_tui.toolkit.doctor_sound import decoders, hearing, sounds
from ctk_tui.toolkit.outputs import find_output, listed
from tests.support.pulse import PulseServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.model.doctor import Check

SSH = "192.0.2.7 51234 198.51.100.1 22"
HERE = platform.node()


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """See to it that neither the sound server nor the connection of whoever runs the tests is found."""
    for name in [name for name in os.environ if name.startswith(("PULSE_", "SSH_", "TMUX"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("PULSE_RUNTIME_PATH", str(tmp_path))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    with PulseServer() as running:
        for name, value in running.environ.items():
            monkeypatch.setenv(name, value)
        yield running


def checks(**settings: Any) -> dict[str, Check]:
    return {check.name: check for check in hearing(AudioSettings(**settings))}


@pytest.mark.needs("pulseaudio")
@pytest.mark.usefixtures("server")
def test_all_is_well() -> None:
    found = checks()
    assert list(found) == ["decoders", "sound", "buffer", "outputs"]
    assert {check.status for check in found.values()} == {"ok"}
    assert "FFmpeg" in found["decoders"].detail
    assert found["sound"].detail == f"PulseAudio on {HERE}"
    assert found["buffer"].detail == "60 ms (auto)"
    assert found["outputs"].detail == "Null Output (the usual one), none"


@pytest.mark.needs("pulseaudio")
@pytest.mark.usefixtures("server")
def test_sound_that_is_not_where_the_keyboard_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", SSH)
    sound = checks()["sound"]
    assert (sound.status, sound.detail) == ("warn", f"PulseAudio on {HERE}; your keyboard is at 192.0.2.7")
    assert [line[0] for line in sound.hint.splitlines()] == ["t", "1", "2", "3", "4"]


def test_no_sound_says_why() -> None:
    sound = sounds(PlayerState(problem="no sound server and no sound card", hint="start PipeWire"))
    assert (sound.status, sound.hint) == ("warn", "start PipeWire")
    assert sound.detail == "none: no sound server and no sound card"


@pytest.mark.parametrize("tunnel", [False, True])
def test_no_sound_over_ssh(tunnel: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", SSH)
    if tunnel:
        monkeypatch.setenv("PULSE_SERVER", "tcp:127.0.0.1:9")
    sound = checks()["sound"]
    assert sound.status == "warn"
    assert len(sound.hint.splitlines()) == (1 if tunnel else 5)
    assert ("ssh -R tunnel" in sound.hint) == tunnel


@pytest.mark.parametrize(("set_ms", "status"), [("auto", "ok"), (60, "warn"), (400, "ok")])
def test_a_short_buffer_over_a_network(set_ms: int, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "tcp:127.0.0.1:9")
    buffer = checks(buffer_ms=set_ms)["buffer"]
    assert buffer.status == status
    assert ("auto" in buffer.hint) == (status == "warn")


def test_servers_that_do_not_answer_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(player: Player) -> None:
        raise CtkError("the sound servers do not answer", "try again")

    monkeypatch.setattr(Player, "look", look)
    found = checks()
    assert (found["sound"].status, found["sound"].hint) == ("warn", "try again")


def test_decoders_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decoders().status == "ok"
    assert codecs.look()["missing"] == ""
    monkeypatch.setitem(codecs.NEEDED, "Phonograph", "wax_cylinder")
    assert codecs.look()["missing"] == "Phonograph"


OUTPUTS = [
    Output("pulseaudio||61", "Built-in Audio", "PulseAudio", "studio", default=True),
    Output("pulseaudio||62", "USB Audio", "PulseAudio", "studio"),
    Output("pulseaudio|unix:/t|63", "Built-in Audio", "PulseAudio", "the other end of the tunnel", default=True),
    Output("none", "no sound", "none", ""),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [("usb", 1), ("USB AUDIO", 1), ("pulseaudio||61", 0), ("studio", 0), ("tunnel", 2), ("none", 3), ("No Sound", 3)],
)
def test_outputs_are_found_by_a_word_of_their_name(text: str, found: int) -> None:
    assert find_output(OUTPUTS, text) is OUTPUTS[found]


@pytest.mark.parametrize(("text", "why"), [("built-in audio", "several"), ("audio", "several"), ("hdmi", "no output")])
def test_what_fits_none_or_several_is_refused_with_the_list(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        find_output(OUTPUTS, text)
    assert "Built-in Audio on the other end of the tunnel (the usual one)" in refused.value.hint


def test_hosts_are_named_where_there_are_several() -> None:
    assert listed([OUTPUTS[0], OUTPUTS[3]]) == "Built-in Audio (the usual one), none"
