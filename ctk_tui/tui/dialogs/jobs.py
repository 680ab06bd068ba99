"""The jobs: what runs and what ran, whoever started it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ctk_tui.tui.dialogs.choice import move
from ctk_tui.tui.dialogs.frame import Box, Dialog
from ctk_tui.tui.dialogs.reading import Reading
from ctk_tui.tui.present.cells import fit
from ctk_tui.tui.present.jobs import counted, line

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key

    from ctk_tui.model.job import JobInfo

SHOWN = 30
"""Jobs in the list, the newest first."""
REFRESH_SECONDS = 0.25
KIND, STATE, FAR = 14, 11, 34
"""Cells of a job's number and kind, its state, and, where there is room, how far it is."""


class JobsDialog(Dialog[None]):
    """Lists the jobs; x cancels the one under the cursor, enter shows its log."""

    DEFAULT_CSS = """
    JobsDialog > .box { width: 90%; height: 70%; }
    JobsDialog OptionList { width: 1fr; height: 1fr; background: $panel; border: none; padding: 0; }
    JobsDialog #about { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._jobs: list[JobInfo] = []
        self._lines: list[Text] = []

    def compose(self) -> ComposeResult:
        """Give the parts."""
        look = self.ctk.look
        with Box():
            yield Static(Text("Jobs\n", look.strong), markup=False)
            yield OptionList(markup=False)
            yield Static(id="about", markup=False)
            keys = self.hints(("x", "cancel"), ("enter", "its log"), ("esc", "leave"))
            yield Static(Text("\n") + keys, markup=False)

    def on_mount(self) -> None:
        """List them, and keep the list true."""
        self.query_one(OptionList).focus()
        self.set_interval(REFRESH_SECONDS, self._again)
        self._again()

    def _again(self) -> None:
        self.ctk.start(self._read())

    async def _read(self) -> None:
        bridge = self.ctk.bridge
        jobs = (await bridge.run("jobs", bridge.toolkit.jobs.list))[:SHOWN]
        self._show(jobs)

    def _show(self, jobs: list[JobInfo]) -> None:
        if self.is_ended or not self.is_mounted:
            return
        options = self.query_one(OptionList)
        lines = [self._line(job) for job in jobs]
        if [job.id for job in jobs] != [job.id for job in self._jobs]:
            place = options.highlighted
            options.clear_options().add_options([Option(one) for one in lines])
            options.highlighted = min(place or 0, len(lines) - 1) if lines else None
        else:
            for number, one in enumerate(lines):
                if one != self._lines[number]:
                    options.replace_option_prompt_at_index(number, one)
        self._jobs, self._lines = jobs, lines
        self._tell()

    def _line(self, job: JobInfo) -> Text:
        look = self.ctk.look
        what, state, far, when = line(job)
        tone = look.accent if state == "running" else look.warning if state in ("failed", "dead") else look.quiet
        room = max(0, min(FAR, self.room - KIND - STATE - len(when)) - 1)
        return Text.assemble(f"{what:<{KIND}}", (f"{state:<{STATE}}", tone), fit(far, room), " ", (when, look.quiet))

    def _current(self) -> JobInfo | None:
        place = self.query_one(OptionList).highlighted
        return self._jobs[place] if place is not None and place < len(self._jobs) else None

    def _tell(self) -> None:
        job = self._current()
        words = "No job ran yet." if job is None else " · ".join(word for word in (counted(job), job.message) if word)
        self.query_one("#about", Static).update(Text(f"\n{words}", self.ctk.look.quiet))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell about the job under the cursor."""
        event.stop()
        self._tell()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Show the log of what was clicked."""
        event.stop()
        self._open()

    def _open(self) -> None:
        job = self._current()
        if job is not None:
            self.ctk.start(self._show_log(job.id))

    async def _show_log(self, job_id: int) -> None:
        text = await self.ctk.bridge.run("jobs", self.ctk.toolkit.jobs.log, job_id)
        self.ctk.push_screen(Reading(f"Log of job {job_id}", text))

    def pressed(self, event: Key) -> bool:
        """Leave, cancel, show a log, or move."""
        if event.character in ("q", "J"):
            self.dismiss(None)
        elif event.key == "enter":
            self._open()
        elif event.character == "x":
            job = self._current()
            if job is not None and job.state == "running":
                self.ctk.start(self._cancel(job.id))
        else:
            return move(self.query_one(OptionList), event)
        return True

    async def _cancel(self, job_id: int) -> None:
        await self.ctk.bridge.run("jobs", self.ctk.toolkit.jobs.cancel, job_id)
