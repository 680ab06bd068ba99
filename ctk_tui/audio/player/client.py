"""The player as everyone uses it.

::

    from ctk_tui.audio.player.client import Player
    with Player() as player:
        player.play("kick.wav"); player.wait()

Sound, decoders and everything that may crash live in another process; here is a pipe to it. Should it die, another one
is started and goes on where the sound was.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ctk_tui.audio.player.remote import keyboard_host
from ctk_tui.audio.player.spawn import Sender, spawn
from ctk_tui.audio.player.state import STUCK, News, Output, PlayerState
from ctk_tui.disk.reading import pread
from ctk_tui.model.errors import CtkError
from ctk_tui.workers import framing
from ctk_tui.workers.page import anonymous_file

if TYPE_CHECKING:
    from types import TracebackType

AnyPath = str | bytes | os.PathLike[str]
Hear = Callable[[News], None]
IDLE = 30.0
"""Seconds without sound until the device is stopped (not closed)."""
_GRACE = 2.0
"""Seconds that the process has to end after its pipe was closed."""
_OUTPUTS = 10.0
"""Seconds that sound servers may take to tell their devices."""
_WORDS = 2000
"""Bytes looked at of what it wrote to its second stream."""
_LIVES = 5.0
"""Seconds that a process must have lived to be followed by another one that goes on playing."""


class Player:
    """Plays sound files; starts its process at once and never waits for it.

    Every method returns before the sound follows; `state` tells what is. Threads may share a player. Close it, or use
    `with`: at the end of the program it is closed in any case.

    Args:
        output: where sound comes out: an `Output.id`, "" for the first that works, "none" for nowhere.
        buffer_ms: length of a device period in milliseconds, "auto" for 60, and 250 over a network.
        volume: linear gain, 0 to 1.
        idle: seconds without sound until the device is stopped.
    """

    def __init__(
        self, *, output: str = "", buffer_ms: int | str = "auto", volume: float = 1.0, idle: float = IDLE
    ) -> None:
        self._keyboard = keyboard_host(os.environ) or ""
        self._options: dict[str, Any] = {
            "output": output,
            "buffer_ms": buffer_ms if isinstance(buffer_ms, int) else 0,
            "volume": volume,
            "idle": idle,
            "over_ssh": bool(self._keyboard),
        }
        self._changed = threading.Condition(threading.RLock())
        self._state = PlayerState(volume=volume, keyboard=self._keyboard)
        self._seq = 0
        self._listeners: list[Hear] = []
        self._outputs: dict[int, list[Output]] = {}
        self._sender: Sender | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._backlog: list[dict[str, Any]] = []
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._noise = anonymous_file("ctk-player")
        # The process is started by this thread and ends with it; it is a daemon, so a forgotten player ends with all.
        self._thread = threading.Thread(target=self._keep, name="player", daemon=True)
        self._thread.start()

    def play(self, path: AnyPath, start: float = 0.0) -> None:
        """Play a file now, whatever was playing.

        Args:
            path: the file; a name that is not UTF-8 comes as bytes or with surrogate escapes.
            start: seconds into the file.
        """
        self._command("play", path=os.path.abspath(os.fsdecode(path)), start=float(start))

    def pause(self) -> None:
        """Hold the sound where it is."""
        self._command("pause")

    def resume(self) -> None:
        """Go on after a pause; after a stop or the end, begin the file anew."""
        self._command("resume")

    def stop(self) -> None:
        """End the sound."""
        self._command("stop")

    def seek(self, seconds: float) -> None:
        """Go to a place, in seconds from the start of the file."""
        self._command("seek", seconds=float(seconds), relative=False)

    def skip(self, seconds: float) -> None:
        """Go on, or back where it is less than 0, by so many seconds."""
        self._command("seek", seconds=float(seconds), relative=True)

    def next(self, path: AnyPath | None) -> None:
        """Let a file follow the one that plays, without a gap; None for none."""
        self._command("next", path=None if path is None else os.path.abspath(os.fsdecode(path)))

    def loop(self, on: bool = True) -> None:
        """Begin the file anew at its end, without a gap, or no longer."""
        self._command("loop", on=bool(on))

    def volume(self, gain: float) -> None:
        """Set the linear gain, 0 to 1."""
        self._command("volume", gain=float(gain))

    def choose(self, output: str) -> None:
        """Let sound come out elsewhere.

        Args:
            output: an `Output.id`, "" for the first that works, "none" for nowhere.
        """
        self._command("choose", output=output)

    def outputs(self) -> list[Output]:
        """Return where sound can come out, asking every sound server; waits up to 10 s for them.

        Raises:
            CtkError: they do not answer.
        """
        with self._changed:
            seq = self._command("outputs")
            if (
                not self._changed.wait_for(lambda: seq in self._outputs or self._closed.is_set(), _OUTPUTS)
                or self._closed.is_set()
            ):
                raise CtkError("the sound servers do not answer", "try again, or check PULSE_SERVER")
            return self._outputs.pop(seq)

    @property
    def state(self) -> PlayerState:
        """What the player told last: at most 0.1 s old while it plays."""
        with self._changed:
            return self._state

    def settled(self, timeout: float | None = None) -> PlayerState:
        """Wait until the player has taken all commands given up to now, and return its state.

        Raises:
            CtkError: it did not within `timeout` seconds.
        """
        with self._changed:
            seq = self._seq
            return self.wait_for(lambda state: state.seq >= seq, timeout)

    def wait_for(self, condition: Callable[[PlayerState], bool], timeout: float | None = None) -> PlayerState:
        """Wait until the state is as wished, and return it.

        Raises:
            CtkError: it was not within `timeout` seconds, or the player was closed.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._closed.is_set() or condition(self._state), timeout):
                raise CtkError("the player did not come to that state in time")
            if not condition(self._state):
                raise CtkError("the player was closed")
            return self._state

    def wait(self, timeout: float | None = None) -> PlayerState:
        """Wait until the sound has ended or is held, and return the state.

        Raises:
            CtkError: it did not end within `timeout` seconds.
        """
        with self._changed:
            seq = self._seq
            return self.wait_for(lambda state: state.seq >= seq and state.status != "playing", timeout)

    def subscribe(self, hear: Hear) -> Callable[[], None]:
        """Have `hear` called with all news, in the player's own thread; return what ends that."""
        with self._changed:
            self._listeners.append(hear)

        def unsubscribe() -> None:
            with self._changed:
                if hear in self._listeners:
                    self._listeners.remove(hear)

        return unsubscribe

    def close(self) -> None:
        """End the sound and the process; a second call does nothing."""
        with self._changed:
            if self._closed.is_set():
                return
            self._closed.set()
            self._changed.notify_all()
            sender = self._sender
        self._wake.set()
        if sender is not None:
            sender.close()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process id of the player's process, None while there is none."""
        process = self._process
        return None if process is None else process.pid

    def _command(self, do: str, **values: Any) -> int:
        with self._changed:
            if self._closed.is_set():
                raise CtkError("the player was closed")
            self._seq += 1
            command = {"do": do, "seq": self._seq, **values}
            if self._sender is None or not self._sender.send(command):
                self._backlog.append(command)
                self._wake.set()
            return self._seq

    # The thread's own

    def _keep(self) -> None:
        """Start the process and hear it out; another one where it dies."""
        try:
            while not self._closed.is_set():
                self._wake.clear()
                begun = time.monotonic()
                reason = self._run()
                if self._closed.is_set():
                    return
                self._lost(reason, young=time.monotonic() - begun < _LIVES)
                while not self._backlog and not self._closed.is_set():
                    self._wake.wait()
        finally:
            os.close(self._noise)

    def _run(self) -> str:
        """Start a process and listen until it is gone; return why."""
        try:
            process = spawn("ctk_tui.audio.player.process", self._options, self._noise)
        except OSError as error:
            return f"the player cannot be started: {error.strerror or error}"
        assert process.stdin is not None  # for mypy: both are pipes
        assert process.stdout is not None
        with self._changed:
            self._process, self._sender = process, Sender(process.stdin)
            backlog, self._backlog = self._backlog, []
            for command in backlog:
                self._sender.send(command)
            if self._closed.is_set():
                self._sender.close()
        try:
            while True:
                self._hear(framing.read(process.stdout))
        except (EOFError, framing.BadFrame, KeyError, TypeError, ValueError, OSError):
            with self._changed:
                self._sender.close()
                self._sender = self._process = None
        return f"{_end(process)}{self._last_words()}"

    def _last_words(self) -> str:
        """Return the last line that the process or a library of it wrote, behind a colon."""
        size = os.fstat(self._noise).st_size
        lines = pread(self._noise, _WORDS, max(0, size - _WORDS)).decode("utf-8", "replace").strip().splitlines()
        return f": {lines[-1].strip()}" if lines else ""

    def _hear(self, word: dict[str, Any]) -> None:
        if "outputs" in word:
            with self._changed:
                self._outputs[word["seq"]] = [Output(**output) for output in word["outputs"]]
                self._changed.notify_all()
            return
        state = replace(PlayerState.from_json(word["state"]), keyboard=self._keyboard)
        path = word.get("path")
        self._tell(News(word["news"], state, None if path is None else Path(path), word["reason"], word["hint"]))

    def _tell(self, news: News) -> None:
        with self._changed:
            self._state = news.state
            self._changed.notify_all()
            listeners = list(self._listeners)
        for hear in listeners:
            with _Reported():
                hear(news)

    def _lost(self, reason: str, *, young: bool) -> None:
        """Tell that the process died; prepare the next one to be as it was, and to go on unless it died young."""
        with self._changed:
            state = self._state
            playing = state.status == "playing" and state.path is not None
            self._options |= {"volume": state.volume, "output": state.output_id}
            revive: list[dict[str, Any]] = []
            if state.loop:
                revive.append({"do": "loop", "on": True, "seq": state.seq})
            if playing and not young:
                path = os.fspath(state.path or "")
                revive.append({"do": "play", "path": path, "start": state.position, "seq": state.seq})
            self._backlog = [*revive, *self._backlog] if playing and not young else self._backlog
            lost = replace(state, problem=reason, hint="the next key starts it again", output="", seq=self._seq)
            if not (playing and not young):
                lost = replace(lost, status="stopped")
        self._tell(News("state", lost))


def _end(process: subprocess.Popen[bytes]) -> str:
    """Wait for a process and return how it ended."""
    assert process.stdout is not None  # for mypy: it is a pipe
    process.stdout.close()
    try:
        code = process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    return "the sound server does not answer" if code == STUCK else f"the player's process ended ({code})"


class _Reported:
    """Lets a listener's error be told like any thread's, and the news go on."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            threading.excepthook(threading.ExceptHookArgs((type(error), error, trace, threading.current_thread())))
            return True
        return False
