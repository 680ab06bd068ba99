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
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ctk_tui.audio.player.keeper import Keeper
from ctk_tui.audio.player.remote import keyboard_host
from ctk_tui.audio.player.state import News, Output, PlayerState
from ctk_tui.model.errors import CtkError

if TYPE_CHECKING:
    from types import TracebackType

AnyPath = str | bytes | os.PathLike[str]
Hear = Callable[[News], None]
IDLE = 30.0
"""Seconds without sound until the device is stopped (not closed)."""
_OUTPUTS = 10.0
"""Seconds that sound servers may take to tell their devices."""


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
            "loop": False,
            "idle": idle,
            "over_ssh": bool(self._keyboard),
        }
        self._changed = threading.Condition(threading.RLock())
        self._state = PlayerState(volume=volume, keyboard=self._keyboard)
        self._seq = 0
        self._listeners: list[Hear] = []
        self._outputs: dict[int, list[Output]] = {}
        self._closed = threading.Event()
        self._keeper = Keeper(self._options, self._hear, self._lost)

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
            self._closed.set()
            self._changed.notify_all()
        self._keeper.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process id of the player's process, None while there is none."""
        return self._keeper.pid

    def _command(self, do: str, **values: Any) -> int:
        with self._changed:
            if self._closed.is_set():
                raise CtkError("the player was closed")
            self._seq += 1
            self._keeper.send({"do": do, "seq": self._seq, **values})
            return self._seq

    # In the keeper's thread

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

    def _lost(self, reason: str, young: bool) -> list[dict[str, Any]]:
        """Tell that the process died; return what makes the next one as it was, and go on unless it died young."""
        with self._changed:
            state = self._state
            self._options |= {"volume": state.volume, "output": state.output_id, "loop": state.loop}
            lost = replace(state, problem=reason, hint="the next key starts it again", output="", seq=self._seq)
            revived: list[dict[str, Any]] = []
            if young or state.status != "playing" or state.path is None:
                lost = replace(lost, status="stopped")
            else:
                path = os.fspath(state.path)
                revived.append({"do": "play", "path": path, "start": state.position, "seq": state.seq})
        self._tell(News("state", lost))
        return revived


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
