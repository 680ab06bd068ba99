"""The full-screen app without a terminal: keys in, the text of the screen out, and waiting for what is to come."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from textual.events import Key
from textual.keys import _character_to_key  # there is no public way from a character to its key

from ctk_tui.tui.app import CtkApp
from ctk_tui.tui.screens.duplicates import DuplicatesView

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from textual.pilot import Pilot

    from ctk_tui.toolkit.toolkit import Toolkit

PATIENCE = 20.0
"""Seconds that anything may take on a busy machine."""


class Seat:
    """Somebody who sits at the app.

    Args:
        app: the app.
        pilot: Textual's.
    """

    def __init__(self, app: CtkApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys, as Textual names them."""
        await self.pilot.press(*keys)

    async def strike(self, *keys: str) -> None:
        """Press keys, as the table of actions names them, each one taken by whom it is for before the next.

        `press` waits besides until the process rests, which takes half a second for many a key.
        """
        for key in keys:
            self.burst(key)
            for _ in range(2):  # the app takes it, or hands it on to a dialog
                await self.pilot._wait_for_screen()

    def burst(self, *keys: str) -> None:
        """Press keys at once, as they come over a line that hung for a moment; named as for `strike`."""
        for key in keys:
            printable = len(key) == 1
            event = Key(_character_to_key(key) if printable else key, key if printable else None)
            event.set_sender(self.app)
            self.app.post_message(event)

    async def type(self, text: str) -> None:
        """Type text."""
        await self.pilot.press(*({" ": "space"}.get(character, character) for character in text))

    def lines(self) -> list[str]:
        """Return what stands on the screen."""
        strips = self.app.screen._compositor.render_strips()  # there is no public way to the text
        return ["".join(segment.text for segment in strip) for strip in strips]

    def text(self) -> str:
        """Return what stands on the screen as one text."""
        return "\n".join(self.lines())

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"never came: {what}\n" + self.text())
            await self.pilot.pause(0.01)

    async def sees(self, text: str) -> None:
        """Wait until a text stands on the screen."""
        await self.until(lambda: text in self.text(), text)

    async def sees_not(self, text: str) -> None:
        """Wait until a text stands there no more."""
        await self.until(lambda: text not in self.text(), f"gone: {text}")


@asynccontextmanager
async def seated(toolkit: Toolkit, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Seat]:
    """Open the app over a toolkit, and leave it at the end."""
    app = CtkApp(toolkit)
    async with app.run_test(size=size) as pilot:
        yield Seat(app, pilot)
        if app.is_running:
            app.leave()


def duplicates(seat: Seat) -> DuplicatesView:
    """Return the view of duplicates, which is shown."""
    found = seat.app.view
    assert isinstance(found, DuplicatesView)
    return found


def run(work: Coroutine[None, None, None]) -> None:
    """Run a test."""
    asyncio.run(work)
