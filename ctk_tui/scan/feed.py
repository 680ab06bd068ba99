"""Feeding worker processes: one queue a volume, chunks of files, and a verdict when a file takes its worker down."""

from __future__ import annotations

from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from ctk_tui.model.errors import CtkError, WorkerLost
from ctk_tui.scan.read import Answer, digest_files, read_files
from ctk_tui.workers.pool import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK_FILES = 64
"""Files a chunk: enough that the hand-over (0.2 ms) is lost in the work (6 ms), few enough to stop soon."""
MOST_AHEAD = 24
"""Chunks in flight for a volume that gives its files faster than they are written: a tenth of a second of work for two
workers, where a transaction takes half of that."""
CHUNK_BYTES = 64 << 20
"""Bytes a chunk of digests: a tenth of a second on a fast disk."""

Kind = Literal["read", "bare", "digest"]
"""bare: fingerprint without a probe, for a file that took a worker down."""


@dataclass(frozen=True, slots=True)
class Task:
    """One file for a worker."""

    kind: Kind
    name: str
    """Absolute path, surrogate-escaped."""
    size: int
    """Bytes, to balance the chunks of digests."""
    volume_id: int
    payload: Any
    """What the caller wants back with the answer."""
    follow: bool = False
    blame: str = ""
    """Why a worker was lost over it before."""


@dataclass(frozen=True, slots=True)
class _Flight:
    """A chunk that an executor has."""

    tasks: list[Task]
    executor: Executor
    alone: bool
    """Whether it flies while nothing else does."""


