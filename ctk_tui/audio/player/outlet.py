"""The thread that keeps the device: opens it when sound is wanted, stops it when idle, finds out when it is lost."""

from __future__ import annotations

import ctypes.util
import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ctk_tui.audio.player import device, servers
from ctk_tui.audio.player.device import Choice, Device, NoDevice

if TYPE_CHECKING:
    from ctk_tui.audio.layouts import Samples
    from ctk_tui.audio.player.state import Output

RETRY = 2.0
"""Seconds between two tries to open a device that is gone."""
GIVE_UP = 60.0
"""Seconds after which a device that came back would start to play out of the blue: it is waited for no longer."""
LOST = 1.0
"""Seconds without a call from the device, but five periods at least, until it counts as lost: nothing else tells."""
STUCK = 10.0
"""Seconds in one call of the sound library after which it will not come back."""


class Plays(Protocol):
    """Who gives the sound, and is told what becomes of the device."""

    def render(self, count: int) -> Samples:
        """Give the next frames; called in the device's thread."""

    def back(self) -> None:
        """The device was lost, and another is there in its place."""

    def gone(self) -> None:
        """No device came for a minute; none is waited for any more."""

    def changed(self) -> None:
        """Something of what the outlet tells is new."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What is there to tell of the device."""

    output: str = ""
    host: str = ""
    problem: str = ""
    hint: str = ""
    buffer_ms: int = 0


