"""One place in a pool: a process at a time, replaced when it is lost."""

from __future__ import annotations

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
    """Does calls, one after the other, in a process of its own; belongs to one thread.

    Args:
        terms: what is asked of the process.
        watch: looks after it while it works.
        give_up: told why no process will ever do; returns the error to raise.
    """

    def __init__(self, terms: Terms, watch: Watch, give_up: Callable[[str], CtkError]) -> None:
        self._terms = terms
        self._watch = watch
        self._give_up = give_up
        self._child: Child | None = None

    def do(self, item: Item) -> None:
        """Do one call and settle its future, whatever happens."""
        try:
            if self._child is None:
                self._child = self._start()
            answer = self._ask(self._child, item.frame)
            index = self._child.page.index()
            if self._child.worn or self._child.verdict:
                self.end()
            result = self._open(answer, index)
        except WorkerLost as lost:
            self.end()
            item.future.set_exception(lost)
        except CtkError as error:
            item.future.set_exception(error)
        except BaseException as error:
            item.future.set_exception(error)
            raise
        else:
            item.future.set_result(result)

    def end(self) -> None:
        """End the process, if there is one; the next call gets another."""
        if self._child is not None:
            child, self._child = self._child, None
            child.end()

    def _ask(self, child: Child, frame: list[bytes]) -> dict[str, Any]:
        child.quieten(0)
        child.page.reset()
        self._watch.begin(child)
        try:
            return child.ask(frame)
        finally:
            self._watch.done(child)

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
