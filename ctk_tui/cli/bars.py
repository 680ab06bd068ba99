"""How progress looks: a line a job, drawn anew on stderr; imported only where there is a terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Column

from ctk_tui.model import job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from rich.progress import TaskID

STAGES = {
    "walk": "looking",
    "read": "reading",
    "prove": "comparing",
    "finish": "finishing",
    "load": "loading the model",
    "verify": "verifying",
}
"""Stages of jobs in words that tell something."""
SHOWN_ELSEWHERE = {"found"}
"""Counters that the bar shows already."""


class Bars:
    """Progress bars of some jobs; they go when the `with` ends.

    Args:
        clock: seconds that never go back, for the rate and the time that is left.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        what, done = Column(no_wrap=True, min_width=22), Column(no_wrap=True, min_width=15, justify="right")
        rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
        self._progress = Progress(
            SpinnerColumn(style="none"),
            TextColumn("{task.description}", markup=False, table_column=what),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[done]}", markup=False, table_column=done),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[counts]}", markup=False, style="none", table_column=rest),
            console=Console(stderr=True),
            get_time=clock,
            auto_refresh=False,
            transient=True,
            expand=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, key: str, what: str, sample: job.Progress) -> None:
        """Draw a sample of a job.

        Args:
            key: which job; a new one gets a line of its own.
            what: the verb, such as "scan".
            sample: where it is.
        """
        if key not in self._tasks:
            self._tasks[key] = self._progress.add_task(what, total=None, done="", counts="")
        total = max(sample.total, sample.done) if sample.total else None
        completed = sample.done if total else 0
        task = self._progress.tasks[self._progress.task_ids.index(self._tasks[key])]
        if total and task.total is None:
            # What was done before the end was known came in no time that the rate could be told from.
            self._progress.reset(task.id, total=total, completed=completed)
        self._progress.update(
            task.id, description=described(what, sample), completed=completed, total=total, done=reached(sample)
        )
        rate = "" if total is None or not task.speed else f"{task.speed:,.0f}/s"
        self._progress.update(task.id, counts=" · ".join(filter(None, (rate, counted(sample)))))
        self._progress.refresh()

    def show_jobs(self, running: Sequence[job.JobInfo]) -> None:
        """Draw the jobs that run; those that do not any more lose their line."""
        for key in self._tasks.keys() - {str(info.id) for info in running}:
            self._progress.remove_task(self._tasks.pop(key))
        for info in running:
            sample = job.Progress(info.stage, info.done, info.total, info.counts)
            self.show(str(info.id), f"job {info.id} {info.kind}", sample)


def described(what: str, sample: job.Progress) -> str:
    """Return what the job does now: scan samples · reading."""
    stage = STAGES.get(sample.stage, sample.stage)
    name = f"{what} {sample.source}".rstrip()
    return f"{name} · {stage}" if stage and stage != what else name


def reached(sample: job.Progress) -> str:
    """Return how far it is: 1,204 of 20,000, or what was found so far."""
    if sample.total:
        # A content that is read twice, to prove it, is done twice; more than all would look like a mistake.
        return f"{min(sample.done, sample.total):,} of {sample.total:,}"
    found = sample.counts.get("found", 0)
    return f"{found:,} found" if found else ""


def counted(sample: job.Progress) -> str:
    """Return the counters that say something: new 801 · errors 3."""
    return " · ".join(
        f"{name} {number:,}" for name, number in sample.counts.items() if number and name not in SHOWN_ELSEWHERE
    )
