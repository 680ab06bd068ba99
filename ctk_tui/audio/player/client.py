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
from ctk_tui.audio.player.transport import Transport
from ctk_tui.model.errors import CtkError

if TYPE_CHECKING:
    from types import TracebackType

Hear = Callable[[News], None]
IDLE = 30.0
"""Seconds without sound until the device is stopped (not closed)."""
_OUTPUTS = 10.0
"""Seconds that sound servers may take to tell their devices."""


class Player(Transport):
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
        self._answers: dict[int, Any] = {}
        self._closed = threading.Event()
        self._keeper = Keeper(self._options, self._hear, self._lost)

    def outputs(self) -> list[Output]:
        """Return where sound can come out, asking every sound server; waits up to 10 s for them.

        Raises:
            CtkError: they do not answer.
        """
        return [Output(**output) for output in self._ask("outputs")]

    def look(self) -> PlayerState:
        """Open the output once, without a sound; the state tells where it leads, or why it leads nowhere.

        Raises:
            CtkError: the sound server does not answer within 10 s.
        """
        return replace(self.state, **self._ask("look"))

    def _ask(self, what: str) -> Any:
        with self._changed:
            seq = self._command(what)
            self._changed.wait_for(lambda: seq in self._answers or self._closed.is_set(), _OUTPUTS)
            if seq not in self._answers:
                raise CtkError("the sound servers do not answer", "try again, or check PULSE_SERVER")
            return self._answers.pop(seq)

    def is_current(self, state: PlayerState) -> bool:
        """Return whether a state knows of all commands given up to now."""
        with self._changed:
            return state.seq >= self._seq

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
        if "answer" in word:
            with self._changed:
                self._answers[word["seq"]] = word["answer"]
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
