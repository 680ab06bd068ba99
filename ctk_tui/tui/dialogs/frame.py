"""What all dialogs share: a quiet box over the screen, and keys that end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from textual.containers import Vertical
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

    @property
    def ctk(self) -> CtkApp:
        """The app."""
        return cast("CtkApp", self.app)


class Box(Vertical):
    """The box of a dialog."""

    def __init__(self) -> None:
        super().__init__(classes="box")
