"""Where a list is looked at: its ids, the cursor, the first row on screen. It knows no row and draws nothing."""

from __future__ import annotations

from ctk_tui.tui.table.ids import NONE, Ids, find, nearest


class View:
    """A window on a list of ids.

    The cursor belongs to an id and not to a place: another order or another filter takes it along. Where its row goes
    away it stands on the nearest one that is left, and comes back to its own with it, unless it was moved or settled in
    between.

    Attributes:
        ids: the rows, in their order.
        cursor: place of the cursor, 0 where there are none.
        top: place of the first row on screen.
        height: rows that fit on screen, 1 or more.
        anchor: id at which a range begins, None while none is chosen.
        stride: what the screen moves by when the cursor leaves it: 0 for a row, 0.5 for half a screen (slow lines).
    """

    def __init__(self) -> None:
        self.ids: Ids = NONE
        self.cursor = 0
        self.top = 0
        self.height = 1
        self.anchor: int | None = None
        self.stride = 0.0
        self._own: int | None = None

    @property
    def current(self) -> int | None:
        """The id under the cursor, None for an empty list."""
        return self.ids[self.cursor] if len(self.ids) else None

    def visible(self) -> Ids:
        """Return the ids on screen."""
        return self.ids[self.top : self.top + self.height]

    def resize(self, height: int) -> None:
        """Tell how many rows fit; the cursor stays on screen if it was."""
        seen = self.top <= self.cursor < self.top + self.height
        self.height = max(1, height)
        self._show_top(self.top)
        if seen:
            self._follow()

    def settle(self) -> None:
        """Make the row under the cursor its own, as moving does: something was done with it."""
        self._own = self.current

    def to(self, place: int) -> bool:
        """Put the cursor on a place, the nearest there is; return whether that changed anything."""
        before = (self.cursor, self.top)
        self.cursor = max(0, min(place, len(self.ids) - 1))
        self._follow()
        self.settle()
        return before != (self.cursor, self.top)

    def to_id(self, wanted: int) -> bool:
        """Put the cursor on an id, in the middle if it is not on screen; return whether it is in the list."""
        place = find(self.ids, wanted)
        if place < 0:
            return False
        if not self.top <= place < self.top + self.height:
            self._show_top(place - self.height // 2)
        self.to(place)
        return True

    def page(self, pages: float) -> bool:
        """Move by screens, the rows and the cursor alike, so that it keeps its line; at the ends it goes on alone."""
        rows = round(abs(pages) * self.height) or 1
        step = rows if pages > 0 else -rows
        before = (self.cursor, self.top)
        self._show_top(self.top + step)
        self.to(self.cursor + step)
        return before != (self.cursor, self.top)

    def scroll(self, rows: int) -> bool:
        """Move what is on screen and leave the cursor, as a wheel does; return whether anything moved."""
        before = self.top
        self._show_top(self.top + rows)
        return before != self.top

    def span(self) -> range:
        """Return the places of the chosen range, both ends in it; empty while none is chosen."""
        place = -1 if self.anchor is None else find(self.ids, self.anchor)
        if place < 0:
            return range(0)
        return range(min(place, self.cursor), max(place, self.cursor) + 1)

    def show(self, ids: Ids, *, fresh: bool = False) -> None:
        """Take another list.

        Args:
            ids: the rows, in their order.
            fresh: whether it is another question, whose answer is read from its beginning if the cursor's row is not
                in it, or near it; else rows came or went, and the line under the cursor keeps its place on the screen.
        """
        old, at = self.ids, self.cursor
        held = at if self.top <= at < self.top + self.height else self.top
        line, holds = held - self.top, old[held] if len(old) else None
        self.ids = ids
        self.cursor = self._landing(old, at, fresh=fresh)
        if self.anchor is not None and find(ids, self.anchor) < 0:
            self.anchor = None
        place = self.cursor if held == at or holds is None else find(ids, holds)
        if fresh:
            self._show_top(0 if self.cursor < self.height else self.cursor - line)
            self._follow()
        else:
            self._show_top((self.cursor if place < 0 else place) - line)

    def _landing(self, old: Ids, at: int, *, fresh: bool) -> int:
        """Return where the cursor stands now that there are other ids."""
        current = old[at] if len(old) else None
        if len(self.ids) > at and self.ids[at] == current and self._own in {None, current}:
            return at
        for wanted in dict.fromkeys((self._own, current)):
            place = -1 if wanted is None else find(self.ids, wanted)
            if place >= 0:
                return place
        if fresh:
            return 0  # the best answer to the new question
        place = nearest(old, at, self.ids)
        return place if place >= 0 else max(0, min(at, len(self.ids) - 1))

    def _show_top(self, top: int) -> None:
        self.top = max(0, min(top, len(self.ids) - self.height))

    def _follow(self) -> None:
        """Move the screen to the cursor if it left it."""
        jump = round(self.height * self.stride)
        if self.cursor < self.top:
            self._show_top(self.cursor - jump)
        elif self.cursor >= self.top + self.height:
            self._show_top(self.cursor - self.height + 1 + jump)
