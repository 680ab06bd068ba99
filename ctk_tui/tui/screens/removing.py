"""Removing duplicates: the marked copies, or all but the keepers by rules."""

from __future__ import annotations

from ctk_tui.model.format import size
from ctk_tui.tui.dialogs.review import Review
from ctk_tui.tui.dialogs.rules import Rules
from ctk_tui.tui.present.groups import Copy
from ctk_tui.tui.present.review import Lines
from ctk_tui.tui.screens.comparing import Comparing

SPACE_LATER = "space is won when the quarantine is emptied: `ctk quarantine empty`"


class Removing(Comparing):
    """A view of groups whose copies can go."""

    async def do_remove(self) -> None:
        """Quarantine the marked copies, or the one under the cursor."""
        paths = [one.file.path for one in self.marked_copies()]
        row = self.copies.row()
        if not paths and self.in_copies and isinstance(row, Copy):
            paths = [row.file.path]
        if not paths:
            self.ctk.tell("no copy is marked", hint=f"{self.ctk.keymap.shown('mark')} marks; X proposes all at once")
            return
        files, undo = self.ctk.toolkit.files, self.ctk.keymap.shown("undo")
        keepers = self.decisions.keepers.values()
        done = await self.ctk.file_work.carry_out(
            lambda job: files.plan_delete((), paths=paths, keepers=keepers, job=job), "Quarantine",
            hint=f"{undo} takes it back; {SPACE_LATER}",
        )  # fmt: skip
        if done:
            self.copies.marks.clear()
            self.look()

    async def do_clean_up(self) -> None:
        """Choose the rules, look at the plan that they make of all exact groups, and apply what is left of it."""
        ctk, files = self.ctk, self.ctk.toolkit.files
        rules = await ctk.ask(Rules(ctk.toolkit.settings.duplicates.keep, ctk.toolkit.duplicates.rules()))
        if rules is None:
            return
        keepers = self.exact.keepers.values()
        plan = await ctk.file_work.working(
            "Looking at all groups",
            lambda job: files.plan_duplicates(rules=rules, keepers=keepers, query="clean-up", job=job),
        )
        if plan is None:
            return
        if not plan.totals.files:
            ctk.tell("there is nothing to clean up: no copy can go")
            return
        folders = await ctk.bridge.run("side", files.review, plan)
        chosen = await ctk.ask(Review(plan, await ctk.bridge.run("side", Lines.of, plan, folders)))
        if chosen is not None and await ctk.file_work.confirm_and_apply(
            chosen, "Quarantine", hint=f"{ctk.keymap.shown('undo')} takes all of it back; {SPACE_LATER}"
        ):
            self.copies.marks.clear()
            self.look()
            ctk.tell(
                f"{size(chosen.totals.bytes)} in quarantine",
                hint=f"{ctk.keymap.shown('undo')} takes it back; {SPACE_LATER}",
            )
