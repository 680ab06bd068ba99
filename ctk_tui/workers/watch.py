"""One thread that looks after all workers of a pool: silent for too long, or too large."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.workers.process import Child

INTERVAL = 0.05
"""Seconds between two looks: a hog takes about 100 MB in that time."""
STARTING = 60.0
"""Seconds that a worker may take to start, on a machine that is busy with something else."""
NOISE = 1 << 18
"""Bytes of stderr that are kept of a worker while it runs."""


@dataclass(slots=True)
class _Call:
    """One call that a worker is at."""

    limit: float
    """Seconds that it may be silent."""
    beats: int
    """The worker's ticks at the last look."""
    silent: float = 0.0
    """Seconds since the ticks last changed, as far as this thread was there to see."""


class Watch(threading.Thread):
    """Ends workers that are silent or large; sleeps while no call runs.

    Args:
        item_timeout: seconds that a worker may be silent.
        memory_limit: bytes of memory that it may use.
    """

    def __init__(self, item_timeout: float, memory_limit: int) -> None:
        super().__init__(name="workers: watch", daemon=True)
        self._item_timeout = item_timeout
        self._memory_limit = memory_limit
        self._lock = threading.Lock()
        self._calls: dict[Child, _Call] = {}
        self._some = threading.Event()
        self._over = threading.Event()
        self._leave: float | None = None

    def begin(self, child: Child, *, starting: bool = False) -> None:
        """Look after a worker from now on: it starts, or got a call."""
        limit = max(STARTING, self._item_timeout) if starting else self._item_timeout
        with self._lock:
            self._calls[child] = _Call(limit, child.page.beats())
        self._some.set()

    def done(self, child: Child) -> None:
        """Look away: from here on the worker is not ended."""
        with self._lock:
            del self._calls[child]

    def hurry(self, grace: float) -> None:
        """Give all calls that run `grace` seconds to finish, and end their workers then."""
        self._leave = time.monotonic() + grace

    def stop(self) -> None:
        """End the thread."""
        self._over.set()
        self._some.set()

    def run(self) -> None:
        """Look after the workers."""
        # Late and here: 18 ms that nobody waits for.
        import psutil

        last = time.monotonic()
        while not self._over.is_set():
            with self._lock:
                calls = dict(self._calls)
                if not calls:
                    self._some.clear()
            now = time.monotonic()
            # A machine that slept, or a Ctrl-Z, is no silence of the worker's: a step counts for two looks at most.
            step, last = min(now - last, 2 * INTERVAL), now
            for child, call in calls.items():
                try:
                    used = psutil.Process(child.pid).memory_info().rss
                except psutil.Error:
                    used = 0  # it is gone, and the one who waits for its answer knows that
                self._judge(child, call, used, step)
            self._over.wait(INTERVAL) if calls else self._some.wait()

    def _judge(self, child: Child, call: _Call, used: int, step: float) -> None:
        with self._lock:
            # The call may be done meanwhile: its worker may be gone, or at the next call, which has done nothing.
            if self._calls.get(child) is not call:
                return
            beats = child.page.beats()
            call.silent = call.silent + step if beats == call.beats else 0.0
            call.beats = beats
            child.worn = used > self._memory_limit // 2
            child.quieten(NOISE)
            if used > self._memory_limit:
                child.kill(f"used more than {self._memory_limit >> 20} MiB of memory")
            elif call.silent > call.limit:
                child.kill(f"no answer for {call.limit:g} s")
            elif self._leave is not None and time.monotonic() > self._leave:
                child.kill("ended with the pool")
