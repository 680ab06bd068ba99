"""A real terminal in tmux: keys in, what stands on the screen out."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

PATIENCE = 40.0
"""Seconds that anything may take on a busy machine."""

LOOK = 0.01
"""Seconds between two looks at the screen."""


class Tmux:
    """`ctk ARGUMENTS` in a window of a tmux server of its own.

    Args:
        folder: where the server's socket may lie; its path must be short.
        arguments: the words behind ctk.
        size: columns and rows.
        environ: variables beside those of the test.
        record: a file that takes every byte that ctk sends to its terminal, None for none.
        shell: whether ctk is started from a shell that a user types into, with jobs that can be stopped; by `begin`.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        size: tuple[int, int] = (120, 36),
        environ: Mapping[str, str] | None = None,
        record: Path | None = None,
        shell: bool = False,
    ) -> None:
        self._tmux = ["tmux", "-S", str(folder / "s"), "-f", os.devnull]
        # TERM is tmux's own in its windows, so it is set for ctk alone; COLUMNS and LINES would hide the window's size;
        # Python itself sets LC_CTYPE where there was no locale, and it would stand above LANG.
        own = [f"{name}={value}" for name, value in (environ or {}).items() if name in ("TERM", "NO_COLOR")]
        unset = ["-u", "COLUMNS", "-u", "LINES", "-u", "LC_CTYPE", *(["-u", "COLORTERM"] if own else [])]
        self._words = shlex.join(["env", *unset, *own, sys.executable, "-m", "ctk_tui", *arguments])
        names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
        variables = {name: os.environ[name] for name in names} | {"LANG": "C.UTF-8"} | dict(environ or {})
        self._run(
            "new-session", "-d", "-x", str(size[0]), "-y", str(size[1]),
            *(word for name, value in variables.items() for word in ("-e", f"{name}={value}")),
            "exec sh -i" if shell
            else f"{'read -r go; ' if record else ''}{self._words}; echo code=$?; exec sleep 1000",
        )  # fmt: skip
        if record:
            self._run("pipe-pane", f"exec cat > {shlex.quote(str(record))}")
        if record and not shell:
            self.press("Enter")

    def begin(self) -> None:
        """Start ctk from the shell."""
        self.write(f"clear; {self._words}")
        self.press("Enter")

    def ended(self, app: psutil.Process) -> int:
        """Wait until a ctk that was started from the shell has ended; return its exit status."""
        gone([app])
        self.write("echo code=$?")
        self.press("Enter")
        found = re.search(r"^code=(\d+)$", self.sees(r"(?m)^code=\d+$"), re.MULTILINE)
        assert found
        return int(found[1])

    def _run(self, *words: str) -> str:
        return subprocess.run([*self._tmux, *words], check=True, capture_output=True, text=True).stdout

    def press(self, *keys: str) -> None:
        """Press keys, as tmux names them: Enter, Escape, Space, C-x, letters."""
        for key in keys:
            self._run("send-keys", key)

    def write(self, text: str) -> None:
        """Type text."""
        self._run("send-keys", "-l", text)

    def send_bytes(self, content: bytes) -> None:
        """Send bytes as a terminal would."""
        self._run("send-keys", "-H", *(f"{byte:02x}" for byte in content))

    def screen(self) -> str:
        """Return what stands on the screen."""
        return self._run("capture-pane", "-p")

    def sees(self, pattern: str) -> str:
        """Wait until something stands on the screen; return the screen."""
        return self.until(lambda shown: re.search(pattern, shown) is not None, pattern)

    def until(self, condition: Callable[[str], bool], what: str) -> str:
        """Wait until the screen is as wished, and return it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            shown = self.screen()
            if condition(shown):
                return shown
            assert time.monotonic() < deadline, f"never came: {what}\n{shown}"
            time.sleep(LOOK)  # a look is a process, which takes its time from the app

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size."""
        self._run("resize-window", "-x", str(columns), "-y", str(rows))

    def app(self) -> psutil.Process:
        """Return the process of ctk."""
        shell = psutil.Process(int(self._run("display-message", "-p", "#{pane_pid}")))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for child in shell.children():
                with contextlib.suppress(psutil.Error):
                    if "ctk_tui" in child.cmdline():
                        return child
        raise AssertionError(f"no ctk runs\n{self.screen()}")

    def send(self, number: signal.Signals) -> None:
        """Send ctk a signal."""
        self.app().send_signal(number)

    def close(self) -> None:
        """End everything."""
        self._run("kill-server")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def gone(processes: Iterable[psutil.Process]) -> None:
    """Wait until none of these processes runs any more."""
    _, alive = psutil.wait_procs(list(processes), timeout=PATIENCE)
    assert not alive, alive
