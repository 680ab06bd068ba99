"""A scan: walkers and workers on one side, one writer on the other."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ctk_tui.catalog import files, join
from ctk_tui.catalog.problems import Problem
from ctk_tui.catalog.search.backlog import waiting
from ctk_tui.disk.reasons import CHANGED
from ctk_tui.model.errors import Cancelled, CtkError
from ctk_tui.model.reading import FoundFile, Reading
from ctk_tui.model.report import ScanReport, Skipped
from ctk_tui.scan.feed import Feed, Task
from ctk_tui.scan.finish import finish
from ctk_tui.scan.identity import Pending
from ctk_tui.scan.proof import Proofs
from ctk_tui.scan.read import facts_of
from ctk_tui.scan.walker import Walker, absolute
from ctk_tui.scan.writer import BATCH, Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from ctk_tui.catalog.connection import Database
    from ctk_tui.model.job import Job
    from ctk_tui.model.settings import ScanSettings
    from ctk_tui.scan.compare import News
    from ctk_tui.scan.read import Answer
    from ctk_tui.scan.walker import Target

PATIENCE = 0.25
"""Seconds that a file which was read waits for its transaction: rows appear while the scan runs."""

PARTING = 2.0
"""Seconds that a walker has to end when the scan does: it reads the catalog, which is closed next. One that a dead
network mount holds is left behind."""

FRESH = 20_000
"""Rows that may wait for the search index: a search reads so many one by one in 6 ms."""


class Scanner:
    """One scan of some sources.

    Args:
        database: the catalog; the caller holds the scan lock.
        settings: the `[scan]` table.
        targets: sources that were found online.
        foreign: device and inode of the roots of all sources, so that nested ones are left to themselves.
        make_executor: gives the executor that reads files: worker processes, or a cluster's.
        workers: how many chunks it works on at once.
        job: counters, and whether to go on.
        full: read again what size and time call unchanged.
    """

    def __init__(
        self,
        database: Database,
        settings: ScanSettings,
        targets: Sequence[Target],
        foreign: frozenset[tuple[int, int]],
        make_executor: Callable[[], Executor],
        workers: int,
        job: Job,
        *,
        full: bool = False,
    ) -> None:
        self.database = database
        self.settings = settings
        self.targets = {target.row.id: target for target in targets}
        self.foreign = foreign
        self.full = full
        self.job = job
        self.report = ScanReport()
        self.now = time.time()
        self.proofs = Proofs(settings.follow_symlinks)
        self.writer = Writer(database, self.targets, self.proofs, self.report, job, self.now)
        self.feed = Feed(make_executor, workers)
        self.inbox: queue.SimpleQueue[tuple[Target, News | None]] = queue.SimpleQueue()
        self.walking = 0
        self._walkers: list[Walker] = []
        self.twins_asked = False

    def run(self) -> ScanReport:
        """Scan; when the job is cancelled, what was read until then is kept and the report says so."""
        stop = threading.Event()
        started = time.monotonic()
        try:
            self._start_walkers(stop)
            self._work()
        except Cancelled:
            self.writer.commit(final=False)
        finally:
            stop.set()
            self.feed.close()
            for walker in self._walkers:
                walker.join(PARTING)
        self.job.stage = "finish"
        for target in self.targets.values():
            finish(self.database, target, self.report, self.writer.ingest, self.now, cancelled=self.job.cancelled)
        if not self.job.cancelled and waiting(self.database) > FRESH:
            # Late: what reads words is not loaded by a scan that has nothing for the index.
            from ctk_tui.catalog.search.upkeep import catch_up

            self.job.stage = "index"
            # All is scanned; what the index does not have yet is found by reading, and comes into it the next time.
            with contextlib.suppress(Cancelled):
                catch_up(self.database, check=self.job.check)
        self.report.seconds = time.monotonic() - started
        self._count()
        return self.report

    def _start_walkers(self, stop: threading.Event) -> None:
        volumes: dict[str, list[Target]] = {}
        for target in self.targets.values():
            volumes.setdefault(target.volume.identity, []).append(target)
        self.walking = len(self.targets)
        self.job.stage = "walk"
        for targets in volumes.values():
            walker = Walker(
                self.database, targets, self.settings, self.foreign, full=self.full, inbox=self.inbox, stop=stop
            )
            walker.start()
            self._walkers.append(walker)

    def _work(self) -> None:
        while True:
            self.job.check()
            self._receive()
            for task, answer in self.feed.pump(0.02 if self.walking else 0.1, full_chunks=self.walking > 0):
                self._answer(task, answer)
            quiet = not (self.walking or len(self.feed))
            late = time.monotonic() - self.writer.committed > PATIENCE
            waiting = self.writer.waiting()
            if waiting and (waiting >= BATCH or late or quiet):
                self._commit(final=False)
            elif quiet and self.writer.deferred:
                self._commit(final=True)
            elif quiet and not waiting and not self._ask_for_twins():
                return
            self._count()

    def _commit(self, *, final: bool) -> None:
        for proof in self.writer.commit(final=final):
            if not self.walking:
                self.job.stage = "prove"
            for task in self.proofs.ask(proof, self._name(proof.pending.found)):
                self.feed.put(task)

    def _ask_for_twins(self) -> bool:
        """Once, at the end: read contents whose fingerprint another has, and that could not be read before."""
        if self.twins_asked:
            return False
        self.twins_asked = True
        with self.database.read() as connection:
            contents = files.paths_of(connection, join.undigested_twins(self.database))
        for paths in contents.values():
            here = next((p for p in paths if p.online and p.state == "present" and not p.cloud), None)
            if here is not None:
                self.feed.put(self.proofs.task_for(here))
        return len(self.feed) > 0

    def _receive(self) -> None:
        """Take what the walkers found; wait for it when there is nothing else to do."""
        wait = self.walking > 0 and not len(self.feed)
        for _ in range(64):
            try:
                target, news = self.inbox.get(timeout=0.05) if wait else self.inbox.get_nowait()
            except queue.Empty:
                return
            wait = False
            if news is None:
                self._walked(target)
            else:
                self._news(target, news)

    def _walked(self, target: Target) -> None:
        self.walking -= 1
        if target.error is not None and not isinstance(target.error, Cancelled):
            raise target.error
        if not (target.walked or target.error or target.lost):
            raise CtkError(f"the walk of {target.row.name} broke off", "scan again; what was read until then is kept")
        if not self.walking:
            self.job.stage = "read"
            self.job.total = self.report.counts["found"]

    def _news(self, target: Target, news: News) -> None:
        self.job.source = target.row.name
        counts = self.report.counts
        counts["found"] += news.found
        counts["unchanged"] += news.unchanged
        counts["skipped"] += len(news.skipped)
        self.job.done += news.unchanged + len(news.skipped)
        self.report.skipped.extend(Skipped(absolute(target, rel), reason) for rel, reason in news.skipped)
        for extension, number in news.other.items():
            self.report.other_extensions[extension] = self.report.other_extensions.get(extension, 0) + number
        for problem, new in news.problems:
            self.writer.problem(problem, new=new)
        self.writer.batch.cloud.extend(news.cloud)
        self.writer.batch.restat.extend(news.restat)
        target.missing.extend(news.missing)
        target.forgotten.extend(news.forgotten)
        follow = self.settings.follow_symlinks
        for found in news.read:
            self.feed.put(Task("read", self._name(found), found.size, found.volume_id, found, follow))

    def _name(self, found: FoundFile) -> str:
        return os.fsdecode(self.targets[found.source_id].root + b"/" + found.rel)

    def _answer(self, task: Task, answer: Answer) -> None:
        if task.kind == "digest":
            if not self.proofs.answered(task, answer):
                found = task.payload.pending.found
                self._unread(found, answer)
            return
        found = task.payload
        if "stat" not in answer:
            self._unread(found, answer)
            return
        size, mtime_ns, _ = answer["stat"]
        if (size, mtime_ns) != (found.size, found.mtime_ns):
            found = replace(found, size=size, mtime_ns=mtime_ns, same_stat=False)
        bad = answer.get("bad") or task.blame or None
        self.writer.batch.pending.append(Pending(found, Reading(answer["fingerprint"], facts_of(answer), bad)))

    def _unread(self, found: FoundFile, answer: Answer) -> None:
        """A file that the walk met could not be read in the end."""
        target = self.targets[found.source_id]
        if answer.get("gone"):
            self.report.counts["found"] -= 1
            if found.path_id is not None:
                target.missing.append((found.path_id, found.rel))
            return
        stage, reason = answer.get("error", ["read", CHANGED])
        self.writer.problem(Problem(found.source_id, found.rel, stage, reason, found.size, found.mtime_ns))

    def _count(self) -> None:
        """Show the counts to whoever samples the job."""
        self.job.counts.update(self.report.counts)
        self.job.counts["errors"] = len(self.report.errors)
