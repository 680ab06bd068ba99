"""What a sound is: the user's word on its category, and the classifier's as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from ctk_tui.model.category import AUTO
from ctk_tui.model.format import count
from ctk_tui.tui.actions import CATEGORY_KEYS
from ctk_tui.tui.dialogs.choice import Keys
from ctk_tui.tui.dialogs.confirm import Confirm
from ctk_tui.tui.screens.filing import Filing

if TYPE_CHECKING:
    from collections.abc import Sequence

MARKED, ALL = "m", "a"


class Knowing(Filing):
    """A view whose rows are audio files with categories."""

    async def set_category(self, category: str) -> None:
        """Let the marked files, or the one under the cursor, have a category."""
        ids = self.ids()
        if ids:
            change = await self.ctk.bridge.run("write", self.ctk.toolkit.catalog.set_category, ids, category)
            self.ctk.frame.catalog_changed(done=True)
            undo = self.ctk.keymap.shown("undo")
            word = "what the classifier says" if category == AUTO else category
            self.ctk.tell(f"{count(change.files, 'file')}: {word}", hint=f"{undo} takes it back")

    async def do_classify(self) -> None:
        """Classify the marked files, or all that are not classified yet, as a job."""
        marked = len(self.table.marks)
        answers = {ALL: "all that are not classified yet", "escape": "leave"}
        if marked:
            answers = {MARKED: f"the {marked:,} marked", **answers}
        answer = await self.ctk.ask(Keys("Classify which sounds?", answers))
        if answer == ALL:
            await self.ctk.watch_jobs.launch("classify")
        elif answer == MARKED:
            await self._classify_marked(sorted(self.table.marks))

    async def _classify_marked(self, ids: Sequence[int]) -> None:
        """Classify the marked files; where all of them were heard already, anew, after a question."""
        found = await self.ctk.bridge.run("jobs", self.ctk.toolkit.classifier.wanted, ids)
        before = found.done + found.failed
        if found.ids or not before:
            await self.ctk.watch_jobs.launch("classify", "is:marked")
            return
        what = "tried before" if found.failed else "classified already"
        question = f"{count(before, 'marked sound')}: {what}. Classify anew?"
        details = Text("Categories that you set stay; the others may change.", self.ctk.look.quiet)
        if await self.ctk.ask(Confirm(Text(question, self.ctk.look.strong), details)):
            await self.ctk.watch_jobs.launch("classify", "is:marked", "--redo")


def _setting(category: str) -> Any:
    return lambda view: view.set_category(category)


for _category in (*CATEGORY_KEYS, AUTO):
    setattr(Knowing, f"do_category_{_category}", _setting(_category))
