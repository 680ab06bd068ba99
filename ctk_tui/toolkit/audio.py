"""Hearing: playing what the catalog knows, or any file, and the outlines of sounds.

::

    with Toolkit.open(config_file) as toolkit:
        toolkit.audio.play(42)
        toolkit.audio.wait()
"""

from __future__ import annotations

import base64
import os
import sys
import threading
from typing import TYPE_CHECKING

from ctk_tui.audio.outline import outline
from ctk_tui.audio.peaks import VERSION, Peaks
from ctk_tui.audio.player.client import Player
from ctk_tui.audio.render import drawn
from ctk_tui.catalog import entries, peaks
from ctk_tui.model.errors import FileUnreadable, UsageError
from ctk_tui.workers.pool import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctk_tui.audio.player.state import News as News  # noqa: PLC0414 - front ends take the types from here
    from ctk_tui.audio.player.state import Output
    from ctk_tui.audio.player.state import PlayerState as PlayerState  # noqa: PLC0414 - the same
    from ctk_tui.audio.render import Style
    from ctk_tui.toolkit.toolkit import Toolkit

Sound = int | str | bytes | os.PathLike[str]
"""The id of an audio file, or a path."""


class AudioFacade:
    """The player and the outlines; the player's process starts with the first command that needs it.

    Args:
        toolkit: the open toolkit; its `[audio]` settings are taken.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit = toolkit
        self._made: Player | None = None
        self._pool: WorkerPool | None = None
        self._lock = threading.Lock()

    def player(self) -> Player:
        """Return the player, started now if it was not."""
        with self._lock:
            if self._made is None:
                settings = self._toolkit.settings.audio
                self._made = Player(buffer_ms=settings.buffer_ms, volume=settings.volume)
            return self._made

    def path_of(self, sound: Sound) -> bytes:
        """Return where a sound can be read now: a path as it is, of an audio file the first copy that is online.

        Raises:
            UsageError: there is no such id.
            FileUnreadable: no copy is online.
        """
        if not isinstance(sound, int):
            return os.path.abspath(os.fsencode(sound))
        [*found] = entries.entries(self._toolkit.database, [sound])
        if not found:
            raise UsageError(f"no audio file has the id {sound}")
        entry = found[0]
        if entry.offline or entry.missing or entry.quarantined or entry.cloud:
            why = "its source is offline" if entry.offline else "no copy of it is there"
            raise FileUnreadable(entry.path, why, "plug the drive in, or look at `ctk show`")
        return entry.path

    def play(self, sound: Sound, start: float = 0.0) -> None:
        """Play a sound now, whatever was playing.

        Args:
            sound: an id or a path.
            start: seconds into the file.
        """
        self.player().play(self.path_of(sound), start)

    def play_next(self, sound: Sound | None) -> None:
        """Let a sound follow the one that plays, without a gap; None for none."""
        self.player().next(None if sound is None else self.path_of(sound))

    def pause(self) -> None:
        """Hold the sound where it is."""
        self.player().pause()

    def resume(self) -> None:
        """Go on after a pause."""
        self.player().resume()

    def stop(self) -> None:
        """End the sound."""
        self.player().stop()

    def seek(self, seconds: float, *, relative: bool = False) -> None:
        """Go to a place in seconds from the start, or so many seconds on (back where less than 0)."""
        if relative:
            self.player().skip(seconds)
        else:
            self.player().seek(seconds)

    def volume(self, gain: float) -> None:
        """Set the linear gain, 0 to 1."""
        self.player().volume(gain)

    def loop(self, on: bool = True) -> None:
        """Begin the file anew at its end, without a gap, or no longer."""
        self.player().loop(on)

    def outputs(self) -> list[Output]:
        """Return where sound can come out."""
        return self.player().outputs()

    def choose(self, output: str) -> None:
        """Let sound come out elsewhere: an `Output.id`, "" for the first that works, "none" for nowhere."""
        self.player().choose(output)

    @property
    def state(self) -> PlayerState:
        """What the player does now, and why no sound comes out where none can."""
        return self.player().state

    def wait(self, timeout: float | None = None) -> PlayerState:
        """Wait until the sound has ended."""
        return self.player().wait(timeout)

    def subscribe(self, hear: Callable[[News], None]) -> Callable[[], None]:
        """Call `hear` with everything that happens, in a thread of the player's; the result ends that."""
        return self.player().subscribe(hear)

    def peaks(self, audio_id: int) -> Peaks:
        """Return the outline of an audio file, made by a worker process at the first call and then kept.

        Raises:
            UsageError: there is no such id.
            FileUnreadable: no copy is online.
            CtkError: it cannot be decoded.
        """
        kept = peaks.get(self._toolkit.database, audio_id, VERSION)
        if kept is not None:
            return Peaks.from_blob(kept)
        made = self.outline(audio_id)
        if not self._toolkit.database.read_only:
            peaks.put(self._toolkit.database, audio_id, VERSION, made.blob)
        return made

    def outline(self, sound: Sound) -> Peaks:
        """Return the outline of any sound, made anew by a worker process."""
        name = os.fsdecode(self.path_of(sound))
        with self._lock:
            if self._pool is None:
                self._pool = WorkerPool(1)
        return Peaks.from_blob(base64.b64decode(self._pool.submit(outline, name).result()))

    def drawn(self, outline: Peaks, width: int, height: int = 1, style: Style = "braille") -> list[str]:
        """Return an outline as lines of text, `width` columns wide and `height` lines high."""
        return drawn(outline, width, height, style)

    def pour_command(self, sounds: Sequence[Sound], start: float, gain: float) -> list[str]:
        """Return the command of a process that writes sounds as one WAV stream to its stdout.

        Args:
            sounds: ids or paths.
            start: seconds into the first one.
            gain: linear.
        """
        names = [os.fsdecode(self.path_of(sound)) for sound in sounds]
        return [sys.executable, "-m", "ctk_tui.audio.pour", str(start), str(gain), *names]

    def close(self) -> None:
        """End the player and the workers."""
        with self._lock:
            made, self._made = self._made, None
            pool, self._pool = self._pool, None
        if made is not None:
            made.close()
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)
