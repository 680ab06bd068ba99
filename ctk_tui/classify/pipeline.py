"""Classifying many files: decoders on one side, the engine on the other, one writer between them.

Files are decoded ahead, up to some minutes of sound; what is ready goes to the engine in chunks of like length; what
comes back is written in short transactions. So a kill loses two chunks at most, and the next run does what
is missing.
"""

from __future__ import annotations

import os
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ctk_tui.catalog import classification
from ctk_tui.classify import rows
from ctk_tui.classify.computing import compute, prepare
from ctk_tui.classify.decoding import Heard, decode_sound, heard
from ctk_tui.model.classification import Classified, NotClassified
from ctk_tui.model.errors import CtkError, FileError, NotAudio, WorkerLost

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from ctk_tui.catalog.connection import Database
    from ctk_tui.classify.computing import EngineTerms
    from ctk_tui.model.classification import ToClassify
    from ctk_tui.model.classifying import ClassifyReport
    from ctk_tui.model.job import Job

CHUNK = 240.0
"""Seconds of sound for each core of the engine that go to it at once: 8 s of work. What a chunk is picked from is less
alike than all: of 120 s for two cores that and what begins with each took 10 %."""
MOST = 480.0
"""Seconds of sound of a chunk at most: 61 MB, which a frame between processes holds."""
FIRST = 60.0
"""Seconds of sound of the first chunk, so that something is done after a second; and for which an engine without work
does not wait longer, where a slow drive gives less than it could do."""
GROWTH = 4
"""Times as much as the chunk before, until it is a whole one."""
CHUNKS = 2
"""That the engine has at once: the cores that one leaves, at its end, begin the other."""
AHEAD = 4
"""Chunks that are decoded and wait for the engine, from which one is picked by length."""
PAGE = 500
"""Files looked up in the catalog at once; a file that moves meanwhile is looked for where it was."""
PATIENCE = 0.25
"""Seconds until somebody's wish to stop is seen."""
NO_NUMBERS = "the network finds no finite numbers for it"
LOST = 3
"""Engines in a row that may be lost over single files before it is no file's fault."""


@dataclass(frozen=True, slots=True)
class Sound:
    """An audio file that was decoded."""

    file: ToClassify
    heard: Heard


