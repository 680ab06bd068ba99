"""What the mouse does in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ctk_tui.tui.table.lines import EDGE
from ctk_tui.tui.table.thumb import row_at

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Size

    from ctk_tui.tui.table.view import View

WHEEL = 3
"""Rows that a turn of the wheel moves."""


class Pointed(Protocol):
    """A table under a mouse."""

    view: View

    def moved(self) -> None:
        """The view was moved by the user: draw it, tell it."""

    @property
    def size(self) -> Size:
        """Cells."""

    def title_clicked(self, x: int) -> None:
        """A title was clicked."""

    def opened(self) -> None:
        """The row under the cursor was clicked twice."""


class Pointing:
    """The mouse: rows, titles, the thumb's way at the right edge, and the wheel."""

    def on_mouse_scroll_down(self: Pointed, event: events.MouseScrollDown) -> None:
        """Scroll; the cursor stays on its row."""
        event.stop()
        self.view.scroll(WHEEL)
        self.moved()

    def on_mouse_scroll_up(self: Pointed, event: events.MouseScrollUp) -> None:
        """Scroll; the cursor stays on its row."""
        event.stop()
        self.view.scroll(-WHEEL)
        self.moved()

    def on_click(self: Pointed, event: events.Click) -> None:
        """Put the cursor on a row, open it at the second click, sort by a title, go to a part of the list."""
        view, place = self.view, self.view.top + event.y - 1
        if event.y == 0:
            self.title_clicked(event.x)
        elif event.x >= self.size.width - EDGE:
            view.scroll(row_at(event.y - 1, view.height, len(view.ids)) - view.top)
            self.moved()
        elif place < len(view.ids):
            view.to(place)
            self.moved()
            if event.chain == 2:
                self.opened()
