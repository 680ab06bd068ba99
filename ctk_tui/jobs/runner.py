"""Running long work in this process, with its progress where every other ctk can see it."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, TypeVar

from ctk_tui.catalog import jobs
from ctk_tui.disk.locks import Lock
from ctk_tui.jobs import leash
from ctk_tui.model.errors import Busy, CatalogError
from ctk_tui.model.job import Job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctk_tui.catalog.connection import Database

T = TypeVar("T")
SAMPLE_SECONDS = 0.25
"""Between two writes of the progress, and so the longest that a wish to stop waits to be seen."""
LOCKS = {"scan": "files", "apply": "files", "undo": "files", "prune": "files", "classify": "classify"}
"""Which lock a kind of job holds: what changes paths excludes each other, classify excludes only itself."""


def lock_path(database: Database, kind: str) -> Path:
    """Return the lock file of a kind of job, beside the catalog."""
    return database.path.with_name(f"{database.path.name}.{LOCKS[kind]}.lock")


def run(
    database: Database,
    kind: str,
    work: Callable[[Job], T],
    *,
    job: Job | None = None,
    log: str = "",
    started: Callable[[int], None] | None = None,
) -> T:
    """Do long work under its lock, as a row of the jobs table.

    Args:
        database: the catalog.
        kind: one of LOCKS.
        work: gets the job, counts on it and asks it whether to go on.
        job: the job to use, where the caller wants to sample or cancel it; it counts from zero.
        log: path of the log file, "" for none.
        started: told the job's id once it holds the lock.

    Raises:
        Busy: another ctk holds the lock; names what it does.
    """
    job = job or Job()
    lock = Lock(lock_path(database, kind))
    try:
        held = lock.acquire({"kind": kind, "pid": os.getpid(), "started": time.time()})
    except Busy as busy:
        raise Busy(busy.message, "wait for it, or end it: `ctk jobs`, `ctk jobs cancel ID`") from busy
    with held:
        job.begin()
        job_id = jobs.start(database, kind, os.getpid(), log)
        if started is not None:
            started(job_id)
        leash.watch(job.cancel)
        sampler = _Sampler(database, job_id, job)
        sampler.start()
        state, message = "failed", ""
        try:
            result = work(job)
        except BaseException as error:
            state, message = ("cancelled", "") if job.cancelled else ("failed", str(error))
            raise
        else:
            state = "cancelled" if job.cancelled else "done"
            return result
        finally:
            sampler.finish()
            _end(database, job_id, job, state, message)


def _end(database: Database, job_id: int, job: Job, state: str, message: str) -> None:
    try:
        jobs.sample(database, job_id, job.progress())
        jobs.end(database, job_id, state, message)
    except CatalogError:
        # A full disk or a vanished catalog ended the work already and is told; the row is found dead by its lock.
        return


class _Sampler(threading.Thread):
    """Writes the progress a few times a second and hears the wish to stop."""

    def __init__(self, database: Database, job_id: int, job: Job) -> None:
        super().__init__(name=f"job {job_id}", daemon=True)
        self._database = database
        self._id = job_id
        self._job = job
        self._over = threading.Event()

    def run(self) -> None:
        last = None
        while not self._over.wait(SAMPLE_SECONDS):
            progress = self._job.progress()
            try:
                # The wish to stop is read with the same statement, so it is written even when nothing moved.
                if jobs.sample(self._database, self._id, progress):
                    self._job.cancel()
            except CatalogError:
                if last is progress:
                    return
            last = progress

    def finish(self) -> None:
        """End the thread and wait for it."""
        self._over.set()
        self.join()
