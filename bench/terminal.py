"""A program on a terminal of its own: keys in, frames out, and how long it took.

Textual ends each frame with the end of a synchronized update, if the terminal says that it knows them; ours does.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FRAME_END = b"\x1b[?2026l"
SETTLED = 0.12
"""Seconds without a byte after which a key is answered in full."""
LONGEST = 60.0
"""Seconds that a start may take."""
UNANSWERED = 60.0
"""Seconds after which a key counts as not answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a key."""

    first: float
    """Seconds to the end of the first frame."""
    last: float
    """Seconds to the last byte."""
    size: int
    """Bytes."""
    frames: int


@dataclass(frozen=True, slots=True)
class Held:
    """What came back for a key that is held."""

    frames: float
    """A second."""
    cpu: float
    """Share of one core, 0 to 1."""
    size: float
    """Bytes a second."""


class Terminal:
    """A child on a pseudo terminal.

    Args:
        argv: the program.
        columns: of the terminal.
        rows: of the terminal.
        cwd: where it runs.
    """

    def __init__(self, argv: Sequence[str], columns: int = 200, rows: int = 60, cwd: str = ".") -> None:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CTK_", "SSH_", "TMUX", "PYTHONDONT"))
        }
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self.started = time.perf_counter()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            os.chdir(cwd)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(argv[0], list(argv), environment)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = psutil.Process(self._pid)

    def read(self, timeout: float) -> bytes:
        """Return what comes within some seconds, empty for nothing."""
        ready, _, _ = select.select([self._fd], [], [], timeout)
        if not ready:
            return b""
        try:
            data = os.read(self._fd, 1 << 20)
        except OSError:  # its end is closed
            return b""
        if b"\x1b[?2026$p" in data:
            os.write(self._fd, b"\x1b[?2026;2$y")
        return data

    def until(self, text: bytes) -> float:
        """Return the seconds from the start of the program to a text on its screen.

        Raises:
            SystemExit: it does not come.
        """
        seen = b""
        while text not in seen:
            seen = seen[-100_000:] + self.read(0.05)
            if time.perf_counter() - self.started > LONGEST:
                raise SystemExit(f"{text!r} does not come; the last that came: {seen[-2000:]!r}")
        return time.perf_counter() - self.started

    def settle(self, quiet: float = 0.5) -> int:
        """Wait until nothing comes for some seconds; return the bytes that came before."""
        size = 0
        while data := self.read(quiet):
            size += len(data)
        return size

    def key(self, key: bytes) -> Answer:
        """Press a key and wait until it is answered in full.

        Raises:
            SystemExit: it is not answered.
        """
        start = last = time.perf_counter()
        first = 0.0
        seen = b""
        os.write(self._fd, key)
        while data := self.read(SETTLED if seen else UNANSWERED):
            seen += data
            last = time.perf_counter()
            if not first and FRAME_END in seen:
                first = last
        if not seen:
            raise SystemExit(f"{key!r} is not answered")
        return Answer((first or last) - start, last - start, len(seen), seen.count(FRAME_END))

    def press(self, key: bytes) -> None:
        """Press a key that may change nothing, and wait."""
        os.write(self._fd, key)
        self.settle(SETTLED)

    def hold(self, key: bytes, rate: float = 30, seconds: float = 3) -> Held:
        """Hold a key as a keyboard does that repeats it `rate` times a second."""
        begin, before = time.perf_counter(), self._cpu()
        size = frames = 0
        for press in range(round(rate * seconds)):
            os.write(self._fd, key)
            while (left := begin + (press + 1) / rate - time.perf_counter()) > 0:
                data = self.read(left)
                size, frames = size + len(data), frames + data.count(FRAME_END)
        took = time.perf_counter() - begin
        return Held(frames / took, (self._cpu() - before) / took, size / took)

    def rest(self, seconds: float = 2) -> float:
        """Return the bytes a second that come when nothing happens."""
        end, size = time.perf_counter() + seconds, 0
        while (left := end - time.perf_counter()) > 0:
            size += len(self.read(left))
        return size / seconds

    def memory(self) -> int:
        """Return the resident bytes of the program."""
        return int(self.process.memory_info().rss)

    def _cpu(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def close(self) -> None:
        """End the program."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._fd)


@contextlib.contextmanager
def terminal(argv: Sequence[str], columns: int = 200, rows: int = 60, cwd: str = ".") -> Iterator[Terminal]:
    """Yield a program on a terminal, ended afterwards."""
    running = Terminal(argv, columns, rows, cwd)
    try:
        yield running
    finally:
        running.close()
