"""The classifier: its model on this machine, classifying what the catalog has, and one sound outside it.

::

    with Toolkit.open(config_file) as toolkit:
        report = toolkit.classifier.classify()
        print(report.categories)
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.catalog import classification
from ctk_tui.classify import checkpoint, extra, fetch
from ctk_tui.classify.computing import EngineTerms, check, compute
from ctk_tui.classify.decoding import decode_sound, heard
from ctk_tui.classify.models import CNN14
from ctk_tui.classify.pipeline import CHUNKS, Pipeline
from ctk_tui.classify.sums import Sums
from ctk_tui.config.paths import models_dir, state_dir
from ctk_tui.model.classifying import ClassifyReport, ModelInfo, Verified
from ctk_tui.model.errors import Cancelled
from ctk_tui.model.job import Job
from ctk_tui.workers.pool import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from ctk_tui.classify.checkpoint import Checkpoint
    from ctk_tui.model.classification import Wanted
    from ctk_tui.toolkit.toolkit import Toolkit

RULES = 1
"""Grows when windows or network give other numbers for the same sound: all is classified anew then."""
ENGINE_PATIENCE = 300.0
"""Seconds that an engine may take over a batch, or to load from a slow disk."""
ENGINE_MEMORY = 1 << 44
"""Bytes: none is refused. A GPU's driver reserves hundreds of GB of addresses, and no hostile file comes this far."""
MOST_DECODERS = 8
"""For a GPU; beside an engine on the CPU one decoder has 3 % of the work, and two cover a slow drive."""


@dataclass(frozen=True, slots=True)
class ClassifyOptions:
    """How to classify; what is None is as the configuration says."""

    device: str | None = None
    """auto, cpu, cuda or cuda:N."""
    threads: int = 0
    """Of the CPU, 0 for all cores."""
    checkpoint: Path | None = None
    name_hints: bool | None = None
    """Whether words in names may help to find the category."""
    redo: bool = False
    """Classify again what is classified already; what the user said stays."""
    limit: int | None = None
    """Audio files at most."""
    until: float | None = None
    """Seconds since the epoch at which nothing more is begun."""
    executor: Callable[[], Executor] | None = None
    """Gives another executor than local processes, such as a cluster's (`client.get_executor(pure=False)` of Dask); its
    machines need the extra, the checkpoint and the files under the same paths. It is shut down at the end."""


