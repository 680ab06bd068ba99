"""The keys for hearing, whichever screen is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.tui.app import CtkApp

SHORT = 30.0
"""Seconds; in shorter sounds 5 seconds would be too far, and a tenth is gone."""
STEP = 5.0
"""Seconds."""
TENTH = 0.1
"""Of the whole length."""
LOUDER = 0.05
"""Gain of one press."""


class Hearing:
    """Play, pause, seek, loudness.

    Args:
        app: the app.
    """

    def __init__(self, app: CtkApp) -> None:
        self._app = app
        self._transport = app.transport

    def why_not(self, name: str) -> str:
        """Return why an action is not possible now, "" where it is."""
        if name in ("back", "forward", "back_tenth", "forward_tenth", "to_start", "stop"):
            return "" if self._transport.heard else "nothing plays"
        if name in ("play_on", "play_next", "play_previous"):
            return "" if self._app.view.current() else "there is nothing to play"
        return ""

    def do_play_pause(self) -> None:
        """Play the sound under the cursor, hold it, or go on with it."""
        wanted = self._app.view.current()
        if self._transport.heard is not None and (wanted is None or self._transport.is_heard(wanted)):
            audio = self._app.toolkit.audio
            self._transport.do(audio.pause if self._transport.state.status == "playing" else audio.resume)
        elif wanted is not None:
            self._transport.play(wanted)
        else:
            self._app.tell("there is nothing to play here")

    def do_stop(self) -> None:
        """End the sound."""
        self._transport.play_on = False
        self._transport.halt()
        self._app.show_player()

    def _step(self) -> float:
        duration = self._transport.state.duration
        return duration * TENTH if duration is not None and duration < SHORT else STEP

    def _skip(self, seconds: float) -> None:
        self._transport.do(lambda: self._app.toolkit.audio.seek(seconds, relative=True))

    def do_back(self) -> None:
        """Go back a step."""
        self._skip(-self._step())

    def do_forward(self) -> None:
        """Go on a step."""
        self._skip(self._step())

    def do_back_tenth(self) -> None:
        """Go back a tenth."""
        self._skip(-TENTH * (self._transport.state.duration or 0))

    def do_forward_tenth(self) -> None:
        """Go on a tenth."""
        self._skip(TENTH * (self._transport.state.duration or 0))

    def do_to_start(self) -> None:
        """Go to the start."""
        self._transport.do(self._app.toolkit.audio.seek, 0.0)

    def do_play_next(self) -> None:
        """Play the row below."""
        self._app.view.move("down")
        self.do_enter()

    def do_play_previous(self) -> None:
        """Play the row above."""
        self._app.view.move("up")
        self.do_enter()

    def do_enter(self) -> None:
        """Play the sound under the cursor from its start."""
        wanted = self._app.view.current()
        if wanted is not None:
            self._transport.play(wanted)

    def do_play_on(self) -> None:
        """Play through the list, or no longer."""
        self._transport.play_on = not self._transport.play_on
        if not self._transport.play_on:
            self._transport.queue(None)
        elif self._transport.heard is None or self._transport.state.status != "playing":
            self.do_enter()
        else:
            self._transport.queue(self._app.view.after(self._transport.heard))
        self._app.show_player()

    def _louder(self, by: float) -> None:
        self._transport.volume = min(1.0, max(0.0, round(self._transport.volume + by, 2)))
        self._transport.muted = False
        self._app.memory.volume = self._transport.volume
        self._transport.do(self._app.toolkit.audio.volume, self._transport.volume)
        self._app.show_player()

    def do_volume_up(self) -> None:
        """Make it louder."""
        self._louder(LOUDER)

    def do_volume_down(self) -> None:
        """Make it quieter."""
        self._louder(-LOUDER)

    def do_mute(self) -> None:
        """Make it silent, or as loud as it was."""
        self._transport.muted = not self._transport.muted
        self._transport.do(self._app.toolkit.audio.volume, 0.0 if self._transport.muted else self._transport.volume)
        self._app.show_player()

    def do_loop(self) -> None:
        """Loop, or no longer."""
        self._transport.looping = self._app.memory.loop = not self._transport.looping
        self._transport.do(self._app.toolkit.audio.loop, self._transport.looping)
        self._app.show_player()

    def do_audition(self) -> None:
        """Play what the cursor passes, or no longer."""
        self._transport.audition = self._app.memory.audition = not self._transport.audition
        self._transport.forget_wait()
        self._app.show_player()
