"""Lines of text that are drawn when they change, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.app import RenderResult


class Line(Widget):
    """Some rows of text of a fixed height. Nothing is sent to the terminal while the text stays as it is."""

    DEFAULT_CSS = "Line { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._text = Text(no_wrap=True, overflow="crop")

    @property
    def text(self) -> Text:
        """What is shown."""
        return self._text

    def show(self, text: Text) -> None:
        """Show a text; rows that do not fit are cut."""
        text.no_wrap, text.overflow = True, "crop"
        if text != self._text or text.spans != self._text.spans:
            self._text = text
            self.refresh()

    def render(self) -> RenderResult:
        """Return the text."""
        return self._text
