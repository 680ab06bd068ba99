"""What all dialogs share: a quiet box over the screen, and keys that end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.events import Event, Key
from textual.screen import ModalScreen

if TYPE_CHECKING:
    from ctk_tui.tui.app import CtkApp

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer], inherit_bindings=False):
    """A dialog: escape ends it without an answer."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > .box {
        width: auto; max-width: 90%; height: auto; max-height: 90%;
        padding: 1 2; background: $panel; border: round $ctk-rule;
    }
    Dialog > .box > Static { width: auto; max-width: 100%; }
    """

    _ended = False

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

    async def on_event(self, event: Event) -> None:
        """Give keys that were pressed behind the one that ended the dialog to the screen below it."""
        if self._ended and isinstance(event, Key):
            event.stop()
            self.app.post_message(Key(event.key, event.character))
        else:
            await super().on_event(event)

    def leave(self) -> bool:
        """Take escape: end without an answer; tell whether it meant that, and not a field."""
        self.dismiss(None)
        return True

    @property
    def ctk(self) -> CtkApp:
        """The app."""
        return cast("CtkApp", self.app)


class Box(Vertical):
    """The box of a dialog."""

    def __init__(self) -> None:
        super().__init__(classes="box")
