"""A pool of worker processes that loses one file where others lose the pool."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ctk_tui.model.errors import CtkError
from ctk_tui.workers import calls, framing
from ctk_tui.workers.process import Terms
from ctk_tui.workers.watch import Watch
from ctk_tui.workers.worker import Item, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")
HURRY = 1.0
"""Seconds that calls have to finish when the pool is shut down with `cancel_futures`."""


class WorkerPool(Executor):
    """An Executor whose workers are processes that speak JSON and may die.

    A worker that dies, is silent for too long or grows too large makes the future of the call it was at raise
    `WorkerLost`, with the item that `ticks.tick` named last; another worker takes its place. What a function raises
    arrives as an error of ctk (see `failures.unpack`). Functions are named, never sent: they lie at the top level of a
    module of ctk; arguments and results are what JSON can hold (tuples arrive as lists), and bytes.

    Processes start when work comes, so a pool that gets none costs nothing. Use it in a `with`.

    Args:
        workers: processes at most.
        item_timeout: seconds that a worker may be silent since its last tick.
        memory_limit: bytes of memory that a worker may use.
        niceness: added to the workers' nice value.
        allow: further packages whose functions may be run; tests name theirs.
        at_once: calls that a worker does side by side, in threads of its own; a loss is the loss of all of them.
        keep_memory: whether a worker keeps the memory that it freed, see `heap.keep`.
    """

    def __init__(
        self,
        workers: int,
        *,
        item_timeout: float = 20.0,
        memory_limit: int = 1 << 30,
        niceness: int = 0,
        allow: tuple[str, ...] = (),
        at_once: int = 1,
        keep_memory: bool = False,
    ) -> None:
        if workers < 1:
            raise ValueError("a pool needs a worker")
        self._watch = Watch(item_timeout, memory_limit)
        terms = Terms((calls.PACKAGE, *allow), item_timeout, memory_limit, niceness, at_once, keep_memory)
        self._allow = terms.allow
        hands = [Worker(terms, self._watch, self._give_up) for _ in range(workers)]
        self._places = [worker for _ in range(at_once) for worker in hands]
        """The worker of each thread: all have one before any has two."""
        self._queue: SimpleQueue[Item | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._serving = 0
        self._closed = False
        self._broken: CtkError | None = None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a function done by a worker.

        Raises:
            TypeError: a worker cannot run the function, or JSON cannot hold an argument.
            CtkError: workers cannot be started on this machine.
            RuntimeError: the pool was shut down.
        """
        name = calls.name_of(fn, self._allow)
        item = Item(Future(), framing.pieces({"call": name, "args": args, "kwargs": kwargs}))
        with self._lock:
            if self._broken is not None:
                raise self._broken
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._queue.put(item)
            if not self._idle.acquire(blocking=False) and self._serving < len(self._places):
                self._hire()
        return item.future

    def _hire(self) -> None:
        """Start one more thread, which starts its worker."""
        if not self._threads:
            self._watch.start()
        # Daemons: a program that forgets its pool must still be able to end, and its workers end with it.
        at = len(self._threads)
        place = self._places[at % len(self._places)]
        thread = threading.Thread(target=self._serve, args=(place,), name=f"worker {at}", daemon=True)
        self._threads.append(thread)
        self._serving += 1
        thread.start()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; end the workers when the queue is empty.

        Args:
            wait: return only when all workers have ended.
            cancel_futures: cancel what has not begun, and give what has one second: a worker that hangs must not
                hold up a Ctrl-C for the rest of its 20 s.
        """
        with self._lock:
            if cancel_futures:
                self._cancel_queued()
                self._watch.hurry(HURRY)
            if not self._closed:
                self._closed = True
                for _ in self._threads:
                    self._queue.put(None)
            threads = list(self._threads)
        if wait:
            for thread in threads:
                thread.join()

    def _cancel_queued(self) -> None:
        ends = 0
        while True:
            try:
                item = self._queue.get_nowait()
            except Empty:
                break
            if item is None:
                ends += 1
            else:
                item.future.cancel()
        for _ in range(ends):
            self._queue.put(None)

    def _serve(self, worker: Worker) -> None:
        """Do calls until the pool ends; the body of each thread, which starts and ends its worker."""
        try:
            while True:
                try:
                    item = self._queue.get_nowait()
                except Empty:
                    self._idle.release()
                    item = self._queue.get()
                if item is None:
                    return
                if item.future.set_running_or_notify_cancel():
                    worker.do(item)
                del item  # its result may be large, and the next call may be far
        finally:
            worker.end()
            with self._lock:
                self._serving -= 1
                if self._closed and not self._serving:
                    self._watch.stop()

    def _give_up(self, message: str) -> CtkError:
        """Take no more calls: each would fail the same way, and each would be blamed on a file."""
        with self._lock:
            self._broken = self._broken or CtkError(message)
            return self._broken
