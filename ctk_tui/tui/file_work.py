"""Changing files from the screen: a plan is made, shown, confirmed, applied, and it is told how to undo it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rich.text import Text

from ctk_tui.model.format import count
from ctk_tui.tui.dialogs.ask import Ask
from ctk_tui.tui.dialogs.confirm import Confirm
from ctk_tui.tui.dialogs.working import Working
from ctk_tui.tui.present.history import afterwards, ended, refusals, reversal
from ctk_tui.tui.present.plans import details, question

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from ctk_tui.model.job import Job
    from ctk_tui.model.journal import FilesReport
    from ctk_tui.model.plan import Plan
    from ctk_tui.tui.app import CtkApp


T = TypeVar("T")


class FileWork:
    """What the keys for files share.

    Args:
        app: the app.
    """

    def __init__(self, app: CtkApp) -> None:
        self._app = app

    async def carry_out(
        self, make: Callable[[Job], Plan], verb: str, *, to: Path | None = None, hint: str = "", asked: bool = False
    ) -> bool:
        """Make a plan, show it, and apply it where the user says yes.

        Args:
            make: makes the plan, counting on a job.
            verb: what it does, as the question begins.
            to: the folder outside every source that the user named, None for none.
            hint: what else one could do.
            asked: whether the user said yes already, so that only what cannot be done is shown.

        Returns:
            Whether it was applied.
        """
        plan = await self.working(f"{verb}: looking at the files", make)
        if plan is None:
            return False
        return await self.confirm_and_apply(plan, verb, to=to, hint=hint, asked=asked)

    async def confirm_and_apply(
        self, plan: Plan, verb: str, *, to: Path | None = None, hint: str = "", asked: bool = False
    ) -> bool:
        """Show a plan, and apply it where the user says yes; as `carry_out`."""
        app, files = self._app, self._app.toolkit.files
        if not plan.totals.files:
            app.push_screen(
                Confirm.note(Text("Nothing can be done", app.look.strong), refusals(plan.refused, app.look))
            )
            return False
        folders = await app.bridge.run("side", files.review, plan)
        agreed = asked and not plan.refused and not plan.totals.large
        if not agreed and not await self._agreed(plan, verb, details(plan, folders, app.look), hint):
            return False
        report = await self.working(
            f"{verb} {count(plan.totals.files, 'file')}",
            lambda job: files.apply(plan, last_copies=plan.totals.last > 0, to=to, job=job),
        )
        if report is None:
            return False
        self._tell(report)
        return True

    async def _agreed(self, plan: Plan, verb: str, told: Text, hint: str) -> bool:
        app, asked = self._app, question(plan, verb, self._app.look)
        if not plan.totals.large and not plan.totals.last:
            return await app.ask(Confirm(asked, told, hint=hint)) is True
        # Many files, or the only copies of some: a number is typed, because y is pressed without looking.
        number = str(plan.totals.last or plan.totals.files)
        what = "only copies" if plan.totals.last else "files"
        typed = await app.ask(
            Ask(asked.plain, above=told, hint=f"type {number}, the number of {what}, to go on",
                wrong=lambda text: "" if text.strip().replace(",", "") == number else f"type {number}, or esc")
        )  # fmt: skip
        return typed is not None

    async def undo(self, entry: str | None = None, paths: Collection[bytes] = ()) -> None:
        """Show what an undo would do, and do it where the user says yes.

        Args:
            entry: id of a journal entry, None for the newest.
            paths: only the files that lay at these paths; all of the entry where there are none.
        """
        app, files = self._app, self._app.toolkit.files
        kind = "restore" if paths else "undo"
        found = await app.bridge.run("side", files.reversal, entry, paths=paths, kind=kind)
        asked, told = reversal(found, app.look)
        if not found.steps:
            app.push_screen(Confirm.note(Text("Nothing can be taken back", app.look.strong), told))
        elif await app.ask(Confirm(asked, told)):
            report = await self.working(asked.plain.rstrip("?"), lambda job: files.undo(found, job=job))
            if report is not None:
                self._tell(report)

    async def working(self, title: str, work: Callable[[Job], T]) -> T | None:
        """Do work in the writing thread, with a box that tells how far it is; None where it was stopped or failed."""
        result: T | None = await self._app.ask(Working(title, work))
        return result

    def _tell(self, report: FilesReport) -> None:
        app, undo = self._app, self._app.keymap.shown("undo")
        app.view.table.marks.clear()
        app.watch_jobs.now()
        app.tell(ended(report), hint=afterwards(report, undo), bad=bool(report.failed))
        if report.failed:
            told = refusals(report.failed, app.look, ended=True)
            app.push_screen(Confirm.note(Text(ended(report), app.look.strong), told))
