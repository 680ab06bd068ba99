"""What all dialogs share: a quiet box over the screen, and keys that end it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar, cast

from rich.text import Text
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.screen import ModalScreen

from ctk_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from textual.events import Key

    from ctk_tui.tui.app import CtkApp

Answer = TypeVar("Answer")

SHARE = 0.9
"""Of the screen's width that a box may have, as the style below says."""
FRAME = 6
"""Cells of a box that are border and padding."""
PATIENCE = 10.0
"""Seconds that a screen may take until it can take keys."""


class Dialog(ModalScreen[Answer], inherit_bindings=False):
    """A dialog: escape ends it without an answer.

    The app hands it the keys, each one done before the next: what is typed behind the key that ends it is for the
    screen below.
    """

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > .box {
        width: auto; max-width: 90%; height: auto; max-height: 90%;
        padding: 1 2; background: $panel; border: round $ctk-rule;
    }
    Dialog > .box > Static { width: auto; max-width: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._ended = False
        self._stands = asyncio.Event()

    def on_mount(self) -> None:
        """Take keys from now on."""
        self._stands.set()

    @property
    def is_ended(self) -> bool:
        """Whether it has its answer: its parts may be gone already."""
        return self._ended

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """End the dialog with an answer; what comes behind the first one is too late."""
        if self._ended:
            return AwaitComplete()
        self._ended = True
        return super().dismiss(result)

    async def take(self, event: Key) -> bool:
        """Do what a key means here; tell whether the dialog was still there."""
        try:
            await asyncio.wait_for(self._stands.wait(), PATIENCE)
        except TimeoutError:
            return True  # it has no parts that could take the key
        if self._ended:
            return False
        if (event.key == "escape" and self.leave()) or self.pressed(event):
            return True
        if isinstance(self.focused, Field):
            await self.focused.take(event)
        return True

    def pressed(self, event: Key) -> bool:
        """Do what a key means; tell whether it meant that, and not a field."""
        raise NotImplementedError

    def leave(self) -> bool:
        """Take escape: end without an answer; tell whether it meant that, and not a field."""
        self.dismiss(None)
        return True

    def hints(self, *keys: tuple[str, str]) -> Text:
        """Return keys and what each does here, in one line."""
        look = self.ctk.look
        return Text("   ").join(Text.assemble((key, look.accent), (f" {word}", look.quiet)) for key, word in keys)

    @property
    def room(self) -> int:
        """Cells that a line in the box may have on this screen."""
        return max(1, int(self.app.size.width * SHARE) - FRAME)

    @property
    def ctk(self) -> CtkApp:
        """The app."""
        return cast("CtkApp", self.app)


class Box(Vertical):
    """The box of a dialog."""

    def __init__(self) -> None:
        super().__init__(classes="box")
