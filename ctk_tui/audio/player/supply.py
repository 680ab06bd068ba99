"""The decoder process as the player sees it: requests in, blocks out, and another one when it dies or hangs."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ctk_tui.audio.player.decoder import MEMORY, PATIENCE
from ctk_tui.audio.player.spawn import Sender, spawn
from ctk_tui.audio.player.state import CHANNELS
from ctk_tui.workers import endings, framing

if TYPE_CHECKING:
    import subprocess

    from ctk_tui.audio.layouts import Samples

_STARTING = 60.0
"""Seconds that the process may take to start, on a machine that is busy with something else."""
_IMPATIENCE = 1.0
"""Seconds without a word, while a newer request waits, before it is ended: it hangs on a file nobody wants any more."""
_WORDS = ("block", "opened", "ended", "failed", "dropped", "finished")
_LAST = frozenset({"ended", "failed", "dropped"})
_PAUSE = 0.5
"""Seconds between a decoder that could not even start and the next try."""


class Wants(Protocol):
    """Who takes what is decoded; called in the supply's own thread."""

    def opened(self, segment: int, duration: float | None) -> None:
        """The file is open; its header says it has `duration` seconds."""

    def block(self, segment: int, samples: Samples) -> bool:
        """Take the next block, waiting for room; return False where it is no longer wanted."""

    def ended(self, segment: int, bad: int, empty: bool) -> None:
        """All but its last millisecond was decoded, with `bad` packets passed over; `empty`: and that was nothing.

        Ask for what joins it, or call `Supply.finish`.
        """

    def finished(self, segment: int) -> None:
        """All was decoded."""

    def failed(self, segment: int, reason: str, hint: str) -> None:
        """It cannot be decoded, or not to its end."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the decoder is to do next."""

    segment: int
    path: str
    """With surrogate escapes; "" for nothing."""
    start: float
    """Seconds."""
    joins: bool
    """Whether it follows the last one without a gap."""


