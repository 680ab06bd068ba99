"""Sounds in a row: what plays, what follows, the progress line and its keys."""

from __future__ import annotations

import os
import queue
import shutil
from typing import TYPE_CHECKING

from ctk_tui.cli import diagnostics, output
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.tables import fitted
from ctk_tui.model.errors import CtkError
from ctk_tui.model.format import length
from ctk_tui.model.text import display, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.toolkit.audio import News, PlayerState
    from ctk_tui.toolkit.toolkit import Toolkit

SEEK_SECONDS = 5.0
SHORT = 30.0
"""Sounds shorter than this are sought by a tenth."""
VOLUME_STEP = 0.05
WAVE = 24
"""Columns of the outline."""


class Playlist:
    """Plays sounds one after the other.

    Args:
        toolkit: the open toolkit.
        sounds: ids or absolute paths.
        start: seconds into the first one.
        loop: begin again at the end.
    """

    def __init__(self, toolkit: Toolkit, sounds: Sequence[int | bytes], *, start: float, loop: bool) -> None:
        self._audio = toolkit.audio
        self._paths = [self._audio.path_of(sound) for sound in sounds]
        self._sounds = sounds
        self._start = start
        self._loop = loop
        self._at = 0
        self._failed = 0
        self._muted = 0.0
        self._over = False
        self._news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self._waves: dict[int, str] = {}

    def begin(self) -> None:
        """Play the first sound."""
        self._audio.subscribe(self._news.put)
        if self._loop and len(self._paths) == 1:
            self._audio.loop()
        self._play(0, self._start)

    def code(self) -> Exit:
        """Return PART where some sounds could not be played, ERROR where none could."""
        if not self._failed:
            return Exit.DONE
        return Exit.ERROR if self._failed >= len(self._paths) else Exit.PART

    def _play(self, at: int, start: float = 0.0) -> None:
        self._at = at
        self._audio.play(self._paths[at], start)
        self._queue_next()

    def _following(self) -> int | None:
        if self._at + 1 < len(self._paths):
            return self._at + 1
        return 0 if self._loop and len(self._paths) > 1 else None

    def _queue_next(self) -> None:
        following = self._following()
        self._audio.play_next(None if following is None else self._paths[following])

    def follow(self, timeout: float) -> bool:
        """Take what the player told, waiting for it; return False when all is over.

        Raises:
            CtkError: no sound can come out here.
        """
        try:
            news = self._news.get(timeout=timeout) if timeout else self._news.get_nowait()
        except queue.Empty:
            return not self._over
        if news.state.problem:
            raise CtkError(f"no sound: {news.state.problem}", news.state.hint)
        told = None if news.path is None else os.fsencode(news.path)
        following = self._following()
        if news.kind == "started":
            if following is not None and told == self._paths[following] and told != self._paths[self._at]:
                self._at = following
                self._queue_next()
            output.line(display(told or b"")) if not output.is_terminal() else None
        elif news.kind == "failed":
            self._failed += 1
            diagnostics.say(f"ctk: {display(told or b'')}: {news.reason}")
            self._go_on(following)
        elif news.kind == "ended" and following is None:
            self._over = True
        return not self._over

    def _go_on(self, following: int | None) -> None:
        if following is None or self._failed >= len(self._paths):
            self._over = True
        else:
            self._play(following)

    def draw(self) -> None:
        """Write the progress line."""
        state = self._audio.state
        width = shutil.get_terminal_size().columns - 1
        sign = {"playing": "▶", "paused": "‖"}.get(state.status, "■")
        where = f"{sign} {length(state.position)}/{length(state.duration)} "
        tail = f" vol {state.volume * 100:.0f} %" + (" loop" if self._loop else "") + f"  {state.output}"
        wave = self._wave() if width > 70 else ""
        name = safe(display(os.path.basename(self._paths[self._at])))
        room = max(8, width - len(where) - len(wave) - 1 - min(len(tail), 30))
        diagnostics.overwrite_line(fitted(f"{where}{wave} {fitted(name, room)}{tail}", width))

    def _wave(self) -> str:
        known = self._waves.get(self._at)
        if known is None:
            try:
                peaks = self._audio.outline(self._sounds[self._at])
                known = self._audio.drawn(peaks, WAVE)[0]
            except CtkError:
                known = ""
            self._waves[self._at] = known
        return known

    def press(self, key: str) -> None:
        """Do what a key of the transport says; an unknown one does nothing."""
        state = self._audio.state
        tenth = (state.duration or 0.0) / 10
        step = SEEK_SECONDS if (state.duration or 0.0) >= SHORT else tenth
        if key == "space":
            self._audio.pause() if state.status == "playing" else self._audio.resume()
        elif key in {"h", "left"}:
            self._audio.seek(-step, relative=True)
        elif key in {"l", "right"}:
            self._audio.seek(step, relative=True)
        elif key in {"H", "["}:
            self._audio.seek(-tenth, relative=True)
        elif key in {"L", "]"}:
            self._audio.seek(tenth, relative=True)
        elif key == "0":
            self._audio.seek(0.0)
        elif key in {"q", "s", "escape"}:
            self._audio.stop()
            self._over = True
        else:
            self._press_more(key, state)

    def _press_more(self, key: str, state: PlayerState) -> None:
        if key == ">":
            following = self._following()
            if following is not None:
                self._play(following)
        elif key == "<":
            self._play(max(0, self._at - 1))
        elif key in {"-", "=", "+"}:
            change = -VOLUME_STEP if key == "-" else VOLUME_STEP
            self._audio.volume(min(1.0, max(0.0, state.volume + change)))
        elif key == "M":
            self._muted, gain = (0.0, self._muted) if self._muted else (state.volume, 0.0)
            self._audio.volume(gain)
        elif key == "R":
            self._loop = not self._loop
            self._audio.loop(self._loop and len(self._paths) == 1)
            self._queue_next()
