"""The query line: what is asked, what is wrong with it, and how much was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Horizontal
from textual.message import Message

from ctk_tui.tui.widgets.field import Field
from ctk_tui.tui.widgets.line import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.events import Key

MOVES = {
    "pageup": "page_up", "pagedown": "page_down", "ctrl+n": "down", "ctrl+p": "up",
}  # fmt: skip
"""Keys that move the list while one types."""


class QueryInput(Field):
    """A field that leaves the list's keys to the list, and brings earlier queries."""

    DEFAULT_CSS = """
    QueryInput, QueryInput:focus { border: none; padding: 0; height: 1; background: transparent; width: 1fr; }
    """

    class Left(Message):
        """The user goes back to the list."""

    class Moved(Message):
        """The list is to be moved from the line."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder)
        self.earlier: Sequence[str] = ()
        self._back = 0

    async def take(self, event: Key) -> bool:
        """Leave, move the list, bring an earlier query, or edit."""
        key = event.key
        if key in ("enter", "escape"):
            self.leave()
        elif key in MOVES:
            self.post_message(self.Moved(MOVES[key]))
        elif key == "up" and (not self.value or self._back):
            self._recall(1)
        elif key == "up":
            self.post_message(self.Moved("up"))
        elif key == "down" and self._back:
            self._recall(-1)
        elif key == "down":
            self.leave()
        else:
            self._back = 0
            return await super().take(event)
        return True

    def leave(self) -> None:
        """Go back to the list, at once: what is typed right behind is meant for it, and a message comes later."""
        self.screen.set_focus(None)
        self.post_message(self.Left())

    def _recall(self, step: int) -> None:
        """Show an earlier query: one step further back, or forward until the line is empty again."""
        self._back = max(0, min(len(self.earlier), self._back + step))
        self.value = self.earlier[-self._back] if self._back else ""
        self.cursor_position = len(self.value)


class QueryLine(Horizontal):
    """The input with its sign before it and what was found behind it.

    Args:
        placeholder: what an empty line says.
    """

    DEFAULT_CSS = """
    QueryLine { height: 1; }
    QueryLine > #sign { width: 3; }
    QueryLine > #found { width: auto; min-width: 0; }
    """

    def __init__(self, placeholder: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.input = QueryInput(placeholder)
        self._found = Found(id="found")

    def compose(self) -> ComposeResult:
        """Give the parts."""
        sign = Line(id="sign")
        sign.show(Text(" / "))
        yield sign
        yield self.input
        yield self._found

    @property
    def value(self) -> str:
        """The query text."""
        return self.input.value

    def tell(self, text: Text) -> None:
        """Show behind the query how much was found, or what is wrong with it."""
        self._found.show_sized(text)


class Found(Line):
    """A line that is as wide as its text."""

    def show_sized(self, text: Text) -> None:
        """Show a text and take the room that it needs."""
        width = min(text.cell_len + 1, max(10, self.app.size.width * 2 // 3))
        if self.styles.width is None or self.styles.width.value != width:
            self.styles.width = width
        self.show(text)
