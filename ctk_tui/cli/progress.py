"""Long work on the command line: bars on a terminal, and signals that end it in good order."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from typing import TYPE_CHECKING

from ctk_tui.cli import diagnostics
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.model.job import Job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

REFRESH_SECONDS = 0.25
"""A number that grows is updated four times a second at most."""


class Stop:
    """Which signal asked the work to end.

    Args:
        job: told to stop when one comes.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self.code = Exit.DONE

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Ask the job to stop; a second Ctrl-C does not wait for it."""
        del frame
        if self.code is Exit.INTERRUPTED and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.code = Exit.INTERRUPTED if number == signal.SIGINT else Exit.TERMINATED
        self._job.cancel()

    def told(self, what: str) -> Exit:
        """Say that the work was stopped, by a signal or by `ctk jobs cancel`; return its exit code.

        Args:
            what: becomes of it.
        """
        diagnostics.say(f"ctk: stopped; {what}")
        return Exit.INTERRUPTED if self.code is Exit.DONE else self.code


@contextlib.contextmanager
def stoppable() -> Iterator[tuple[Job, Stop]]:
    """Give a job that Ctrl-C, SIGTERM and SIGHUP cancel; the old handlers come back at the end."""
    job = Job()
    stop = Stop(job)
    numbers = [signal.SIGINT, signal.SIGTERM]
    if sys.platform != "win32":
        numbers.append(signal.SIGHUP)
    # SIGHUP stays ignored under nohup.
    before = {number: signal.getsignal(number) for number in numbers if signal.getsignal(number) != signal.SIG_IGN}
    for number in before:
        signal.signal(number, stop.on_signal)
    try:
        yield job, stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def shown(job: Job, what: str, *, quiet: bool) -> Iterator[None]:
    """Show the progress of a job on stderr while the block runs; nothing where stderr is no terminal.

    Args:
        job: sampled a few times a second.
        what: the verb, such as "scan".
        quiet: show nothing.
    """
    if quiet or not diagnostics.is_terminal():
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_draw, args=(job, what, over), name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _draw(job: Job, what: str, over: threading.Event) -> None:
    from ctk_tui.cli.bars import Bars

    with Bars() as bars:
        while not over.wait(REFRESH_SECONDS):
            bars.show("job", what, job.progress())
