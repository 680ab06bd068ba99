"""Details: what is known of the file under the cursor, beside the list or over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.tui.present.details import side
from ctk_tui.tui.screens.view import View

if TYPE_CHECKING:
    from textual.events import Resize
    from textual.timer import Timer

    from ctk_tui.model.entry import AudioDetails
    from ctk_tui.tui.widgets.side import Side

SIDE_FROM = 110
"""Cells of the screen from which the details stand beside the list."""
DETAILS_SECONDS = 0.06
"""How long the cursor rests before its details are read: a held arrow reads none."""
WAVE_ROWS = 4


class Detailing(View):
    """A view that can show details of the row under the cursor."""

    side: Side
    _details: AudioDetails | None = None
    _over = False
    _resting: Timer | None = None

    def on_resize(self, event: Resize) -> None:
        """Put the details where there is room for them."""
        del event
        self.place_side()

    def place_side(self) -> None:
        """Show the details beside the list, over it, or not at all."""
        wide = self.app.size.width >= SIDE_FROM
        self._over = self._over and not wide
        self.side.display = self._over or (wide and self.ctk.memory.details)
        self.side.set_class(self._over, "over")

    def do_details(self) -> None:
        """Show or hide the details."""
        if self.app.size.width >= SIDE_FROM:
            self.ctk.memory.details = not self.ctk.memory.details
        else:
            self._over = not self._over
        self.place_side()
        self._rested(self.table.view.current)

    def close_side(self) -> bool:
        """Hide the details that lie over the list; tell whether they did."""
        if not self._over:
            return False
        self.do_details()
        return True

    def rest_on(self, audio_id: int | None) -> None:
        """Show the details of a row once the cursor has rested on it."""
        if self._resting is not None:
            self._resting.stop()
        if audio_id is None:
            self.side.show(Text())
        else:
            self._resting = self.set_timer(DETAILS_SECONDS, lambda: self._rested(audio_id))

    def _rested(self, audio_id: int | None) -> None:
        if audio_id is not None and self.side.display:
            self.ctk.start(self._read_details(audio_id))

    async def _read_details(self, audio_id: int) -> None:
        details = await self.ctk.bridge.run("rows", self.ctk.toolkit.catalog.details, audio_id)
        if audio_id == self.table.view.current:
            self._details = details
            self._draw_side()
            if not self.ctk.slow and details.entry.error is None:
                self.ctk.transport.outlines.want(audio_id)

    def outline_came(self) -> None:
        """Draw the details with their outline."""
        self._draw_side()

    def _draw_side(self) -> None:
        details = self._details
        if details is None or not self.side.display:
            return
        width = self.side.content_size.width
        outlines = self.ctk.transport.outlines
        drawn = outlines.has(details.entry.id) and not self.ctk.slow
        wave = outlines.lines(details.entry.id, width, WAVE_ROWS) if drawn else []
        self.side.show(side(details, wave, width, self.ctk.look, ascii_only=self.ctk.ascii_only))
