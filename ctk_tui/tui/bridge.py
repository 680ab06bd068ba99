"""Everything that must not run on the screen's thread: each kind of work has a thread of its own, and is awaited."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

from ctk_tui.model.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ctk_tui.toolkit.toolkit import Toolkit

P = ParamSpec("P")
T = TypeVar("T")

Lane = Literal["search", "memory", "rows", "side", "outline", "write", "sound", "jobs"]
"""search: queries, the newest of an asker ends its older ones. memory: what makes searches fast. rows: pages of
lists. side: totals, and what is like it. outline: outlines of sounds, which may take seconds. write: what waits for the
catalog's writer. sound: commands to the player, in order. jobs: starting, listing and cancelling them."""


class Bridge:
    """The threads behind the screens.

    Threads, and not one pool: a lane's work goes in order, its connection to the catalog stays warm, and an outline
    that takes seconds delays no row.

    Args:
        toolkit: the open toolkit.
        start: runs a coroutine on the screen's loop, and tells the user what it raises.
    """

    def __init__(self, toolkit: Toolkit, start: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self.toolkit = toolkit
        self.start = start
        self._closed = threading.Event()
        self._lanes: dict[str, ThreadPoolExecutor] = {}

    async def run(self, lane: Lane, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do work in the thread of a lane and return its result.

        Args:
            lane: which thread.
            work: a function of the toolkit; what it raises is raised here.
            args: its arguments.
            kwargs: its named arguments.

        Raises:
            Cancelled: the app is being left.
        """
        self.check()
        if lane not in self._lanes:
            self._lanes[lane] = ThreadPoolExecutor(1, f"ctk {lane}")
        return await asyncio.wrap_future(self._lanes[lane].submit(work, *args, **kwargs))

    @property
    def is_closed(self) -> bool:
        """Whether the app is being left."""
        return self._closed.is_set()

    def check(self) -> None:
        """Raise Cancelled once the app is being left, for long work in a thread."""
        if self.is_closed:
            raise Cancelled

    def close(self) -> None:
        """End the threads: what waits is dropped, what runs is interrupted."""
        self._closed.set()
        self.toolkit.database.interrupt()
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=True)
