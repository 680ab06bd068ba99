"""Marking rows of a table: the one under the cursor, or a range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ctk_tui.tui.table.marks import Marks
    from ctk_tui.tui.table.view import View


class Marked(Protocol):
    """A table with marks."""

    view: View
    marks: Marks

    def move_down(self) -> None:
        """One row down."""

    def leave_range(self) -> bool:
        """Give up the range."""

    def refresh_cells(self) -> None:
        """Draw what changed."""


class Marking:
    """Marks and ranges; `table.marks` has the rest."""

    def mark(self: Marked, *, on: bool = True) -> None:
        """Mark the range, or the row under the cursor and step on; or take their marks away."""
        view = self.view
        if view.current is None:
            return
        span = view.span() or range(view.cursor, view.cursor + 1)
        (self.marks.add if on else self.marks.discard)(view.ids[span.start : span.stop].tolist())
        if view.anchor is None:
            self.move_down()
        else:
            self.leave_range()

    def start_range(self: Marked) -> None:
        """Begin a range at the cursor; `mark` takes all of it."""
        self.view.anchor = self.view.current
        self.refresh_cells()

    def leave_range(self: Marked) -> bool:
        """Give up the range; return whether there was one."""
        had = self.view.anchor is not None
        self.view.anchor = None
        self.refresh_cells()
        return had
