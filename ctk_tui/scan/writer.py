"""The one writer of a scan: batches that each leave a true catalog, and the report that grows with them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.catalog import derive, join, problems
from ctk_tui.catalog.ingest import Ingest
from ctk_tui.catalog.problems import Problem
from ctk_tui.model.report import ScanError
from ctk_tui.scan.finish import still_there
from ctk_tui.scan.identity import Pending, Resolver, Settled
from ctk_tui.scan.walker import absolute

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Connection, Database
    from ctk_tui.model.job import Job
    from ctk_tui.model.reading import FoundFile
    from ctk_tui.model.report import ScanReport
    from ctk_tui.scan.identity import NeedsProof
    from ctk_tui.scan.proof import Proofs
    from ctk_tui.scan.walker import Target

BATCH = 500
"""Files a transaction: about 50 ms, well below the 200 ms that a writer may hold the catalog."""


@dataclass(slots=True)
class _Batch:
    """What the next transaction writes."""

    pending: list[Pending] = field(default_factory=list)
    cloud: list[FoundFile] = field(default_factory=list)
    restat: list[FoundFile] = field(default_factory=list)
    problems: list[tuple[Problem, bool]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.pending) + len(self.cloud) + len(self.restat) + len(self.problems)


@dataclass(slots=True)
class Writer:
    """Collects what a scan finds and commits it.

    Args:
        database: the catalog; the caller holds the scan lock.
        targets: by source id.
        proofs: where candidates wait for digests.
        report: filled as batches are committed.
        job: counters.
        now: the time of the scan, seconds since the epoch.
    """

    database: Database
    targets: dict[int, Target]
    proofs: Proofs
    report: ScanReport
    job: Job
    now: float
    ingest: Ingest = field(init=False)
    batch: _Batch = field(default_factory=_Batch)
    deferred: list[Pending] = field(default_factory=list)
    committed: float = field(default_factory=time.monotonic)
    """When the last transaction ended, by the monotonic clock."""
    _resolver: Resolver = field(init=False)

    def __post_init__(self) -> None:
        self.ingest = Ingest(self.now)
        self._resolver = Resolver(self.ingest, self.proofs.follow, self.proofs.unreadable)

    def waiting(self) -> int:
        """Return how many things the next transaction would write."""
        return len(self.batch) + len(self.proofs.ready) + len(self.proofs.contents)

    def commit(self, *, final: bool) -> list[NeedsProof]:
        """Write what waits, in transactions of at most BATCH files.

        Args:
            final: no other file is being read, so those that were put off are settled too.

        Returns:
            Candidates that need digests.
        """
        batch, self.batch = self.batch, _Batch()
        pending, self.proofs.ready = batch.pending + self.proofs.ready, []
        if final:
            pending, self.deferred = pending + self.deferred, []
        told = self._of_living_sources(batch.problems)
        asked: list[NeedsProof] = []
        for start in range(0, max(1, len(pending)), BATCH):
            part = [one for one in pending[start : start + BATCH] if not self.targets[one.found.source_id].lost]
            with self.database.write() as connection:
                settled = self._write(connection, part, batch, told, final=final)
            self._report(settled, batch, told)
            asked.extend(settled.proofs)
            self.deferred.extend(settled.deferred)
            batch, told = _Batch(), []
        self.committed = time.monotonic()
        return asked

    def _write(
        self,
        connection: Connection,
        part: list[Pending],
        batch: _Batch,
        told: list[tuple[Problem, bool]],
        *,
        final: bool,
    ) -> Settled:
        twins = set()
        touched = set()
        for audio_id, digest in self.proofs.contents.items():
            stays, fingerprint = join.give_digest(connection, audio_id, digest)
            touched.add(stays)
            twins.add(fingerprint)
        self.proofs.contents.clear()
        settled = self._resolver.settle(connection, part, final=final)
        for found in batch.restat:
            self.ingest.restat(connection, found)
        for found in batch.cloud:
            touched.add(self.ingest.store_cloud(connection, found))
        broken = [(_broken(one), True) for one, _ in settled.outcomes if one.reading.error]
        problems.store(connection, (problem for problem, _ in told + broken), self.now)
        problems.drop(connection, self._solved(settled))
        derive.refresh(connection, settled.touched | touched)
        derive.refresh_twins(connection, settled.twins | twins)
        return settled

    def _of_living_sources(self, batch: list[tuple[Problem, bool]]) -> list[tuple[Problem, bool]]:
        """Return the problems to tell: a burst of read errors may only mean that the drive is gone."""
        for source_id in {problem.source_id for problem, _ in batch}:
            target = self.targets[source_id]
            target.lost = target.lost or still_there(target)
        return [(problem, new) for problem, new in batch if not self.targets[problem.source_id].lost]

    def _solved(self, settled: Settled) -> list[tuple[int, bytes]]:
        return [
            (one.found.source_id, one.found.rel)
            for one, _ in settled.outcomes
            if not one.reading.error and one.found.rel in self.targets[one.found.source_id].problems
        ]

    def problem(self, problem: Problem, *, new: bool | None = None) -> None:
        """Take a problem; `new` is looked up where the caller does not know it."""
        self.batch.problems.append((problem, self._is_new(problem) if new is None else new))

    def _is_new(self, problem: Problem) -> bool:
        before = self.targets[problem.source_id].problems.get(problem.rel)
        return before is None or (before.stage, before.reason) != (problem.stage, problem.reason)

    def _report(self, settled: Settled, batch: _Batch, told: list[tuple[Problem, bool]]) -> None:
        counts = self.report.counts
        for problem, new in told:
            self._tell(problem, new=new)
        for one, outcome in settled.outcomes:
            if one.reading.error:
                problem = _broken(one)
                self._tell(problem, new=self._is_new(problem))
            else:
                counts[outcome] += 1
        for found in batch.cloud:
            counts["new" if found.path_id is None else "updated"] += 1
        self.job.done += len(settled.outcomes) + len(batch.cloud) + len(told)

    def _tell(self, problem: Problem, *, new: bool) -> None:
        target = self.targets[problem.source_id]
        target.told.add(problem.rel)
        path = absolute(target, problem.rel) if problem.rel else target.row.path
        self.report.errors.append(ScanError(path, problem.stage, problem.reason, new))


def _broken(one: Pending) -> Problem:
    """Return the row of errors for a file that can be read and not decoded."""
    found = one.found
    return Problem(found.source_id, found.rel, "decode", one.reading.error or "", found.size, found.mtime_ns)
