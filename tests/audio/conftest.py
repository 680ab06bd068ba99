"""A sound server for all tests of a run, a player on it whose sound is recorded, and measurements taken again."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ctk_tui.audio.player.client import Player
from tests.support.calm import measured
from tests.support.pulse import PulseServer, Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Studio:
    """A player, and what it is heard to play."""

    player: Player
    recorder: Recorder

    def reset(self) -> None:
        """Make the player quiet and as a new one would be."""
        self.player.stop()
        self.player.loop(False)
        self.player.volume(1.0)
        self.player.settled(20)
        self.recorder.quiet()  # what lies in the device's buffer is still heard


AGAIN = pytest.StashKey[dict[str, list[float]]]()
"""Node id to how busy the machine was when it failed, of tests that passed later."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run what is in real time as a measurement, which a busy machine may disturb."""
    if not pyfuncitem.get_closest_marker("realtime"):
        return None
    fixtures = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    studio = fixtures.get("studio")
    reset = studio.reset if isinstance(studio, Studio) else lambda: None
    if disturbed := measured(functools.partial(pyfuncitem.obj, **fixtures), reset):
        pyfuncitem.config.stash.setdefault(AGAIN, {})[pyfuncitem.nodeid] = disturbed
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List what had to be measured again."""
    if again := config.stash.get(AGAIN, {}):
        terminalreporter.section("measured again: the machine was busy")
        for nodeid, shares in sorted(again.items()):
            busy = ", ".join(f"{100 * share:.0f} %" for share in shares)
            terminalreporter.write_line(f"{nodeid}: processes waited for a CPU in {busy} of the time")


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
    shared_studio.reset()
    yield shared_studio
    shared_studio.player.stop()


@pytest.fixture
def at_server(server: PulseServer, monkeypatch: pytest.MonkeyPatch) -> PulseServer:
    """Return the sound server; players that the test starts find it."""
    for name, value in server.environ.items():
        monkeypatch.setenv(name, value)
    return server