@dataclass(slots=True)
class Pipeline:
    """One run.

    Args:
        database: the catalog; the caller holds the lock of classification.
        version: of the model and its rules.
        decoders: decode files, one a call.
        engines: compute chunks.
        terms: which engine is wanted.
        name_hints: whether names may help.
        ahead: files that the decoders have at once.
        job: counters, and whether to go on.
        report: filled while it runs.
        deadline: seconds of `time.time` at which nothing more is begun, None for none.
    """

    database: Database
    version: str
    decoders: Executor
    engines: Executor
    terms: EngineTerms
    name_hints: bool
    ahead: int
    job: Job
    report: ClassifyReport
    deadline: float | None = None
    _decoding: dict[Future[dict[str, Any]], ToClassify] = field(default_factory=dict)
    _ready: deque[Sound] = field(default_factory=deque)
    _seconds: float = 0.0
    """Of what is ready."""
    _whole: float = field(init=False)
    """Seconds of sound of a whole chunk."""
    _next: float = field(init=False)
    """Seconds of sound that make the next chunk."""
    _computing: dict[Future[dict[str, bytes]], list[Sound]] = field(default_factory=dict)
    _again: deque[list[Sound]] = field(default_factory=deque)
    """Chunks whose engine was lost, or their halves: each goes to it with no other beside it that could be to blame."""
    _alone: bool = False
    """Whether the engine has one of those now."""
    _lost: int = 0

    def __post_init__(self) -> None:
        self._whole = min(CHUNK * (self.terms.threads or os.cpu_count() or 1), MOST)
        self._next = min(FIRST, self._whole)

    def run(self, ids: Sequence[int]) -> None:
        """Classify audio files.

        Args:
            ids: in the order in which they are done.

        Raises:
            CtkError: the engine cannot be made ready, or ends again and again.
            Cancelled: the job was cancelled; what was done until then is kept.
        """
        self.job.stage, self.job.total = "load", len(ids)
        files = self._files(ids)
        try:
            self._prepare(files)
            self.job.stage = "classify"
            self._all(files)
        finally:
            for future in (*self._decoding, *self._computing):
                future.cancel()

    def _all(self, files: Iterator[ToClassify]) -> None:
        more = True
        while more or self._decoding or self._ready or self._computing or self._again:
            self.job.check()
            if more and self._late():
                more, self.report.stopped = False, True
                self._drop()
            more = more and self._feed(files)
            self._send(all_of_it=not more and not self._decoding)
            self._receive()

    def _prepare(self, files: Iterator[ToClassify]) -> None:
        """Wait for the engine, for seconds; the decoders work meanwhile, and whoever wants to stop is heard."""
        ready = self.engines.submit(prepare, self.terms.told())
        while not ready.done():
            self.job.check()
            if not self._late():
                self._feed(files)
            self._receive(ready)
        self.report.device = ready.result()

    def _files(self, ids: Sequence[int]) -> Iterator[ToClassify]:
        for start in range(0, len(ids), PAGE):
            page = ids[start : start + PAGE]
            found = classification.waiting(self.database, page)
            gone = len(page) - len(found)
            self.report.late += gone
            self.job.done += gone
            yield from found

    def _late(self) -> bool:
        return self.deadline is not None and time.time() >= self.deadline

    def _drop(self) -> None:
        """Begin nothing more: what the engine has is finished, the rest is for the next run."""
        for future in self._decoding:
            future.cancel()
        self._decoding.clear()
        self._ready.clear()
        self._again.clear()

    def _feed(self, files: Iterator[ToClassify]) -> bool:
        """Give the decoders work; return whether there may be more of it."""
        while len(self._decoding) < self.ahead and self._seconds < AHEAD * self._whole:
            one = next(files, None)
            if one is None:
                return False
            self._decoding[self.decoders.submit(decode_sound, os.fsdecode(one.path), one.duration_secs)] = one
        return True

    def _send(self, *, all_of_it: bool) -> None:
        """Give the engine work."""
        while len(self._computing) < CHUNKS and not (self._computing and (self._alone or self._again)):
            self._alone = bool(self._again)
            if self._again:
                chunk = self._again.popleft()
            elif self._ready and (all_of_it or self._seconds >= self._enough()):
                chunk = self._chunk()
            else:
                return
            lengths = [sound.heard.lengths for sound in chunk]
            samples = [sound.heard.samples for sound in chunk]
            self._computing[self.engines.submit(compute, self.terms.told(), lengths, samples)] = chunk

    def _enough(self) -> float:
        """Return how many seconds of sound are waited for: an engine without work is given what there is."""
        return self._next if self._computing else min(FIRST, self._next)

    def _chunk(self) -> list[Sound]:
        """Take what is most like the sound that waits longest, in length, until it is a chunk."""
        order = sorted(self._ready, key=lambda sound: max(sound.heard.lengths))
        first = last = order.index(self._ready[0])
        seconds = self._ready[0].heard.seconds
        while seconds < self._next and last - first + 1 < len(order):
            shorter = first > 0 and (last + 1 == len(order) or (last - first) % 2 == 0)
            first, last = (first - 1, last) if shorter else (first, last + 1)
            seconds += order[first if shorter else last].heard.seconds
        chunk = order[first : last + 1]
        taken = {sound.file.id for sound in chunk}
        self._ready = deque(sound for sound in self._ready if sound.file.id not in taken)
        self._seconds -= seconds
        self._next = min(GROWTH * self._next, self._whole)
        return chunk

    def _receive(self, *others: Future[Any]) -> None:
        """Wait for an answer, or for another one, and take all that came."""
        flying = [*self._decoding, *self._computing]
        if not flying and not others:
            return
        done, _ = wait([*flying, *others], PATIENCE, FIRST_COMPLETED)
        failures: list[tuple[ToClassify, str]] = []
        for future in done.difference(others):
            if future in self._decoding:
                failures += self._decoded(future, self._decoding.pop(future))
            else:
                self._computed(future, self._computing.pop(future))
        self._fail(failures)

    def _decoded(self, future: Future[dict[str, Any]], one: ToClassify) -> list[tuple[ToClassify, str]]:
        """Take a decoder's answer; return the file and the reason where it has no sound."""
        try:
            sound = Sound(one, heard(future.result()))
        except (NotAudio, WorkerLost) as error:
            return [(one, error.reason)]
        except FileError as error:
            # Not its sound's fault: a drive that was unplugged, a folder that is locked. The next run looks again.
            self.report.unreadable.append((one.path, error.reason))
            self.job.done += 1
            self.job.bump("unreadable")
            return []
        self._ready.append(sound)
        self._seconds += sound.heard.seconds
        return []

    def _computed(self, future: Future[dict[str, bytes]], chunk: list[Sound]) -> None:
        """Take the engine's answer and write it."""
        try:
            answer = future.result()
        except WorkerLost as lost:
            self._engine_lost(lost, chunk)
            return
        self._lost = 0
        found = rows.means(answer, [len(sound.heard.lengths) for sound in chunk])
        good: list[Classified] = []
        bad: list[tuple[ToClassify, str]] = []
        for sound, numbers in zip(chunk, found, strict=True):
            if rows.are_finite(*numbers):
                good.append(rows.row(sound.file, sound.heard, *numbers, name_hints=self.name_hints))
            else:
                bad.append((sound.file, NO_NUMBERS))
        self._keep(good)
        self._fail(bad)
        self.report.seconds_heard += sum(sound.heard.seconds for sound in chunk)

    def _engine_lost(self, lost: WorkerLost, chunk: list[Sound]) -> None:
        """Give a chunk over which an engine ended to another one, alone, then halves of it, until the file is found."""
        if not self._alone:
            self._again.append(chunk)
            return
        if len(chunk) > 1:
            half = len(chunk) // 2
            self._again += [chunk[:half], chunk[half:]]
            return
        self._lost += 1
        if self._lost >= LOST:
            raise CtkError(
                f"the engine ends again and again: {lost.reason}", "end what else needs memory; try --threads 1"
            )
        self._fail([(chunk[0].file, f"the engine {lost.reason}")])

    def _keep(self, results: Sequence[Classified]) -> None:
        late = self._write(results)
        for one in results:
            if one.id not in late:
                self.report.categories[one.category] = self.report.categories.get(one.category, 0) + 1
                self.job.bump("classified")

    def _fail(self, failures: Sequence[tuple[ToClassify, str]]) -> None:
        late = self._write([NotClassified(one.id, one.seen, reason) for one, reason in failures])
        for one, reason in failures:
            if one.id not in late:
                self.report.failed.append((one.id, one.path, reason))
                self.job.bump("errors")

    def _write(self, results: Sequence[Classified | NotClassified]) -> set[int]:
        """Write results; return the ids of those whose content is another meanwhile."""
        late = set(classification.write(self.database, self.version, results)) if results else set()
        self.report.late += len(late)
        self.job.done += len(results)
        return late
