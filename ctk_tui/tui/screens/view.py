"""What every screen of the app has in common, so that keys, transport and bars need not know which one is shown."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Vertical

if TYPE_CHECKING:
    from ctk_tui.tui.app import CtkApp
    from ctk_tui.tui.memory import Memory
    from ctk_tui.tui.transport import Heard
    from ctk_tui.tui.widgets.table import VirtualTable

SETTLED = 5.0
"""Seconds that a key waits for the row it means; keys that mean none do not wait."""


async def settled(answered: asyncio.Event) -> None:
    """Wait a moment for an answer; no second key waits for one that does not come."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(answered.wait(), SETTLED)
    answered.set()


class View(Vertical):
    """One of the screens: it has a table that keys move, and methods `do_NAME` for its actions."""

    NAME: ClassVar[str]
    """Its name in the table of actions."""
    FOOTER: ClassVar[tuple[str, ...]] = ()
    """Actions whose words stand in the footer, the most helpful first."""

    DEFAULT_CSS = "View { height: 1fr; width: 1fr; }"

    @property
    def ctk(self) -> CtkApp:
        """The app."""
        return cast("CtkApp", self.app)

    @property
    def table(self) -> VirtualTable:
        """The table that the keys move now."""
        raise NotImplementedError

    def current(self) -> Heard | None:
        """Return the sound under the cursor, None where there is none."""
        return None

    def after(self, heard: Heard) -> Heard | None:
        """Return the sound that follows another one in the list, None at its end."""
        del heard
        return None

    def reached(self, heard: Heard) -> None:
        """The player went on to this sound by itself."""

    def sound_changed(self) -> None:
        """Another sound is heard now, or none."""

    def catalog_changed(self, *, done: bool, seen: bool) -> None:
        """Somebody wrote to the catalog.

        Args:
            done: whether a job has ended, so that nothing more comes.
            seen: whether this view is shown now.
        """

    def sound_moved(self) -> None:
        """The playhead moved on."""

    def outline_came(self) -> None:
        """The outline of a sound has arrived."""

    def remember(self, memory: Memory) -> None:
        """Put what is to be kept into the memory."""

    def entered(self) -> None:
        """The view is shown now."""

    def leave_innermost(self) -> bool:
        """Leave a range or a dialog inside the view; tell whether there was one."""
        return False

    def leave_filter(self) -> bool:
        """Take the filter away; tell whether there was one."""
        return False

    async def settle(self) -> None:
        """Wait a moment for what a key that was typed ahead means; keys that move the cursor do not wait."""

    async def drawn(self) -> None:
        """Wait until what was given to the tables is on the screen."""
        done = asyncio.Event()
        self.call_after_refresh(done.set)
        await done.wait()

    def why_not(self, name: str) -> str:
        """Return why an action is not possible now, "" where it is."""
        del name
        return ""

    def move(self, action: str) -> None:
        """Move the cursor of the table: down, up, first, last, half_down, half_up, page_down, page_up."""
        getattr(self.table, f"move_{action}")()

    def do_down(self) -> None:
        """Move down."""
        self.move("down")

    def do_up(self) -> None:
        """Move up."""
        self.move("up")

    def do_first(self) -> None:
        """Move to the first row."""
        self.move("first")

    def do_last(self) -> None:
        """Move to the last row."""
        self.move("last")

    def do_half_down(self) -> None:
        """Move half a page down."""
        self.move("half_down")

    def do_half_up(self) -> None:
        """Move half a page up."""
        self.move("half_up")

    def do_page_down(self) -> None:
        """Move a page down."""
        self.move("page_down")

    def do_page_up(self) -> None:
        """Move a page up."""
        self.move("page_up")