class Outlet:
    """Keeps one device.

    Args:
        plays: see there.
        choice: the output's id, "" for the first that works.
        buffer_ms: length of a period, 0 for the one that suits.
        idle: seconds without sound until the device is stopped: over a network silence costs as much as sound.
        over_ssh: whether the keyboard is on another host, for the words of a problem.
    """

    def __init__(self, plays: Plays, choice: str, buffer_ms: int, idle: float, *, over_ssh: bool) -> None:
        self._thread = threading.Thread(target=self._keep, name="outlet", daemon=True)
        self._plays = plays
        self._choice = Choice.of(choice)
        self._buffer_ms = buffer_ms
        self._idle = idle
        self._over_ssh = over_ssh
        self._wake = threading.Condition()
        self._wanted = self._again = False
        self._over = threading.Event()
        self._wanted_since = self._idle_since = time.monotonic()
        self._next_try = 0.0
        self._device: Device | None = None
        self._started = self._lost = False
        self._beat = time.monotonic()
        self._busy_since: float | None = None
        self._names: dict[str, str] = {}
        self.outside = Outside()

    # Called by others

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def want(self, on: bool) -> None:
        """Tell whether sound is to come out; a wish tries at once what failed before."""
        with self._wake:
            now = time.monotonic()
            if on:
                self._wanted_since, self._next_try = now, 0.0
            elif self._wanted:
                self._idle_since = now
            self._wanted = on
            self._wake.notify()

    def choose(self, choice: str) -> None:
        """Go to another output; the one that is open stays open."""
        with self._wake:
            wanted = Choice.of(choice)
            self._again = self._again or wanted != self._choice
            self._choice, self._next_try = wanted, 0.0
            self._wanted_since = time.monotonic()
            self._wake.notify()

    @property
    def choice(self) -> str:
        """The id of the output that was chosen, "" for the first that works."""
        return self._choice.id() if self._choice.backend else ""

    def outputs(self) -> list[Output]:
        """Return what can be chosen; takes as long as the sound servers take."""
        found = device.outputs(servers.candidates(os.environ))
        self._names.update({output.id: output.name for output in found})
        return found

    def look(self) -> Outside:
        """Open the output once more beside the one that is open, without a sound, and tell what came of it."""
        choice = self._choice
        period = servers.period_ms(self._buffer_ms, self._server)
        try:
            tried = Device(choice, period, self._plays.render)
        except NoDevice:
            return self._reason(choice, period)
        tried.close()
        return Outside(self._called(tried, choice), tried.host, buffer_ms=period)

    def stuck(self) -> bool:
        """Return whether the sound library does not come back."""
        since = self._busy_since
        return since is not None and time.monotonic() - since > STUCK

    def end(self) -> None:
        """Close the device and end the thread."""
        with self._wake:
            self._over.set()
            self._wake.notify()
        self._thread.join(LOST)

    # The thread's own

    def _keep(self) -> None:
        """Keep the device until the end."""
        while not self._over.is_set():
            self._step()
            with self._wake:
                if not self._over.is_set() and not self._again:
                    self._wake.wait(self._pause())
        self._close()

    def _pause(self) -> float | None:
        """Return how long there is nothing to do."""
        if self._started:
            return 0.1
        if self._wanted and self._device is None:
            return max(0.01, self._next_try - time.monotonic())
        return None if not self._wanted else 0.01

    def _step(self) -> None:
        now = time.monotonic()
        if self._again:
            self._again = False
            self._lost = self._lost or (self._wanted and self._started)
            self._close()
        if self._device is not None and self._started and now - self._beat > max(LOST, 5 * self._period):
            self._close()
            self._lost, self._next_try, self._wanted_since = self._wanted, 0.0, now
        if self._wanted and self._device is None and now >= self._next_try:
            if now - self._wanted_since > GIVE_UP:
                self._wanted = False
                self._plays.gone()
                return
            self._open()
        if self._wanted and self._device is not None and not self._started:
            self._start()
        if not self._wanted and self._started and now - self._idle_since > self._idle:
            self._stop()

    @property
    def _server(self) -> str:
        return self._choice.server or servers.server_of(os.environ)

    @property
    def _period(self) -> float:
        return self.outside.buffer_ms / 1000

    def _open(self) -> None:
        period = servers.period_ms(self._buffer_ms, self._server)
        self._busy_since = time.monotonic()
        try:
            self._device = Device(self._choice, period, self._render)
        except NoDevice:
            self._refused(period)
            return
        finally:
            self._busy_since = None
        self._tell(Outside(self._called(self._device, self._choice), self._device.host, buffer_ms=period))

    def _called(self, opened: Device, choice: Choice) -> str:
        name = self._names.get(choice.id(), "") if choice.device else ""
        return opened.name + (f" · {name}" if name else "")

    def _refused(self, period: int) -> None:
        self._next_try = time.monotonic() + RETRY
        self._tell(self._reason(self._choice, period))

    def _reason(self, choice: Choice, period: int) -> Outside:
        problem, hint = servers.explain(
            os.environ,
            server=choice.server,
            card=device.has_card(),
            library=ctypes.util.find_library("pulse") is not None,
            over_ssh=self._over_ssh,
        )
        return Outside(problem=problem, hint=hint, buffer_ms=period)

    def _start(self) -> None:
        assert self._device is not None  # for mypy: the caller has looked
        if self._lost:
            self._lost = False
            self._plays.back()  # before it asks: what it took until then would be heard twice
        self._beat = self._busy_since = time.monotonic()
        try:
            self._device.start()
        except NoDevice:
            self._close()
            self._refused(self.outside.buffer_ms)
            return
        finally:
            self._busy_since = None
        self._started = True

    def _stop(self) -> None:
        assert self._device is not None  # for mypy: the caller has looked
        self._busy_since = time.monotonic()
        try:
            self._device.stop()
        except NoDevice:
            self._close()
        finally:
            self._busy_since = None
        self._started = False

    def _close(self) -> None:
        if self._device is None:
            return
        self._busy_since = time.monotonic()
        self._device.close()
        self._busy_since = None
        self._device, self._started = None, False
        self._tell(Outside(buffer_ms=self.outside.buffer_ms))

    def _tell(self, outside: Outside) -> None:
        if outside != self.outside:
            self.outside = outside
            self._plays.changed()

    def _render(self, count: int) -> Samples:
        self._beat = time.monotonic()
        return self._plays.render(count)
