"""The commands of a player, as words for its process."""

from __future__ import annotations

import math
import os
from typing import Any

from ctk_tui.model.errors import UsageError

AnyPath = str | bytes | os.PathLike[str]


class Transport:
    """Play, pause, seek and the like; every method returns before the sound follows."""

    def _command(self, do: str, **values: Any) -> int:
        """Send a command to the process; return its number."""
        raise NotImplementedError

    def play(self, path: AnyPath, start: float = 0.0) -> None:
        """Play a file now, whatever was playing.

        Args:
            path: the file; a name that is not UTF-8 comes as bytes or with surrogate escapes.
            start: seconds into the file.
        """
        self._command("play", path=os.path.abspath(os.fsdecode(path)), start=_finite(start))

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
        self._command("seek", seconds=_finite(seconds), relative=False)

    def skip(self, seconds: float) -> None:
        """Go on, or back where it is less than 0, by so many seconds."""
        self._command("seek", seconds=_finite(seconds), relative=True)

    def next(self, path: AnyPath | None) -> None:
        """Let a file follow the one that plays, without a gap; None for none."""
        self._command("next", path=None if path is None else os.path.abspath(os.fsdecode(path)))

    def loop(self, on: bool = True) -> None:
        """Begin the file anew at its end, without a gap, or no longer."""
        self._command("loop", on=bool(on))

    def volume(self, gain: float) -> None:
        """Set the linear gain, 0 to 1."""
        self._command("volume", gain=_finite(gain))

    def choose(self, output: str) -> None:
        """Let sound come out elsewhere.

        Args:
            output: an `Output.id`, "" for the first that works, "none" for nowhere.
        """
        self._command("choose", output=output)


def _finite(number: float) -> float:
    """Return a number as a float.

    Raises:
        UsageError: it is infinite or none.
    """
    if not math.isfinite(number):
        raise UsageError(f"{number} is no place and no volume")
    return float(number)