class ClassifierFacade:
    """The classifier.

    Args:
        toolkit: the open toolkit.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit = toolkit
        self._database = toolkit.database
        self._sums = Sums(state_dir() / "checksums.json")

    def models(self, option: Path | None = None) -> list[ModelInfo]:
        """Return the models that there are, and how their weights are here.

        Args:
            option: a checkpoint to use, None for the configuration's.
        """
        where = self._checkpoint(option)
        return [
            ModelInfo(CNN14.name, where.path, checkpoint.state(CNN14, where, self._sums), CNN14.size, CNN14.sha256,
                      CNN14.url, CNN14.licence, CNN14.credit, tuple(extra.missing()))
        ]  # fmt: skip

    def fetch(self, job: Job | None = None) -> Path:
        """Download the published weights, or the rest of them, and return where they lie.

        Raises:
            Busy: another ctk downloads them now.
            CtkError: they could not be fetched; the next fetch goes on from there.
            Cancelled: the job was cancelled.
        """
        target = models_dir() / CNN14.file
        where = checkpoint.Checkpoint(target, own=False)
        if checkpoint.state(CNN14, where, self._sums) not in {"ok", "unverified"}:
            fetch.fetch(CNN14, target, self._sums, job or Job())
        checkpoint.require(CNN14, where, self._sums)
        return target

    def verify(self, option: Path | None = None, job: Job | None = None) -> Verified:
        """Take the checksum of the weights anew, load them, and compare the engine with panns-inference.

        Args:
            option: a checkpoint to use, None for the configuration's.
            job: counts bytes, and may be cancelled.

        Raises:
            CtkError: the weights are not there, damaged, or of another network; or the extra is not installed.
        """
        job = job or Job()
        where = self._checkpoint(option)
        self._sums.forget(where.path)
        job.stage, job.total = "verify", where.path.stat().st_size if where.path.is_file() else None
        found = checkpoint.require(CNN14, where, self._sums, job)
        extra.require()
        terms = EngineTerms(str(where.path), self._toolkit.settings.classify.device)
        with _engines() as engines:
            told = engines.submit(check, terms.told()).result()
        return Verified(found, found == CNN14.sha256, told["device"], told["probabilities"], told["embeddings"])

    def classify(
        self, ids: Sequence[int] | None = None, options: ClassifyOptions | None = None, job: Job | None = None
    ) -> ClassifyReport:
        """Classify audio files that are not classified yet, as a job.

        When the job is cancelled, what was classified until then is kept, and the report says what is left.

        Args:
            ids: which, in the order in which they are done; None for the whole catalog.
            options: how.
            job: the job to count on, where the caller samples or cancels it.

        Raises:
            Busy: another ctk classifies.
            CtkError: the extra or the weights are missing, or the device is.
        """
        chosen = options or ClassifyOptions()
        if chosen.executor is None:
            extra.require()
        # Before there is a job: whoever starts one in the background is told the next step, too.
        checkpoint.look(CNN14, self._checkpoint(chosen.checkpoint))
        return self._toolkit.jobs.run("classify", lambda running: self._classify(ids, chosen, running), job=job)

    def _classify(self, ids: Sequence[int] | None, options: ClassifyOptions, job: Job) -> ClassifyReport:
        started = time.monotonic()
        terms, version = self._terms(options, job)
        todo = classification.wanted(self._database, version, ids, redo=options.redo, limit=options.limit)
        report = ClassifyReport(
            done_before=todo.done, failed_before=todo.failed, broken=todo.broken, away=todo.away, unread=todo.unread
        )
        if todo.ids:
            hints = self._toolkit.settings.classify.name_hints if options.name_hints is None else options.name_hints
            with contextlib.suppress(Cancelled), _workers(options, terms.device) as (decoders, engines):
                Pipeline(
                    self._database, version, decoders, engines, terms, hints, 2 * _decoders(terms.device), job, report,
                    options.until,
                ).run(todo.ids)  # fmt: skip
            report.left = len(todo.ids) - job.done
            with contextlib.suppress(Cancelled):
                self._tidy(job)
        report.seconds = time.monotonic() - started
        return report

    def wanted(self, ids: Sequence[int]) -> Wanted:
        """Return which of some audio files a run would classify, and why not the others.

        Args:
            ids: which audio files.

        Raises:
            CtkError: the weights are not there, damaged, or of another network.
        """
        return classification.wanted(self._database, self.version(), ids)

    def _tidy(self, job: Job) -> None:
        """Forget embeddings of what is gone, and let the next search by sound find the new ones ready."""
        job.stage = "index"
        classification.sweep(self._database, job.check)
        self._toolkit.similar.catch_up(job)

    def embedding(self, path: bytes, options: ClassifyOptions | None = None) -> list[float]:
        """Return the embedding of any sound file, in the catalog or not: 2048 numbers.

        Raises:
            NotAudio, FileUnreadable: it cannot be decoded, or not be read.
            CtkError: as for `classify`.
        """
        import numpy as np

        chosen = options or ClassifyOptions()
        extra.require()
        terms, _ = self._terms(chosen, Job())
        with _workers(chosen, terms.device) as (decoders, engines):
            sound = heard(decoders.submit(decode_sound, os.fsdecode(path), None).result())
            answer = engines.submit(compute, terms.told(), [sound.lengths], [sound.samples]).result()
        found: list[float] = (
            np.frombuffer(answer["embeddings"], np.float32).reshape(len(sound.lengths), -1).mean(0).tolist()
        )
        return found

    def version(self, options: ClassifyOptions | None = None) -> str:
        """Return the version of results here: only embeddings of one version can be compared.

        Raises:
            CtkError: the weights are not there, damaged, or of another network.
        """
        return self._terms(options or ClassifyOptions(), Job())[1]

    def known_version(self) -> str | None:
        """Return the version of results here where that is known without reading the weights, else None."""
        where = self._checkpoint(None)
        found = self._sums.known(where.path)
        return None if found is None else _version(found)

    def _checkpoint(self, option: Path | None) -> Checkpoint:
        return checkpoint.locate(CNN14, models_dir(), option, self._toolkit.settings.classify.checkpoint)

    def _terms(self, options: ClassifyOptions, job: Job) -> tuple[EngineTerms, str]:
        """Return which engine is meant, and the version that its results have."""
        where = self._checkpoint(options.checkpoint)
        job.stage = "verify"
        found = checkpoint.require(CNN14, where, self._sums, job)
        job.done = 0
        device = options.device or self._toolkit.settings.classify.device
        return EngineTerms(str(where.path), device, options.threads), _version(found)


def _version(checksum: str) -> str:
    return f"{CNN14.name} {checksum[:16]} {RULES}"


def _decoders(device: str) -> int:
    return 2 if device == "cpu" else min(MOST_DECODERS, max(2, os.cpu_count() or 2))


@contextlib.contextmanager
def _workers(options: ClassifyOptions, device: str) -> Iterator[tuple[Executor, Executor]]:
    """Give what decodes and what computes; both end with the block."""
    if options.executor is not None:
        executor = options.executor()
        try:
            yield executor, executor
        finally:
            # What has not begun was cancelled by the run; not every executor takes `cancel_futures` (Dask's does not).
            executor.shutdown(wait=True)
        return
    decoders = WorkerPool(_decoders(device))
    try:
        with _engines() as engines:
            yield decoders, engines
    finally:
        decoders.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _engines() -> Iterator[Executor]:
    pool = WorkerPool(1, item_timeout=ENGINE_PATIENCE, memory_limit=ENGINE_MEMORY, at_once=CHUNKS, keep_memory=True)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
