"""Single keys from the terminal, without enter."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMED = {
    b"\x1b[A": "up", b"\x1b[B": "down", b"\x1b[C": "right", b"\x1b[D": "left",
    b"\x1bOA": "up", b"\x1bOB": "down", b"\x1bOC": "right", b"\x1bOD": "left",
    b"\x1b": "escape", b" ": "space", b"\r": "enter", b"\n": "enter",
}  # fmt: skip

if sys.platform == "win32":
    import msvcrt
    import time

    _ARROWS = {"H": "up", "P": "down", "M": "right", "K": "left"}

    @contextlib.contextmanager
    def one_by_one() -> Iterator[None]:
        """Let keys come one by one while the block runs: on Windows they always do."""
        yield

    def key(timeout: float) -> str:
        """Return the next key, "" when none came within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not msvcrt.kbhit():
            if time.monotonic() > deadline:
                return ""
            time.sleep(0.01)
        pressed = msvcrt.getwch()
        if pressed in "\x00\xe0":
            return _ARROWS.get(msvcrt.getwch(), "")
        return _NAMED.get(pressed.encode(), pressed)

else:
    import select
    import termios
    import tty

    @contextlib.contextmanager
    def one_by_one() -> Iterator[None]:
        """Let keys come one by one, unseen, while the block runs; the terminal is as it was afterwards."""
        fd = sys.stdin.fileno()
        before = termios.tcgetattr(fd)
        try:
            tty.setcbreak(fd)
            yield
        finally:
            termios.tcsetattr(fd, termios.TCSADRAIN, before)

    def key(timeout: float) -> str:
        """Return the next key, "" when none came within `timeout` seconds."""
        fd = sys.stdin.fileno()
        if not select.select([fd], [], [], timeout)[0]:
            return ""
        data = os.read(fd, 1)
        if data == b"\x1b" and select.select([fd], [], [], 0.02)[0]:
            data += os.read(fd, 2)  # an arrow comes as three bytes at once
        return _NAMED.get(data, data.decode("utf-8", "ignore"))
