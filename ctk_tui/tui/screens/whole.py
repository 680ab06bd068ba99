"""Keys that mean the whole list: its first hits are shown before the others are known, and the keys wait for those."""

from __future__ import annotations

from ctk_tui.tui.screens.asking import Asking


class Whole(Asking):
    """A list of hits of which the last one, or all, can be meant."""

    async def _whole(self) -> bool:
        """Wait until all hits are listed; return whether the question is the same still."""
        question = (self.query_line.value, self.sort)
        while not await self.finder.whole():  # the same may be asked again meanwhile, because files were added
            if question != (self.query_line.value, self.sort):
                return False
        return question == (self.query_line.value, self.sort)

    async def do_mark_all(self) -> None:
        """Mark all hits."""
        if not self.finder.is_whole:
            self.ctk.tell("all hits are marked as soon as they are found")
        if await self._whole():
            self.table.marks.add(self.table.view.ids.tolist())

    def do_last(self) -> None:
        """Move to the last row; where more hits are on their way, to the last of them, unless the cursor leaves."""
        self.move("last")
        if not self.finder.is_whole:
            self.ctk.start(self._on_to_the_last(self.table.view.current))

    async def _on_to_the_last(self, here: int | None) -> None:
        if await self._whole() and self.table.view.current == here:
            self.move("last")
