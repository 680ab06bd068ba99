"""A sound server for all tests of a run, and a player on it whose sound is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ctk_tui.audio.player.client import Player
from tests.support.pulse import PulseServer, Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Studio:
    """A player, and what it is heard to play."""

    player: Player
    recorder: Recorder


@pytest.fixture(scope="session")
def server() -> Iterator[PulseServer]:
    """Return a running sound server that nobody stops."""
    with PulseServer() as running:
        yield running


@pytest.fixture(scope="module")
def shared_studio(server: PulseServer) -> Iterator[Studio]:
    """Return a player for tests that only play."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.environ.items():
            patch.setenv(name, value)
        # On a machine that tests keep busy, a server without realtime loses a block now and then at 60 ms, none at 150.
        with Player(buffer_ms=150) as player, Recorder(server) as recorder:
            yield Studio(player, recorder)


@pytest.fixture
def studio(shared_studio: Studio) -> Iterator[Studio]:
    """Return the shared player, quiet, as a new one would be."""
    player = shared_studio.player
    player.stop()
    player.loop(False)
    player.volume(1.0)
    player.settled(20)
    shared_studio.recorder.quiet()  # what lies in the device's buffer is still heard
    yield shared_studio
    player.stop()


@pytest.fixture
def at_server(server: PulseServer, monkeypatch: pytest.MonkeyPatch) -> PulseServer:
    """Return the sound server; players that the test starts find it."""
    for name, value in server.environ.items():
        monkeypatch.setenv(name, value)
    return server
