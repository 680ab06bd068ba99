"""Feeding worker processes: one queue a volume, chunks of files, and a verdict when a file takes its worker down."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from ctk_tui.model.errors import CtkError, WorkerLost
from ctk_tui.scan.read import Answer, digest_files, read_files

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK_FILES = 64
"""Files a chunk: enough that the hand-over (0.2 ms) is lost in the work (6 ms), few enough to stop soon."""
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


@dataclass(slots=True)
class Feed:
    """Hands tasks to an executor and gives back answers.

    Args:
        make_executor: called when the first task comes: a re-scan that finds nothing new starts no process.
        limit: chunks in flight for each volume.
    """

    make_executor: Callable[[], Executor]
    limit: int
    _executor: Executor | None = None
    _queues: dict[tuple[int, Kind], deque[Task]] = field(default_factory=dict)
    _flying: dict[Future[list[Answer]], list[Task]] = field(default_factory=dict)
    _ready: list[tuple[Task, Answer]] = field(default_factory=list)

    def put(self, task: Task) -> None:
        """Queue a task behind the others of its volume."""
        self._queues.setdefault((task.volume_id, task.kind), deque()).append(task)

    def __len__(self) -> int:
        """Return how many tasks have no answer yet."""
        return sum(map(len, self._queues.values())) + sum(map(len, self._flying.values())) + len(self._ready)

    def pump(self, timeout: float, *, full_chunks: bool) -> list[tuple[Task, Answer]]:
        """Send what may fly, wait for an answer, and return all that came.

        Args:
            timeout: seconds to wait at most; 0 just looks.
            full_chunks: more tasks are coming, so a chunk that is not full waits for them.
        """
        self._send(full_chunks=full_chunks)
        if self._flying and not self._ready:
            done, _ = wait(self._flying, timeout, FIRST_COMPLETED)
            for future in done:
                self._land(future, self._flying.pop(future))
            self._send(full_chunks=full_chunks)
        ready, self._ready = self._ready, []
        return ready

    def close(self) -> None:
        """Drop what was not sent and end the workers."""
        self._queues.clear()
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def _send(self, *, full_chunks: bool) -> None:
        for (volume_id, _), queue in self._queues.items():
            flying = sum(tasks[0].volume_id == volume_id for tasks in self._flying.values())
            while queue and flying < self.limit and (len(queue) >= CHUNK_FILES or not full_chunks):
                self._fly(_chunk(queue))
                flying += 1

    def _fly(self, tasks: list[Task]) -> None:
        if self._executor is None:
            self._executor = self.make_executor()
        names, first = [task.name for task in tasks], tasks[0]
        if first.kind == "digest":
            future = self._executor.submit(digest_files, names, first.follow)
        else:
            future = self._executor.submit(read_files, names, first.follow, first.kind == "read")
        self._flying[future] = tasks

    def _land(self, future: Future[list[Answer]], tasks: list[Task]) -> None:
        try:
            self._ready.extend(zip(tasks, future.result(), strict=True))
        except WorkerLost as lost:
            self._lost(tasks, lost.reason, lost.index)
        except BrokenExecutor as broken:  # another executor than ours: it cannot say which file it was
            self._executor = None
            self._lost(tasks, str(broken) or "the worker process died", None)
        except CtkError as error:
            self._lost(tasks, error.message, None)

    def _lost(self, tasks: list[Task], reason: str, index: int | None) -> None:
        """Find the file that did it: the one the worker was at, else by halves; the others are read again."""
        if len(tasks) == 1:
            self._convict(tasks[0], reason)
        elif index is not None and index < len(tasks):
            self._convict(tasks[index], reason)
            rest = tasks[:index] + tasks[index + 1 :]
            self._fly(rest)
        else:
            middle = len(tasks) // 2
            self._fly(tasks[:middle])
            self._fly(tasks[middle:])

    def _convict(self, task: Task, reason: str) -> None:
        if task.kind == "read":  # the parser did it: what the bytes are can still be known
            self._fly([replace(task, kind="bare", blame=reason)])
        else:
            self._ready.append((task, {"error": ["read", task.blame or reason]}))


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