@dataclass(slots=True)
class Feed:
    """Hands tasks to an executor and gives back answers.

    Args:
        make_executor: called when the first task comes: a re-scan that finds nothing new starts no process.
        limit: chunks in flight for each volume, so that no slow one takes all workers; a quick one gets more.
    """

    make_executor: Callable[[], Executor]
    limit: int
    _executor: Executor | None = None
    _windows: dict[int, int] = field(default_factory=dict)
    """Chunks that may be in flight now, where that is more than `limit`, by volume."""
    _queues: dict[tuple[int, Kind], deque[Task]] = field(default_factory=dict)
    _flying: dict[Future[list[Answer]], _Flight] = field(default_factory=dict)
    _suspects: deque[list[Task]] = field(default_factory=deque)
    """Chunks that were in the air when an executor broke; each flies again alone, so that no other can break it."""
    _ready: list[tuple[Task, Answer]] = field(default_factory=list)

    def put(self, task: Task) -> None:
        """Queue a task behind the others of its volume."""
        self._queues.setdefault((task.volume_id, task.kind), deque()).append(task)

    def __len__(self) -> int:
        """Return how many tasks have no answer yet."""
        flying = sum(len(flight.tasks) for flight in self._flying.values())
        return sum(map(len, self._queues.values())) + flying + sum(map(len, self._suspects)) + len(self._ready)

    def pump(self, timeout: float, *, full_chunks: bool) -> list[tuple[Task, Answer]]:
        """Send what may fly, wait for an answer, and return all that came.

        Args:
            timeout: seconds to wait at most; 0 just looks.
            full_chunks: more tasks are coming, so a chunk that is not full waits for them.
        """
        self._send(full_chunks=full_chunks)
        if self._flying and not self._ready:
            before = Counter(flight.tasks[0].volume_id for flight in self._flying.values())
            done, _ = wait(self._flying, timeout, FIRST_COMPLETED)
            landed = Counter(self._flying[future].tasks[0].volume_id for future in done)
            for volume_id, number in before.items():
                self._widen(volume_id, number, landed[volume_id], timeout)
            for future in done:
                self._land(future, self._flying.pop(future))
            self._send(full_chunks=full_chunks)
        ready, self._ready = self._ready, []
        return ready

    def _widen(self, volume_id: int, flying: int, landed: int, timeout: float) -> None:
        """Let more chunks of a volume fly when all are back at once: its workers waited while the caller was busy.

        Args:
            volume_id: the volume.
            flying: chunks that it had in flight.
            landed: how many of them are back.
            timeout: seconds that were waited for the first.
        """
        window = self._windows.get(volume_id, self.limit)
        if landed == flying >= window:
            self._windows[volume_id] = min(2 * window, max(self.limit, MOST_AHEAD))
        elif not landed and timeout:
            self._windows[volume_id] = self.limit

    def close(self) -> None:
        """Drop what was not sent and end the workers."""
        self._queues.clear()
        self._suspects.clear()
        for future in self._flying:
            future.cancel()
        if isinstance(self._executor, WorkerPool):
            self._executor.shutdown(wait=True, cancel_futures=True)  # one that hangs gets a second
        elif self._executor is not None:
            self._executor.shutdown(wait=True)  # not every executor knows more words (Dask's does not)

    def _send(self, *, full_chunks: bool) -> None:
        if self._suspects:
            if not self._flying:
                self._fly(self._suspects.popleft(), alone=True)
            return
        for (volume_id, _), queue in self._queues.items():
            flying = sum(flight.tasks[0].volume_id == volume_id for flight in self._flying.values())
            window = self._windows.get(volume_id, self.limit)
            while queue and flying < window and (len(queue) >= CHUNK_FILES or not full_chunks):
                self._fly(_chunk(queue))
                flying += 1

    def _fly(self, tasks: list[Task], *, alone: bool = False) -> None:
        executor = self._executor
        if executor is None:
            executor = self._executor = self.make_executor()
        names, first = [task.name for task in tasks], tasks[0]
        try:
            if first.kind == "digest":
                future = executor.submit(digest_files, names, first.follow)
            else:
                future = executor.submit(read_files, names, first.follow, first.kind == "read")
        except BrokenExecutor:  # over what is in the air, not over these
            self._drop(executor)
            self._suspects.append(tasks)
            return
        self._flying[future] = _Flight(tasks, executor, alone)

    def _land(self, future: Future[list[Answer]], flight: _Flight) -> None:
        tasks = flight.tasks
        try:
            self._ready.extend(zip(tasks, future.result(), strict=True))
        except WorkerLost as lost:
            self._lost(tasks, lost.reason, lost.index)
        except BrokenExecutor as broken:  # another executor than ours: it cannot say which chunk it was
            self._drop(flight.executor)
            if flight.alone:
                self._lost(tasks, str(broken) or "the worker process died", None, alone=True)
            else:
                self._suspects.append(tasks)
        except CtkError as error:
            self._lost(tasks, error.message, None)

    def _drop(self, executor: Executor) -> None:
        """Let go of an executor that broke; the next chunk makes another."""
        executor.shutdown(wait=False)
        if self._executor is executor:
            self._executor = None

    def _lost(self, tasks: list[Task], reason: str, index: int | None, *, alone: bool = False) -> None:
        """Find the file that did it: the one the worker was at, else by halves; the others are read again."""
        if len(tasks) == 1:
            parts = self._convict(tasks[0], reason)
        elif index is not None and index < len(tasks):
            parts = [*self._convict(tasks[index], reason), tasks[:index] + tasks[index + 1 :]]
        else:
            middle = len(tasks) // 2
            parts = [tasks[:middle], tasks[middle:]]
        for part in parts:
            if alone:
                self._suspects.append(part)
            else:
                self._fly(part)

    def _convict(self, task: Task, reason: str) -> list[list[Task]]:
        """Return what is still to be read of a file that took its worker down: without a parser, what its bytes are."""
        if task.kind == "read":
            return [[replace(task, kind="bare", blame=reason)]]
        self._ready.append((task, {"error": ["read", task.blame or reason]}))
        return []


def _chunk(queue: deque[Task]) -> list[Task]:
    """Take tasks from the front: a chunk's worth of files, of bytes where all of them are read."""
    tasks = [queue.popleft()]
    total = tasks[0].size
    while queue and len(tasks) < CHUNK_FILES and queue[0].follow == tasks[0].follow:
        total += queue[0].size
        if tasks[0].kind == "digest" and total > CHUNK_BYTES:
            break
        tasks.append(queue.popleft())
    return tasks
