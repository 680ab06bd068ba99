"""Text to read, with the keys that scroll it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from ctk_tui.model.text import safe
from ctk_tui.tui.dialogs.frame import Box, Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key

SCROLLS = {
    "j": "scroll_down", "down": "scroll_down", "k": "scroll_up", "up": "scroll_up", "pagedown": "scroll_page_down",
    "ctrl+f": "scroll_page_down", "space": "scroll_page_down", "pageup": "scroll_page_up", "home": "scroll_home",
    "g": "scroll_home", "end": "scroll_end", "G": "scroll_end",
}  # fmt: skip
"""Keys and what they do to a scrolled text."""


class Reading(Dialog[None]):
    """Shows a text; any key that does not scroll ends it.

    Args:
        title: what it is.
        text: as it is; controls are escaped. A rich text is shown as it is.
    """

    DEFAULT_CSS = """
    Reading > .box { width: 96%; height: 92%; padding: 1 2 0 2; }
    Reading VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    """

    def __init__(self, title: str, text: str | Text) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Give the parts."""
        text = self._text
        shown = text if isinstance(text, Text) else Text("\n".join(safe(line) for line in text.splitlines()))
        with Box():
            if self._title:
                yield Static(Text(f"{self._title}\n", self.ctk.look.strong), markup=False)
            with VerticalScroll(can_focus=False):
                yield Static(shown, markup=False)

    def pressed(self, event: Key) -> bool:
        """Scroll, or leave."""
        name = SCROLLS.get(event.character or "") or SCROLLS.get(event.key)
        if name is None:
            self.dismiss(None)
        else:
            getattr(self.query_one(VerticalScroll), name)(animate=False)
        return True
