"""One place in a pool: a process at a time, replaced when it is lost."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctk_tui.model.errors import CtkError, WorkerLost
from ctk_tui.workers.failures import unpack
from ctk_tui.workers.process import Child, Terms

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from ctk_tui.workers.watch import Watch

STARTS = 3
"""Workers in a row that may die while they start, before the pool gives up."""


@dataclass(frozen=True, slots=True)
class Item:
    """One call that was submitted."""

    future: Future[Any]
    frame: list[bytes]
    """The call, ready to be sent, in pieces."""


class Worker:
    """Does calls in a process of its own, one after the other in each of the threads that share it.

    On Linux a process ends with the thread that started it: each of them ends the worker before it ends itself.

    Args:
        terms: what is asked of the process.
        watch: looks after it while it works.
        give_up: told why no process will ever do; returns the error to raise.
    """

    def __init__(self, terms: Terms, watch: Watch, give_up: Callable[[str], CtkError]) -> None:
        self._terms = terms
        self._watch = watch
        self._give_up = give_up
        self._changed = threading.Condition()
        self._child: Child | None = None
        self._calls = 0
        """That the process is at."""
        self._leaving = False
        """Whether the process takes no further call: it is lost, or worn."""

    def do(self, item: Item) -> None:
        """Do one call and settle its future, whatever happens."""
        try:
            result = self._result(item.frame)
        except CtkError as error:
            item.future.set_exception(error)
        except BaseException as error:
            item.future.set_exception(error)
            raise
        else:
            item.future.set_result(result)

    def end(self) -> None:
        """End the process, if there is one, when its calls are done; the next call gets another."""
        with self._changed:
            self._changed.wait_for(lambda: not self._calls)
            self._let_go()

    def _result(self, frame: list[bytes]) -> Any:
        child = self._take()
        try:
            return self._open(child.ask(frame), child.page.index())
        except WorkerLost as lost:
            child.kill(lost.reason)  # one that talks nonsense might answer the next call with what is left of this one
            raise
        finally:
            self._give_back(child)

    def _take(self) -> Child:
        """Return the process for a call; the first one starts it, and the others wait for that."""
        with self._changed:
            self._changed.wait_for(lambda: not self._leaving)
            if self._child is None:
                self._child = self._start()
            if not self._calls:
                self._child.quieten(0)
                self._child.page.reset()
                self._watch.begin(self._child)
            self._calls += 1
            return self._child

    def _give_back(self, child: Child) -> None:
        with self._changed:
            self._leaving = self._leaving or child.worn or bool(child.verdict)
            self._calls -= 1
            if not self._calls:
                self._watch.done(child)
                if self._leaving:
                    self._let_go()
                self._changed.notify_all()

    def _let_go(self) -> None:
        """End the process, if there is one."""
        if self._child is not None:
            child, self._child, self._leaving = self._child, None, False
            child.end()

    def _open(self, answer: dict[str, Any], index: int | None) -> Any:
        """Return the result in an answer, or raise what it tells."""
        if "broken" in answer:
            raise self._give_up(str(answer["broken"]))
        if "failed" in answer:
            try:
                error = unpack(answer["failed"], index)
            except (KeyError, TypeError, ValueError):
                raise WorkerLost("its answer was damaged", index) from None
            raise error
        return answer.get("result")

    def _start(self) -> Child:
        """Start a process and wait until it is ready.

        Raises:
            CtkError: none could be started; the pool takes no more calls.
        """
        words = ""
        for _ in range(STARTS):
            try:
                child = Child(self._terms)
            except CtkError as error:
                raise self._give_up(error.message) from error
            self._watch.begin(child, starting=True)
            ready = False
            try:
                ready = "ready" in child.hear()
            except WorkerLost as lost:
                words = "\n".join((lost.reason, *getattr(lost, "__notes__", ())))
            finally:
                self._watch.done(child)
                if not ready:
                    child.end()
            if ready:
                return child
        raise self._give_up(f"a worker process cannot be started: {words}")
