"""Calling ctk as a process of its own, in a pipe or on a terminal."""

from __future__ import annotations

import os
import re
import select
import struct
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import signal
    from pathlib import Path
    from types import TracebackType

PATIENCE = 60.0
"""Seconds until a state that does not come is a failure; a machine at work on much else is slow."""
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def process(*arguments: str, code: str = "", **options: object) -> subprocess.Popen[bytes]:
    """Start `ctk ARGUMENTS`.

    Args:
        arguments: the words behind ctk.
        code: run before the command line, in its process.
        options: of Popen.
    """
    start = ["-c", f"import sys\n{code}\nfrom ctk_tui.__main__ import main\nmain()"] if code else ["-m", "ctk_tui"]
    return subprocess.Popen([sys.executable, *start, *arguments], **options)  # type: ignore[call-overload, no-any-return]


class Terminal:
    """`ctk ARGUMENTS` on a terminal of its own; POSIX only.

    Args:
        arguments: the words behind ctk.
        code: run before the command line, in its process.
        columns: width of the terminal.
        stdout: a file for stdout, where only stdin and stderr are the terminal.
        environment: added to that of the test.
    """

    def __init__(
        self,
        *arguments: str,
        code: str = "",
        columns: int = 80,
        stdout: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        import fcntl
        import termios

        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environ = {**os.environ, "TERM": "xterm", **(environment or {})}
        out = slave if stdout is None else os.open(stdout, os.O_WRONLY | os.O_CREAT)
        self._process = process(
            *arguments, code=code, stdin=slave, stdout=out, stderr=slave, env=environ, start_new_session=True
        )
        os.close(slave)
        if stdout is not None:
            os.close(out)
        self._shown = b""

    @property
    def raw(self) -> str:
        """All that came until now, escapes too."""
        return self._shown.decode("utf-8", "replace")

    @property
    def text(self) -> str:
        """The same without escapes, as lines end on a terminal."""
        return ESCAPE.sub("", self.raw).replace("\r\n", "\n")

    def until(self, text: str) -> str:
        """Read until a text was shown; return all that was."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.text:
            assert self._read(deadline), f"ended without {text!r}: {self.text[-500:]!r}"
        return self.text

    def answer(self, keys: str, text: str) -> None:
        """Press keys and read until a text was shown behind what had come before."""
        before = len(self._shown)
        self.write(keys)
        deadline = time.monotonic() + PATIENCE
        while text.encode() not in self._shown[before:]:
            assert self._read(deadline), f"ended without {text!r} after {keys!r}: {self.text[-500:]!r}"

    def write(self, text: str) -> None:
        os.write(self._master, text.encode())

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self) -> int:
        """Read until the process ends; return its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        return self._process.wait(PATIENCE)

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(deadline - time.monotonic(), 0))
        assert ready, f"nothing more within {PATIENCE} s: {self.text[-500:]!r}"
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux tells the end of a terminal so
            return False
        self._shown += data
        return bool(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)
