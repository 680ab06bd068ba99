"""What a sound is: the user's word on its category, and the classifier's as a job."""

from __future__ import annotations

from typing import Any

from ctk_tui.model.category import AUTO
from ctk_tui.model.format import count
from ctk_tui.tui.actions import CATEGORY_KEYS
from ctk_tui.tui.dialogs.choice import Keys
from ctk_tui.tui.screens.filing import Filing

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
        if answer in (MARKED, ALL):
            await self.ctk.watch_jobs.launch("classify", *(["is:marked"] if answer == MARKED else []))


def _setting(category: str) -> Any:
    return lambda view: view.set_category(category)


for _category in (*CATEGORY_KEYS, AUTO):
    setattr(Knowing, f"do_category_{_category}", _setting(_category))