class Supply:
    """One decoder process after the other; one thread starts them all, for on Linux they end with it.

    Args:
        wants: who takes what is decoded.
        stderr: descriptor for what decoders say.
    """

    def __init__(self, wants: Wants, stderr: int) -> None:
        self._thread = threading.Thread(target=self._keep, name="decoder", daemon=True)
        self._wants = wants
        self._stderr = stderr
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._sender: Sender | None = None
        self._wanted: Request | None = None
        """The newest request, until it was answered to its end."""
        self._at: Request | None = None
        """The request that the decoder is at, as far as its words tell."""
        self._reading_since = time.monotonic()
        """When this thread began to wait for a word."""
        self._waiting = False
        self._ready = False
        self._verdict = ""
        self.restarts = 0
        """Decoders lost up to now."""

    def begin(self) -> None:
        """Start the thread, and it the first decoder."""
        self._thread.start()

    def request(self, segment: int, path: str, start: float, *, joins: bool = False) -> None:
        """Decode a file from `start` seconds on; what was being decoded is broken off.

        Args:
            segment: its number.
            path: with surrogate escapes, "" for nothing.
            start: seconds.
            joins: whether it follows what has just ended without a gap.
        """
        with self._lock:
            request = Request(segment, path, start, joins)
            self._wanted = request if path else None
            if self._at is None:
                self._at, self._reading_since = self._wanted, time.monotonic()
            if self._sender is not None:
                self._sender.send(asdict(request))

    def finish(self, segment: int) -> None:
        """Decode the rest of a segment that has ended and that nothing joins."""
        with self._lock:
            if self._sender is not None:
                self._sender.send({"finish": segment})

    def _keep(self) -> None:
        """Start a decoder and hear it out, for ever."""
        while True:
            try:
                self._start()
                self._listen()
            except OSError as error:
                self._lose(f"a decoder cannot be started: {error.strerror or error}")
            if not self._ready:
                time.sleep(_PAUSE)  # a decoder that cannot start shall not be started a hundred times a second

    def judge(self) -> None:
        """End a decoder that hangs or grew too large; called now and then."""
        import psutil

        with self._lock:
            process, silent = self._process, time.monotonic() - self._reading_since
            if process is None or not self._waiting:
                return
            if not self._ready:
                verdict = "the decoder did not start" if silent > _STARTING else ""
            elif self._at is None:
                verdict = ""
            elif self._wanted is not self._at:
                verdict = f"no sound for {_IMPATIENCE:g} s" if silent > _IMPATIENCE else ""
            else:
                verdict = f"no sound within {PATIENCE:g} s" if silent > PATIENCE else ""
        try:
            if psutil.Process(process.pid).memory_info().rss > MEMORY:
                verdict = f"its decoder used more than {MEMORY >> 20} MiB of memory"
        except psutil.Error:
            return
        if verdict:
            with self._lock:
                self._verdict = verdict
            process.kill()

    def _start(self) -> None:
        process = spawn("ctk_tui.audio.player.decoder", {}, self._stderr)
        assert process.stdin is not None  # for mypy: both are pipes
        with self._lock:
            self._process, self._sender = process, Sender(process.stdin)
            self._ready, self._verdict = False, ""
            self._at = self._wanted
            if self._wanted is not None:
                self._sender.send(asdict(self._wanted))

    def _listen(self) -> None:
        """Take words until the decoder is gone, and see to what it leaves."""
        process = self._process
        assert process is not None  # for mypy: _start was called
        assert process.stdout is not None
        try:
            while True:
                self._wait(True)
                word = framing.read(process.stdout)
                data = process.stdout.read(word["bytes"]) if "block" in word else b""
                self._wait(False)
                self._take(word, data)
        except (EOFError, framing.BadFrame, KeyError, TypeError, ValueError):
            process.kill()  # whatever it said last, it is not to be trusted any more
        process.stdout.close()
        if self._sender is not None:
            self._sender.close()
        code = process.wait()
        self._lose(self._verdict or _ended(code))

    def _wait(self, on: bool) -> None:
        with self._lock:
            self._waiting, self._reading_since = on, time.monotonic()

    def _take(self, word: dict[str, Any], data: bytes) -> None:
        if "ready" in word:
            self._ready = True
            return
        kind = next(kind for kind in _WORDS if kind in word)
        segment = int(word[kind])
        with self._lock:
            current = self._wanted is not None and self._wanted.segment == segment
            if current and kind in _LAST:
                self._wanted = None
            self._at = self._wanted if current or kind in _LAST else self._at
        if kind == "block":
            self._wants.block(segment, np.frombuffer(data, np.float32).reshape(-1, CHANNELS))
        elif kind == "opened":
            self._wants.opened(segment, word.get("duration"))
        elif kind == "ended":
            self._wants.ended(segment, int(word["bad"]), bool(word["empty"]))
        elif kind == "finished":
            self._wants.finished(segment)
        elif kind == "failed":
            self._wants.failed(segment, str(word["reason"]), str(word["hint"]))

    def _lose(self, reason: str) -> None:
        """Blame the file that the decoder was at; the newest request is for the next decoder, unless it is the same."""
        with self._lock:
            self._process = self._sender = None
            self.restarts += 1
            lost = self._at
            if lost is self._wanted:
                self._wanted = None
            self._at = None
        if lost is not None:
            self._wants.failed(
                lost.segment, reason, "the file is damaged, or the decoder is: the player goes on without it"
            )


def _ended(code: int) -> str:
    """Return how a decoder ended, in words."""
    if code == endings.OUT_OF_MEMORY:
        return "its decoder ran out of memory"
    if code >= 0:
        return f"its decoder ended with exit code {code}"
    try:
        return f"its decoder crashed: {signal.Signals(-code).name}"
    except ValueError:
        return f"its decoder crashed: signal {-code}"
