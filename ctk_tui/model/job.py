"""Long work: what it counts, how it is told to stop, and what others see of it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal, get_args

from ctk_tui.model.errors import Cancelled

JobState = Literal["running", "done", "failed", "cancelled", "dead"]
"""dead: its lock is free, but it never said that it ended (kill -9, power cut)."""
JOB_STATES: tuple[str, ...] = get_args(JobState)
JobKind = Literal["scan", "classify", "apply", "undo", "prune", "demo"]


@dataclass(frozen=True, slots=True)
class Progress:
    """One sample of a running job."""

    stage: str
    """What it is at now, such as "walk" or "read"."""
    done: int
    """Units finished."""
    total: int | None
    """Units in all, None while that is not known."""
    counts: dict[str, int]
    """Named counters, such as new, duplicates, errors."""
    source: str = ""
    """The source that it is at, "" where that has no meaning."""


@dataclass(frozen=True, slots=True)
class JobInfo:
    """One row of the jobs table."""

    id: int
    kind: str
    state: str
    """One of `JOB_STATES`."""
    stage: str
    done: int
    total: int | None
    counts: dict[str, int]
    started: float
    """Seconds since the epoch."""
    ended: float | None
    """Seconds since the epoch, None while it runs."""
    pid: int
    message: str = ""
    """How it ended, or why it failed."""
    log: str = ""
    """Path of its log file, "" where it has none."""
    source: str = ""
    """The source that it is at, "" where that has no meaning."""


@dataclass(slots=True)
class Job:
    """The handle that long work counts on and asks whether to go on.

    The worker bumps the fields; somebody else samples `progress()` as often as they like. No lock guards the
    counters: each has one writer, and a sample that is a moment old is as good as any.
    """

    stage: str = ""
    source: str = ""
    done: int = 0
    total: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        """Forget what was counted: another piece of work begins. A wish to stop stays."""
        self.stage, self.source, self.done, self.total, self.counts = "", "", 0, None, {}

    def bump(self, name: str, by: int = 1) -> None:
        """Add `by` to the counter `name`."""
        self.counts[name] = self.counts.get(name, 0) + by

    def cancel(self) -> None:
        """Ask the work to stop at its next check; safe from any thread and from a signal handler."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stop.is_set()

    def check(self) -> None:
        """Raise Cancelled when somebody asked the work to stop."""
        if self._stop.is_set():
            raise Cancelled

    def progress(self) -> Progress:
        """Return a sample of where the work is."""
        return Progress(self.stage, self.done, self.total, dict(self.counts), self.source)
