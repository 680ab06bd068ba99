"""The app: what its screens share, and where every key ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import events
from textual.app import App

from ctk_tui.model.errors import Cancelled, CtkError
from ctk_tui.toolkit.link import keyboard
from ctk_tui.tui.bridge import Bridge
from ctk_tui.tui.keymap import keymap
from ctk_tui.tui.keys import Keys
from ctk_tui.tui.memory import Memory, memory_file
from ctk_tui.tui.palette import ActionProvider
from ctk_tui.tui.present.jobs import ending
from ctk_tui.tui.screens.main import MainScreen
from ctk_tui.tui.themes import DEFAULTS, THEMES, styles_of
from ctk_tui.tui.transport import PlayerNews, Transport
from ctk_tui.tui.watch import JobWatch
from ctk_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Sequence

    from textual.binding import BindingType
    from textual.filter import LineFilter
    from textual.screen import Screen
    from textual.worker import Worker

    from ctk_tui.model.job import JobInfo
    from ctk_tui.toolkit.toolkit import Toolkit
    from ctk_tui.tui.dialogs.frame import Answer, Dialog
    from ctk_tui.tui.file_work import FileWork
    from ctk_tui.tui.present.styles import Styles
    from ctk_tui.tui.screens.view import View
    from ctk_tui.tui.transport import Heard

PATIENCE = 3.0
"""Seconds that the app may take to end in good order after a signal."""


class CtkApp(App[int], inherit_bindings=False):
    """The full-screen app over one open toolkit.

    Args:
        toolkit: the open toolkit; closed by whoever opened it.
        notices: what was odd about the configuration.
    """

    TITLE = "ctk"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = []
    COMMANDS: ClassVar[set[Any]] = {ActionProvider}
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "f20"  # the table of actions holds its keys
    ESCAPE_TO_MINIMIZE = False

    def __init__(self, toolkit: Toolkit, notices: Iterable[object] = ()) -> None:
        super().__init__()
        self.toolkit = toolkit
        settings = toolkit.settings.ui
        self.keyboard = keyboard()
        self.slow = bool(self.keyboard) if settings.slow_link == "auto" else settings.slow_link
        self.ascii_only = settings.ascii
        self.animation_level = "none"
        self.memory_path = memory_file(toolkit.database.path)
        self.memory = Memory.load(self.memory_path)
        self.bridge = Bridge(toolkit, self.start)
        self._waiting: set[Coroutine[Any, Any, None]] = set()
        self.keymap = keymap(settings.keys, settings.space)
        self.transport = Transport(self)
        self.watch_jobs = JobWatch(self)
        self.keys = Keys(self)
        self._notices = [str(notice) for notice in (*notices, *self.keymap.clashes)]
        self.frame = MainScreen()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = settings.theme if settings.theme in self.available_themes else THEMES[0].name

    def get_default_screen(self) -> Screen[Any]:
        """Give the one screen; views change inside it."""
        return self.frame

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Give what makes everything fit for a terminal that has few colours, or ASCII alone."""
        own, system = super().get_line_filters(), self.console.color_system
        if not (self.no_color or self.ascii_only or system == "standard"):
            return own
        from ctk_tui.tui.filters import fit_for

        return fit_for(own, system, no_color=self.no_color, ascii_only=self.ascii_only)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give what themes that are not ctk's have no word for."""
        return DEFAULTS

    @cached_property
    def file_work(self) -> FileWork:
        """What the keys for files share."""
        from ctk_tui.tui.file_work import FileWork

        return FileWork(self)

    def on_mount(self) -> None:
        """Begin: tell what was odd, hear signals, look at the jobs."""
        self._hear_signals()
        self.app_resume_signal.subscribe(self, self._resumed)
        if self._notices:
            self.tell(" · ".join(self._notices), bad=True)
        self.watch_jobs.begin()

    def _hear_signals(self) -> None:
        """A dropped line or a kill keeps what the user had; what is unsaved is at most one key old."""
        if sys.platform == "win32":
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self._ended_by, number)

    def _resumed(self, app: App[Any]) -> None:
        """The shell has given the terminal back, and what stood there is gone."""
        del app
        self.keys.commands.do_redraw()

    def _ended_by(self, number: int) -> None:
        # A terminal that is gone may hold up for ever what Textual still writes to it: everything is kept by then.
        last = threading.Timer(PATIENCE, os._exit, [128 + number])
        last.daemon = True
        last.start()
        self.watch_jobs.end_ours(leave=False)
        self.leave(128 + number)

    def jobs_sampled(self, ended: list[JobInfo], *, changed: bool) -> None:
        """Draw what runs; tell what ended; let the views see what is new.

        Args:
            ended: those that ran at the look before and run no more.
            changed: whether anybody wrote to the catalog since then.
        """
        self.frame.draw_top()
        for job in ended:
            if job.pid == os.getpid():
                continue  # a change of files tells itself what came of it, and how it is taken back
            self.tell(ending(job), bad=job.state in ("failed", "dead"))
        if changed or ended:
            self.frame.catalog_changed(done=bool(ended))

    # -- looks --------------------------------------------------------------------------------------------------------

    @property
    def look(self) -> Styles:
        """The styles of the theme in force."""
        return styles_of(self.current_theme, self.get_css_variables())

    @property
    def view(self) -> View:
        """The view that is shown."""
        return self.frame.view

    def tell(self, text: str, *, hint: str = "", bad: bool = False) -> None:
        """Say something in the lowest line until the next key.

        Args:
            text: what happened.
            hint: the next step.
            bad: whether it is something wrong.
        """
        self.frame.say(text, hint, bad=bad)

    def show_player(self) -> None:
        """Draw the player's line anew."""
        self.frame.show_player()

    def outline_came(self) -> None:
        """An outline has arrived: draw it where it is shown."""
        self.show_player()
        self.view.outline_came()

    def sound_changed(self) -> None:
        """Another sound is heard now, or none."""
        self.view.sound_changed()
        self.frame.show_player()

    def followed(self, heard: Heard) -> None:
        """The player went on to a sound by itself."""
        self.view.reached(heard)
        self.sound_changed()

    # -- work ---------------------------------------------------------------------------------------------------------

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine beside the screen; an error of ctk's own is told, a defect ends the app with its trace."""
        if self.bridge.is_closed:
            work.close()
            return
        self._waiting.add(work)

        async def told() -> None:
            await self._told(work)

        _: Worker[None] = self.run_worker(told, group="work", exit_on_error=True)

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        if work not in self._waiting:
            return
        self._waiting.remove(work)
        try:
            await work
        except Cancelled:
            return
        except CtkError as error:
            self.tell(error.message, hint=error.hint, bad=True)

    def on_player_news(self, message: PlayerNews) -> None:
        """Take what the player told."""
        self.transport.take(message.news)
        if message.news.kind == "state":
            self.frame.show_player()
        else:
            self.sound_changed()

    async def on_event(self, event: events.Event) -> None:
        """Give a key to whom it is for, now: through the queues of widgets it would come behind later ones."""
        if isinstance(event, events.Key) and event.key == "ctrl+j":  # an enter from before the app had the terminal
            event = events.Key("enter", "\r")
        if isinstance(event, events.Key) and not event.is_forwarded and await self.keys.take(event):
            return
        if isinstance(event, events.Paste) and not event.is_forwarded and isinstance(self.focused, Field):
            self.focused.paste(event)
            return
        await super().on_event(event)

    # -- the end ------------------------------------------------------------------------------------------------------

    def remember(self) -> None:
        """Keep query, cursor and the rest for the next time."""
        self.frame.remember(self.memory)
        self.memory.save(self.memory_path)

    def leave(self, code: int = 0) -> None:
        """End the app: what it was is kept, and its threads end."""
        self.remember()
        self.transport.close()
        self.watch_jobs.close()
        self.bridge.close()
        for work in self._waiting:
            work.close()  # it never began, and Python would say so on the terminal
        self._waiting.clear()
        self.exit(code)

    async def ask(self, dialog: Dialog[Answer]) -> Answer | None:
        """Show a dialog and return its answer, None where it was left without one."""
        return await self.push_screen_wait(dialog)

    def ask_about_host(self, then: Callable[[], None]) -> None:
        """Ask once whether sound may come out at another host than the keyboard's, and go on where it may."""
        from ctk_tui.tui.dialogs.confirm import Confirm

        def answered(yes: bool | None) -> None:
            self.memory.asked_about_host = True
            if yes:
                then()
            else:
                self.transport.audition = False

        here = os.uname().nodename if hasattr(os, "uname") else "this host"
        self.push_screen(
            Confirm(
                Text(f"Sound comes out at {here}, and your keyboard is at {self.keyboard}. Play it there?"),
                hint="docs/ssh.md tells how to hear it where you sit; O chooses another output",
            ),
            answered,
        )
