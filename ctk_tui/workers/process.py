"""A worker process as its parent sees it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

from ctk_tui.disk.reading import pread
from ctk_tui.model.errors import CtkError, WorkerLost
from ctk_tui.workers import endings, framing
from ctk_tui.workers.page import Page, anonymous_file
from ctk_tui.workers.turns import Turns

# The parent's own sys.path, so that both run the same code; no site: 10 ms, and whatever its .pth files do.
_START = "import sys; sys.path[:] = sys.argv[2:]; from ctk_tui.workers.child import main; main(sys.argv[1])"
LAST_WORDS = 2000
"""Bytes of a dead worker's stderr that go into the error."""
PIPE = 1 << 20
"""Bytes of a pipe: Linux allows every user so much (its own default is 64 KiB)."""
GRACE = 2.0
"""Seconds that a worker has to end after its pipe was closed."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a pool asks of each of its workers."""

    allow: tuple[str, ...]
    """Packages whose functions it may run."""
    item_timeout: float
    """Seconds that one item may take."""
    memory_limit: int
    """Bytes of memory it may use."""
    niceness: int
    """Added to its nice value."""
    at_once: int = 1
    """Calls that it does side by side."""
    keep_memory: bool = False
    """Whether it keeps what it freed."""


class Child:
    """One worker process. Threads may `ask` it side by side; all else but `kill` belongs to the one that made it.

    Args:
        terms: see there.

    Raises:
        CtkError: the system cannot start it.
    """

    def __init__(self, terms: Terms) -> None:
        self.verdict = ""
        """Why the parent ended it, "" while it did not."""
        self.worn = False
        """Whether it grew so large that it shall not take another call."""
        self.page = Page()
        self._sending = threading.Lock()
        self._turns = Turns()
        self._noise = anonymous_file("ctk-stderr")
        try:
            self._process = self._start(terms)
        except OSError as error:
            self._let_go()
            raise CtkError(f"a worker process cannot be started: {error.strerror or error}") from error
        assert self._process.stdin is not None  # for mypy: both are pipes
        assert self._process.stdout is not None
        self._requests, self._replies = self._process.stdin, self._process.stdout
        _widen(self._requests.fileno())
        _widen(self._replies.fileno())

    def _start(self, terms: Terms) -> subprocess.Popen[bytes]:
        options = {
            "parent": os.getpid(),
            "page": self.page.handle,
            "allow": terms.allow,
            "memory": terms.memory_limit,
            "niceness": terms.niceness,
            "patience": terms.item_timeout,
            "at_once": terms.at_once,
            "keep": terms.keep_memory,
        }
        paths = [entry or os.getcwd() for entry in sys.path]
        flags = ["-I", "-S", "-X", f"utf8={sys.flags.utf8_mode}", *(["-B"] if sys.dont_write_bytecode else [])]
        program = sys.executable
        own: dict[str, Any]
        if sys.platform == "win32":
            # The python.exe of a virtual environment is a launcher that starts another process: watch the real one.
            program = getattr(sys, "_base_executable", program)
            own = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
        else:
            _append_only(self._noise)
            # A group of its own: Ctrl-C in the terminal is for the parent to hear.
            own = {"process_group": 0, "pass_fds": self.page.descriptors}
        return subprocess.Popen(
            [program, *flags, "-c", _START, json.dumps(options), *paths],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._noise, **own,
        )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def hear(self) -> dict[str, Any]:
        """Wait for one message of the worker.

        Raises:
            WorkerLost: it died, was ended, or talked nonsense.
        """
        if self.verdict:
            raise self._lost()
        try:
            answer = framing.read(self._replies)
            if isinstance(answer, dict):
                return answer
            nonsense = f"a {type(answer).__name__}"
        except EOFError:
            raise self._lost() from None
        except framing.BadFrame as error:
            nonsense = str(error)
        self.kill(f"its answer was damaged ({nonsense})")
        raise self._lost()

    def ask(self, frame: list[bytes]) -> dict[str, Any]:
        """Send a call and wait for the answer; it comes behind those of the calls before.

        Raises:
            WorkerLost: as for `hear`.
        """
        with self._sending:
            number, sent = self._turns.draw(), True
            try:
                self._requests.writelines(frame)
                self._requests.flush()
            except OSError:
                sent = False
        with self._turns.mine(number):
            if not sent:
                raise self._lost()
            return self.hear()

    def kill(self, verdict: str) -> None:
        """End it now; its call raises WorkerLost with this reason."""
        self.verdict = self.verdict or verdict
        self._process.kill()

    def end(self) -> None:
        """End it, in good or in bad, and let go of all that it held."""
        try:
            self._requests.close()
        except OSError:
            # Something of a call was still in the buffer, and nobody is there to read it.
            self._process.kill()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._replies.close()
        self._let_go()

    def quieten(self, limit: int) -> None:
        """Throw away what it wrote to stderr when that is more than `limit` bytes."""
        if os.fstat(self._noise).st_size > limit:
            os.ftruncate(self._noise, 0)

    def _lost(self) -> WorkerLost:
        try:
            code = self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            # It closed its pipe and lives: that is a way of being lost too.
            self.kill("it closed its pipe")
            code = self._process.wait()
        error = WorkerLost(self.verdict or _ended(code), self.page.index())
        if words := self._last_words():
            error.add_note(f"its last words:\n{words}")
        return error

    def _last_words(self) -> str:
        size = os.fstat(self._noise).st_size
        return pread(self._noise, LAST_WORDS, max(size - LAST_WORDS, 0)).decode("utf-8", "replace").strip()

    def _let_go(self) -> None:
        self.page.close()
        os.close(self._noise)


def _ended(code: int) -> str:
    """Return how a process ended, in words."""
    if code == endings.OUT_OF_MEMORY:
        return "ran out of memory"
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"killed by signal {-code} ({signal.Signals(-code).name})"
    except ValueError:
        return f"killed by signal {-code}"


def _widen(pipe: int) -> None:
    """Let a pipe hold as much as anybody's may: calls and answers of many MB then need fewer turns of both ends."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):  # whoever has very many of them gets no more
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)


def _append_only(descriptor: int) -> None:
    """Make every write go to the end of the file, also after the parent has emptied it."""
    if sys.platform != "win32":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_APPEND)
