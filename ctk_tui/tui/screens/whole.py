"""Keys that mean the whole list: its first hits are shown before the others are known, and the keys wait for those."""

from __future__ import annotations

from ctk_tui.tui.actions import BY_NAME
from ctk_tui.tui.screens.asking import Asking

_MEAN_MARKS = {"yank", "yank_choice", "open_with", "copy_to", "remove", "rename", "move", "similar"}
"""Actions for what is marked, beside those of the groups for marks and for categories."""
_SOON = "all hits are marked as soon as they are found"


class Whole(Asking):
    """A list of hits of which the last one, or all, can be meant."""

    _marks_all = False
    """Whether all hits are to be marked once they are known."""

    def why_not(self, name: str) -> str:
        """Return why an action is not possible now: those that mean the marks have to wait for them."""
        if self._marks_all and (BY_NAME[name].group in ("Marking", "Knowing") or name in _MEAN_MARKS):
            return f"{_SOON}; {self.ctk.keymap.shown('escape')} gives it up"
        return super().why_not(name)

    def give_up_marking(self) -> bool:
        """Mark nothing, where hits are waited for; tell whether they were."""
        was, self._marks_all = self._marks_all, False
        return was

    async def _whole(self) -> bool:
        """Wait until all hits are listed; return whether they are, and the question is the same still."""
        question, shown = self._question(), await self.finder.whole()
        while shown is False and question == self._question():  # the same was asked again: files were added
            shown = await self.finder.whole()
        return bool(shown) and question == self._question()

    def _question(self) -> tuple[object, ...]:
        return self.query_line.value, self.sort, self._like

    async def do_mark_all(self) -> None:
        """Mark all hits."""
        self._marks_all = True
        try:
            if not self.finder.is_whole:
                self.ctk.tell(_SOON, hint=f"{self.ctk.keymap.shown('escape')} gives it up")
            if await self._whole() and self._marks_all:
                self.table.marks.add(self.table.view.ids.tolist())
        finally:
            self._marks_all = False

    def do_last(self) -> None:
        """Move to the last row; where more hits are on their way, to the last of them, unless the cursor leaves."""
        self.move("last")
        if not self.finder.is_whole:
            self.ctk.start(self._on_to_the_last(self.table.view.current))

    async def _on_to_the_last(self, here: int | None) -> None:
        if await self._whole() and self.table.view.current == here:
            self.move("last")
