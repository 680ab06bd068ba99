"""The jobs, whoever started them: sampled from the catalog, never told a message a file."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.timer import Timer

    from ctk_tui.model.job import JobInfo
    from ctk_tui.tui.app import CtkApp

BUSY_SECONDS = 0.25
"""Between two looks while a job runs: numbers on the screen grow 4 times a second at most."""
IDLE_SECONDS = 2.0
"""Between two looks while none runs: so late a scan that another terminal started is seen."""


class JobWatch:
    """Looks at the jobs, and knows which of them this app started.

    Args:
        app: the app.
    """

    def __init__(self, app: CtkApp) -> None:
        self._app = app
        self.running: list[JobInfo] = []
        self.rate: float | None = None
        """Units a second of the newest running job, None while it is not known."""
        self.ours: set[int] = set()
        self._new: set[int] = set()
        """Of those, what no look has seen yet: it may have ended before the first one."""
        self._timer: Timer | None = None
        self._looks = False
        self._changes: int | None = None
        self._since: tuple[int, float, int] | None = None

    def begin(self) -> None:
        """Look at the jobs from now on."""
        self._timer = self._app.set_timer(BUSY_SECONDS, self._look_soon)

    def _look_soon(self) -> None:
        if not self._looks:
            self._looks = True
            self._app.start(self._look())

    def now(self) -> None:
        """Look at once: a job was started or cancelled."""
        if self._timer is not None:
            self._timer.stop()
        self._look_soon()

    async def _look(self) -> None:
        bridge = self._app.bridge
        try:
            jobs = await bridge.run("jobs", bridge.toolkit.jobs.list)
            changes = await bridge.run("jobs", bridge.toolkit.catalog.changes)
        finally:
            self._looks = False
        before = {job.id for job in self.running} | self._new
        self._new -= {job.id for job in jobs}
        self.running = [job for job in jobs if job.state == "running"]
        self._measure()
        ended = [job for job in jobs if job.id in before and job.state != "running"]
        self._app.jobs_sampled(ended, changed=self._changes not in (None, changes))
        self._changes = changes
        self._timer = self._app.set_timer(BUSY_SECONDS if self.running else IDLE_SECONDS, self._look_soon)

    def _measure(self) -> None:
        """Reckon the rate of the newest job from where this app first saw it: smooth, and right at the end."""
        if not self.running:
            self.rate, self._since = None, None
            return
        job, now = self.running[0], time.monotonic()
        if self._since is None or self._since[0] != job.id or job.done < self._since[2]:
            self._since, self.rate = (job.id, now, job.done), None
            return
        seconds = now - self._since[1]
        self.rate = (job.done - self._since[2]) / seconds if seconds > 0.5 else None

    @property
    def our_running(self) -> list[JobInfo]:
        """The running jobs that this app started."""
        return [job for job in self.running if job.id in self.ours]

    async def our_running_now(self) -> list[JobInfo]:
        """Return the running jobs that this app started as they are now, and not as they were at the last look."""
        jobs = await self._app.bridge.run("jobs", self._app.toolkit.jobs.list)
        self.running = [job for job in jobs if job.state == "running"]
        return self.our_running

    async def begin_scan(self, *names: str) -> None:
        """Start a scan of all sources, or of those named."""
        await self.launch("scan", "-q", *names)

    async def launch(self, *words: str) -> None:
        """Start `ctk WORDS` as a child at low priority, and watch its job."""
        jobs = self._app.toolkit.jobs
        info = await self._app.bridge.run("jobs", jobs.detach, words, leash=True)
        self.ours.add(info.id)
        self._new.add(info.id)
        self.now()

    def end_ours(self, *, leave: bool) -> None:
        """Let go of the jobs that this app started: they run on, or are asked to stop."""
        jobs = self._app.toolkit.jobs
        if leave:
            for job_id in self.ours:  # what has ended is no matter; what was not seen yet would end with its leash
                jobs.release(job_id)
            return
        for job in self.our_running:
            jobs.cancel(job.id)

    def close(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.stop()
