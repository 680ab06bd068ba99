"""Sounds in a row: what plays, what follows, what came of each."""

from __future__ import annotations

import os
import queue
from typing import TYPE_CHECKING

from ctk_tui.cli.diagnostics import Exit
from ctk_tui.model.errors import CtkError
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctk_tui.toolkit.audio import News, PlayerState
    from ctk_tui.toolkit.toolkit import Toolkit


class Playlist:
    """Plays sounds one after the other, without a gap; those that cannot be played are told and passed over.

    Args:
        toolkit: the open toolkit.
        sounds: ids or absolute paths.
        start: seconds into the first one.
        loop: begin again at the end.
        heard: called with the path of each sound when its first frames are heard.
        tell: called with each line about what goes wrong.
    """

    def __init__(
        self,
        toolkit: Toolkit,
        sounds: Sequence[int | bytes],
        *,
        start: float,
        loop: bool,
        heard: Callable[[bytes], None],
        tell: Callable[[str], None],
    ) -> None:
        self._audio = toolkit.audio
        self._sounds = sounds
        self._start = start
        self._heard = heard
        self._tell = tell
        self._paths: dict[int, bytes] = {}
        self._bad: set[int] = set()
        self._following: int | None = None
        """What the player goes on with by itself."""
        self._sounded = False
        self._told = ""
        """The problem that was told last."""
        self._news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self.at = 0
        """Which sound plays."""
        self.loop = loop
        """Whether it begins again at the end."""
        self.over = False

    def begin(self) -> None:
        """Play the first sound."""
        self._audio.subscribe(self._news.put)
        first = self._playable(0)
        if first is None:
            self.over = True
        else:
            self._play(first, self._start)

    def code(self) -> Exit:
        """Return PART where some sounds could not be played, ERROR where none could."""
        if not self._bad:
            return Exit.DONE
        return Exit.ERROR if len(self._bad) == len(self._sounds) else Exit.PART

    @property
    def sound(self) -> int | bytes:
        """The sound that plays."""
        return self._sounds[self.at]

    @property
    def path(self) -> bytes:
        """Its path."""
        return self._paths[self.at]

    def step(self, by: int) -> None:
        """Go to the next sound, or back; at the last one nothing happens."""
        goal = self._after(self.at) if by > 0 else self._playable(max(0, self.at - 1))
        if goal is not None:
            self._play(goal)

    def set_loop(self, on: bool) -> None:
        """Begin again at the end, or no longer."""
        self.loop = on
        self._queue()

    def end(self) -> None:
        """End it."""
        self._audio.stop()
        self.over = True

    def follow(self, timeout: float) -> None:
        """Take what the player told, waiting for the first of it; `over` tells when all is over.

        Args:
            timeout: seconds to wait.

        Raises:
            CtkError: no sound can come out here.
        """
        try:
            self._take(self._news.get(timeout=timeout) if timeout else self._news.get_nowait())
            while not self.over:
                self._take(self._news.get_nowait())
        except queue.Empty:
            return

    def _playable(self, at: int) -> int | None:
        """Return the first from `at` on that can be found; what cannot is told, once."""
        while at < len(self._sounds):
            if at not in self._bad and at not in self._paths:
                try:
                    self._paths[at] = self._audio.path_of(self._sounds[at])
                except CtkError as error:
                    self._fail(at, error.message, error.hint)
            if at not in self._bad:
                return at
            at += 1
        return None

    def _after(self, at: int) -> int | None:
        following = self._playable(at + 1)
        return self._playable(0) if following is None and self.loop else following

    def _play(self, at: int, start: float = 0.0) -> None:
        self.at = at
        self._audio.play(self._paths[at], start)
        self._queue()

    def _queue(self) -> None:
        """Tell the player what follows; what is the same file again it could not tell from the one before."""
        following = self._after(self.at)
        alone = following == self.at
        if following is not None and self._paths[following] == self._paths[self.at]:
            following = None
        self._following = following
        self._audio.loop(alone)
        self._audio.play_next(None if following is None else self._paths[following])

    def _take(self, news: News) -> None:
        self._see_problem(news.state)
        told = None if news.path is None else os.fsencode(news.path)
        following = None if self._following is None else self._paths[self._following]
        if news.kind == "started" and told is not None:
            if told == following:
                assert self._following is not None  # for mypy: it has a path
                self.at = self._following
                self._queue()
            self._sounded = True
            self._heard(told)
        elif news.kind == "failed":
            if told == following:
                assert self._following is not None  # for mypy: it has a path
                self._fail(self._following, f"{display(told or b'')}: {news.reason}", news.hint)
                self._queue()
            elif told == self.path:
                self._fail(self.at, f"{display(told)}: {news.reason}", news.hint)
        if news.state.status == "stopped" and not self.over and self._audio.player().is_current(news.state):
            self._go_on()

    def _go_on(self) -> None:
        """Play what follows where the player did not by itself."""
        following = self._after(self.at)
        if following is None:
            self.over = True
        else:
            self._play(following)

    def _fail(self, at: int, message: str, hint: str) -> None:
        if at not in self._bad:
            self._bad.add(at)
            self._tell(f"ctk: {message}")
            if hint:
                self._tell(f"     {hint}")

    def _see_problem(self, state: PlayerState) -> None:
        """Raise what keeps sound from coming out; once it did, tell it and wait: a sound server may come back."""
        if state.problem and (not self._sounded or state.status == "paused"):
            raise CtkError(f"no sound: {state.problem}", state.hint)
        if state.problem and state.problem != self._told:
            self._tell(f"ctk: the sound is gone: {state.problem}; ctk goes on when it is back")
        self._told = state.problem
