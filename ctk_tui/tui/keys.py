"""From keys to actions: the one place where a key of the app ends."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from ctk_tui.tui.actions import ACTIONS, BY_NAME, MOVING
from ctk_tui.tui.commands import SWITCHES, Commands
from ctk_tui.tui.dialogs.frame import PATIENCE, Dialog
from ctk_tui.tui.hearing import Hearing
from ctk_tui.tui.keymap import Grammar, named
from ctk_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from textual.events import Key

    from ctk_tui.tui.actions import Action
    from ctk_tui.tui.app import CtkApp

TWICE = 2.0
"""Seconds within which a second ctrl+c quits."""


class Keys:
    """Takes keys, finds who does what they mean, and says why it is not possible.

    Args:
        app: the app.
    """

    def __init__(self, app: CtkApp) -> None:
        self._app = app
        self.grammar = Grammar(app.keymap)
        self.hearing = Hearing(app)
        self.commands = Commands(app)
        self._interrupted = 0.0
        self._behind_line = False
        """Whether the query line was left by the key before."""

    async def take(self, event: Key) -> bool:
        """Do what a key means; tell whether it meant anything to the table of actions."""
        if self._app.bridge.is_closed:  # typed behind the key that ended the app
            return True
        key = named(event)
        if key == "ctrl+c":
            self._interrupt()
            return True
        screen = self._app.screen
        if isinstance(screen, Dialog):
            return await screen.take(event) or await self.take(event)
        if screen is not self._app.frame:  # the palette, which is Textual's own
            return key == "escape" and await self._app.run_action("escape", screen)
        return await self._take(event, key)

    async def _take(self, event: Key, key: str) -> bool:
        if not self._app.frame.ready.is_set():  # typed while the app starts; the screen is made by tasks of its own
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._app.frame.ready.wait(), PATIENCE)
        if isinstance(self._app.focused, Field):
            meant = await self._app.focused.take(event)
            self._behind_line = not self._app.frame.is_typing
            return meant
        self._app.frame.hush()
        if self.grammar.pending and key == "escape":
            self.grammar.cancel()
        else:
            action = self.grammar.feed(self._app.view.NAME, key)
            if action is not None and action.name in SWITCHES:
                # Waited for: what is typed right behind is meant for the view that comes.
                await self._app.frame.switch(SWITCHES[action.name])
            elif action is not None:
                if self._means_row(action):
                    self._behind_line = False
                    await self._app.view.settle()
                self.act(action.name)
        self._app.frame.show_chord()
        return True

    def _means_row(self, action: Action) -> bool:
        """Tell whether an action may mean a row; one that moves to it waits where the list may be another one soon."""
        return (
            action.name != "query" and action.group not in ("Screens", "ctk")
            and (action.group != MOVING or self._behind_line)
        )  # fmt: skip

    def _interrupt(self) -> None:
        now = time.monotonic()
        if now - self._interrupted < TWICE:
            self.act("quit")
        else:
            self._interrupted = now
            self._app.tell("ctrl+c again quits")

    def handlers(self) -> tuple[Any, ...]:
        """Return what may know an action, the first one wins."""
        return (self._app.view, self.hearing, self.commands)

    def why_not(self, action: Action) -> str:
        """Return why an action is not possible now, "" where it is."""
        if self._app.view.NAME not in action.views:
            return f"not on this screen: {action.title}"
        for handler in self.handlers():
            if hasattr(handler, f"do_{action.name}"):
                reason: str = handler.why_not(action.name)
                return reason
        return f"{action.title}: not possible here"

    def act(self, name: str) -> None:
        """Do an action by name, or say why it is not possible now."""
        reason = self.why_not(BY_NAME[name])
        if reason:
            self._app.tell(reason)
            return
        for handler in self.handlers():
            method = getattr(handler, f"do_{name}", None)
            if method is not None:
                result = method()
                if asyncio.iscoroutine(result):
                    self._app.start(result)
                return

    def possible(self) -> list[Action]:
        """Return the actions of this view, in the order of the table."""
        return [action for action in ACTIONS if self._app.view.NAME in action.views]
