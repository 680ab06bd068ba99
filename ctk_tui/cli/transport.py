"""The progress line of what plays, and its keys."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from ctk_tui.cli import diagnostics
from ctk_tui.cli.tables import fitted
from ctk_tui.model.errors import CtkError
from ctk_tui.model.format import length
from ctk_tui.model.text import display, safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.cli.playlist import Playlist
    from ctk_tui.toolkit.audio import AudioFacade, Outline

SEEK_SECONDS = 5.0
SHORT = 30.0
"""Seconds; sounds shorter than this are sought by a tenth."""
VOLUME_STEP = 0.05
WAVE = 24
"""Columns of the outline."""
WIDE = 70
"""Columns of a terminal in which the outline has room."""
_SIGNS = {"playing": "▶", "paused": "‖"}


class Transport:
    """What a player has buttons for.

    Args:
        audio: plays.
        playlist: what is played.
        gain: linear, at the start.
    """

    def __init__(self, audio: AudioFacade, playlist: Playlist, gain: float) -> None:
        self._audio = audio
        self._playlist = playlist
        self._gain = gain
        self._muted = False
        self._outlines: dict[int | bytes, Outline | None] = {}
        self._keys: dict[str, Callable[[], None]] = {
            "space": self._pause,
            "h": lambda: self._seek(-1), "left": lambda: self._seek(-1),
            "l": lambda: self._seek(1), "right": lambda: self._seek(1),
            "H": lambda: self._seek_tenth(-1), "[": lambda: self._seek_tenth(-1),
            "L": lambda: self._seek_tenth(1), "]": lambda: self._seek_tenth(1),
            "0": lambda: self._audio.seek(0.0),
            ">": lambda: playlist.step(1), "<": lambda: playlist.step(-1),
            "-": lambda: self._louder(-VOLUME_STEP),
            "=": lambda: self._louder(VOLUME_STEP), "+": lambda: self._louder(VOLUME_STEP),
            "M": self._mute, "R": lambda: playlist.set_loop(not playlist.loop),
            "q": playlist.end, "s": playlist.end, "escape": playlist.end,
        }  # fmt: skip

    def press(self, key: str) -> None:
        """Do what a key says; an unknown one does nothing."""
        if act := self._keys.get(key):
            act()

    def line(self, columns: int) -> str:
        """Return the progress line for a terminal of so many columns."""
        state = self._audio.state
        begin = f"{_SIGNS.get(state.status, '■')} {length(state.position)}/{length(state.duration)} "
        wave = self._wave() if columns > WIDE else ""
        volume = "mute" if self._muted else f"vol {self._gain * 100:.0f} %"
        out = state.problem or (f"{state.host} · {state.output}" if state.host else state.output)
        tail = f" {volume}{' loop' if self._playlist.loop else ''}  {safe(out)}"
        name = safe(display(os.path.basename(self._playlist.path)))
        room = max(8, columns - len(begin) - len(wave) - 1 - min(len(tail), 40))
        return fitted(f"{begin}{wave} {fitted(name, room)}{tail}", columns)

    def draw(self) -> None:
        """Write the progress line."""
        diagnostics.overwrite_line(self.line(shutil.get_terminal_size().columns - 1))

    def _wave(self) -> str:
        """Return the outline, blanks until it is there."""
        sound = self._playlist.sound
        try:
            if sound not in self._outlines:
                self._outlines[sound] = self._audio.outline_soon(sound)
            coming = self._outlines[sound]
            if coming is not None and coming.ready():
                return self._audio.drawn(coming.result(), WAVE)[0]
        except CtkError:
            self._outlines[sound] = None  # damaged, say; what is heard of it is heard all the same
        return " " * WAVE

    def _pause(self) -> None:
        if self._audio.state.status == "playing":
            self._audio.pause()
        else:
            self._audio.resume()

    def _seek(self, sign: int) -> None:
        duration = self._audio.state.duration or 0.0
        self._audio.seek(sign * (SEEK_SECONDS if duration >= SHORT else duration / 10), relative=True)

    def _seek_tenth(self, sign: int) -> None:
        self._audio.seek(sign * (self._audio.state.duration or 0.0) / 10, relative=True)

    def _louder(self, change: float) -> None:
        self._gain = min(1.0, max(0.0, self._gain + change))
        self._muted = False
        self._audio.volume(self._gain)

    def _mute(self) -> None:
        self._muted = not self._muted
        self._audio.volume(0.0 if self._muted else self._gain)
