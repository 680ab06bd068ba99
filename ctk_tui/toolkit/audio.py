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

from ctk_tui.audio.player.state import PlayerState as PlayerState  # noqa: PLC0414, TC001 - front ends take it from here, and make one
from ctk_tui.audio.render import drawn
from ctk_tui.catalog import entries, peaks
from ctk_tui.model.errors import FileUnreadable, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from ctk_tui.audio.peaks import Peaks as Peaks  # noqa: PLC0414 - front ends take the types from here
    from ctk_tui.audio.player.client import Player
    from ctk_tui.audio.player.state import News as News  # noqa: PLC0414 - front ends take the types from here
    from ctk_tui.audio.player.state import Output
    from ctk_tui.audio.render import Style
    from ctk_tui.toolkit.toolkit import Toolkit
    from ctk_tui.workers.pool import WorkerPool

CHECKED = 0.1
"""Seconds between two looks at whether an outline is still waited for."""
Sound = int | str | bytes | os.PathLike[str]
"""The id of an audio file, or a path."""


class Outline:
    """An outline that is there, or is being made.

    Args:
        made: it is there.
        future: brings it, in base64.
        keep: called with it when it was brought.
    """

    def __init__(
        self,
        made: Peaks | None = None,
        *,
        future: Future[str] | None = None,
        keep: Callable[[Peaks], None] = lambda _: None,
    ) -> None:
        self._made = made
        self._future = future
        self._keep = keep

    def ready(self) -> bool:
        """Return whether `result` comes at once."""
        return self._future is None or self._future.done()

    def result(self, check: Callable[[], None] = lambda: None) -> Peaks:
        """Wait for the outline and return it.

        Args:
            check: called now and then while it is made; what it raises goes through, and nobody waits any more.

        Raises:
            CtkError: the sound cannot be decoded.
        """
        if self._made is None:
            assert self._future is not None  # for mypy: one of both is given
            from concurrent.futures import wait

            from ctk_tui.audio.peaks import Peaks

            while not wait([self._future], CHECKED).done:
                check()
            self._made = Peaks.from_blob(base64.b64decode(self._future.result()))
            self._keep(self._made)
        return self._made


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
                from ctk_tui.audio.player.client import Player

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

    def look(self) -> PlayerState:
        """Open the output once, without a sound, and return what came of it; see `Player.look`."""
        return self.player().look()

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
        return self.outline_soon(audio_id).result()

    def outline(self, sound: Sound) -> Peaks:
        """Return the outline of any sound; see `peaks`."""
        return self.outline_soon(sound).result()

    def outline_soon(self, sound: Sound) -> Outline:
        """Return what becomes the outline of any sound; a worker process makes it, where it is not kept.

        Raises:
            UsageError: there is no such id.
            FileUnreadable: no copy is online.
        """
        from ctk_tui.audio.outline import outline
        from ctk_tui.audio.peaks import VERSION, Peaks
        from ctk_tui.workers.pool import WorkerPool

        database = self._toolkit.database
        if isinstance(sound, int) and (kept := peaks.get(database, sound, VERSION)) is not None:
            return Outline(Peaks.from_blob(kept))
        name = os.fsdecode(self.path_of(sound))
        with self._lock:
            if self._pool is None:
                self._pool = WorkerPool(1)
            future = self._pool.submit(outline, name)

        def keep(made: Peaks) -> None:
            if isinstance(sound, int) and not database.read_only:
                peaks.put(database, sound, VERSION, made.blob)

        return Outline(future=future, keep=keep)

    def drawn(self, outline: Peaks, width: int, height: int = 1, style: Style = "braille") -> list[str]:
        """Return an outline as lines of text, `width` columns wide and `height` lines high."""
        return drawn(outline, width, height, style)

    def pour_command(self, start: float, gain: float, *, loop: bool) -> list[str]:
        """Return the command of a process that writes sounds as one WAV stream to its stdout.

        It reads their paths from its stdin, each ended by a NUL, and exits with 0, 3 where some and 1 where none of
        them could be decoded.

        Args:
            start: seconds into the first one.
            gain: linear.
            loop: begin again at the end, for ever.
        """
        return [sys.executable, "-m", "ctk_tui.audio.pour", str(start), str(gain), str(int(loop))]

    def close(self) -> None:
        """End the player and the workers."""
        with self._lock:
            made, self._made = self._made, None
            pool, self._pool = self._pool, None
        if made is not None:
            made.close()
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)
