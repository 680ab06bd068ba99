"""The cursor's moves, one method each, as the keys have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ctk_tui.tui.table.view import View


class Moved(Protocol):
    """What has a view and draws it."""

    view: View

    def moved(self, *, by_user: bool = True) -> None:
        """The view was moved: draw it, tell it."""


class Motions:
    """Moves of a table."""

    def move_down(self: Moved) -> None:
        """One row down."""
        self.view.to(self.view.cursor + 1)
        self.moved()

    def move_up(self: Moved) -> None:
        """One row up."""
        self.view.to(self.view.cursor - 1)
        self.moved()

    def move_first(self: Moved) -> None:
        """To the first row."""
        self.view.to(0)
        self.moved()

    def move_last(self: Moved) -> None:
        """To the last row."""
        self.view.to(len(self.view.ids) - 1)
        self.moved()

    def move_half_down(self: Moved) -> None:
        """Half a screen down; the cursor keeps its line."""
        self.view.page(0.5)
        self.moved()

    def move_half_up(self: Moved) -> None:
        """Half a screen up."""
        self.view.page(-0.5)
        self.moved()

    def move_page_down(self: Moved) -> None:
        """A screen down; the cursor keeps its line."""
        self.view.page(1)
        self.moved()

    def move_page_up(self: Moved) -> None:
        """A screen up."""
        self.view.page(-1)
        self.moved()

    def move_to(self: Moved, some: int, *, by_user: bool = True) -> bool:
        """To an id, brought to the middle where it is not on screen; return whether the list has it.

        Args:
            some: the id.
            by_user: what `CursorMoved` says; False where nobody asked for a sound.
        """
        found = self.view.to_id(some)
        self.moved(by_user=by_user)
        return found
