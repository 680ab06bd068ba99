"""Hearing: what plays, and the keys that change it, whichever screen is shown."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from ctk_tui.toolkit.audio import PlayerState
from ctk_tui.tui.outlines import Outlines
from ctk_tui.tui.present.player import Switches

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from ctk_tui.toolkit.audio import News
    from ctk_tui.tui.app import CtkApp

AUDITION_SECONDS = 0.08
"""How long the cursor rests before a row is heard: less, and a held arrow plays a click of every file it passes."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound that was asked for."""

    audio_id: int
    path: bytes | None = None
    """The copy that is meant, None for the first that can be read."""

    @property
    def sound(self) -> int | bytes:
        """What the toolkit takes."""
        return self.audio_id if self.path is None else self.path


class PlayerNews(Message):
    """The player told something."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self.news = news


class Transport:
    """The player of the app; its process starts with the first sound.

    Args:
        app: the app.
    """

    def __init__(self, app: CtkApp) -> None:
        self._app = app
        settings, kept = app.toolkit.settings.audio, app.memory
        chosen = not app.keyboard if settings.audition == "auto" else settings.audition
        self.audition = chosen if kept.audition is None else kept.audition
        self.volume = settings.volume if kept.volume is None else kept.volume
        self.play_on = False
        self.muted = False
        self.heard: Heard | None = None
        self.queued: Heard | None = None
        self.outlines = Outlines(app.bridge, app.outline_came, ascii_only=app.ascii_only)
        self.looping = kept.loop
        self._waiting: Timer | None = None
        self._unsubscribe: Callable[[], None] | None = None

    @property
    def state(self) -> PlayerState:
        """What the player does now."""
        if self._unsubscribe is None:
            return PlayerState(volume=self.volume, loop=self.looping)
        return self._app.toolkit.audio.state

    @property
    def switches(self) -> Switches:
        """What stands beside the sound."""
        return Switches(self.audition, self.play_on, self.muted, self._app.ascii_only)

    def is_heard(self, heard: Heard) -> bool:
        """Tell whether this sound is the one that plays or is held."""
        return self.heard == heard and self.state.status != "stopped"

    # -- commands to the player ---------------------------------------------------------------------------------------

    def play(self, heard: Heard, start: float = 0.0) -> None:
        """Play a sound now; the first one on a host that is not the keyboard's asks before.

        Args:
            heard: what.
            start: seconds into it.
        """
        self.forget_wait()
        app = self._app
        if app.keyboard and not app.memory.asked_about_host:
            app.ask_about_host(lambda: self.play(heard, start))
            return
        self.heard, self.queued = heard, None
        self.outlines.want(heard.audio_id)
        self.do(app.toolkit.audio.play, heard.sound, start)
        app.view.table.view.settle()
        app.sound_changed()

    def audition_soon(self, heard: Heard) -> None:
        """Play a sound once the cursor has rested on it, where audition is on."""
        self.forget_wait()
        if self.audition:
            self._waiting = self._app.set_timer(AUDITION_SECONDS, lambda: self.play(heard))

    def queue(self, heard: Heard | None) -> None:
        """Let a sound follow without a gap; None for none."""
        if heard != self.queued:
            self.queued = heard
            self.do(self._app.toolkit.audio.play_next, None if heard is None else heard.sound)

    def halt(self) -> bool:
        """End the sound; tell whether there was one."""
        self.forget_wait()
        if self.state.status == "stopped":
            return False
        self.do(self._app.toolkit.audio.stop)
        return True

    def forget_wait(self) -> None:
        """Let what the cursor rested on last not be heard any more."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None

    def do(self, work: Callable[..., None], *values: object) -> None:
        """Give the player a command, behind those that were given before."""
        self._app.start(self._run(work, *values))

    async def _run(self, work: Callable[..., None], *values: object) -> None:
        if self._unsubscribe is None:
            audio = self._app.toolkit.audio
            self._unsubscribe = await self._app.bridge.run("sound", audio.subscribe, self._hear)
            await self._app.bridge.run("sound", audio.volume, 0.0 if self.muted else self.volume)
            if self.looping:
                await self._app.bridge.run("sound", audio.loop, True)
        await self._app.bridge.run("sound", work, *values)

    def _hear(self, news: News) -> None:
        self._app.post_message(PlayerNews(news))  # in the player's thread; a message may come from any

    def take(self, news: News) -> None:
        """Take what the player told, on the screen's thread."""
        queued = self.queued
        if news.kind == "started" and queued is not None and _same(queued, news):
            self.heard, self.queued = queued, None
            self.outlines.want(queued.audio_id)
            self._app.followed(queued)
        if news.kind == "started" and self.play_on and self.queued is None and self.heard is not None:
            self.queue(self._app.view.after(self.heard))
        if news.kind == "failed":
            self._app.tell(f"{news.reason}", hint=news.hint, bad=True)

    def close(self) -> None:
        """Hear no news any more."""
        if self._unsubscribe is not None:
            self._unsubscribe()


def _same(queued: Heard, news: News) -> bool:
    """Tell whether the news are about the sound that was to follow: there is one only, and it is not the first."""
    if news.path is None:
        return False
    return queued.path is None or os.fsencode(news.path) == queued.path
