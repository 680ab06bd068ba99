"""The thread that keeps a player's process: starts it, hears it out, starts another one when it dies."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

from ctk_tui.audio.player.spawn import Sender, spawn
from ctk_tui.audio.player.state import STUCK
from ctk_tui.disk.reading import pread
from ctk_tui.workers import framing
from ctk_tui.workers.page import anonymous_file

Words = dict[str, Any]
Heard = Callable[[Words], None]
Lost = Callable[[str, bool], list[Words]]
_GRACE = 2.0
"""Seconds that the process has to end after its pipe was closed."""
_LAST_WORDS = 2000
"""Bytes looked at of what it wrote to its second stream."""
_LIVES = 5.0
"""Seconds that a process must have lived to be followed by another one that goes on playing."""


class Keeper:
    """Keeps one process after the other, all started by one thread: on Linux they end with it.

    Args:
        options: what the process is started with; may be changed for the next one.
        heard: takes every word of the process, in the thread.
        lost: told why a process died and whether it died young; returns the commands that the next one begins with,
            which is started at once where there are any, else with the next command.
    """

    def __init__(self, options: Words, heard: Heard, lost: Lost) -> None:
        self._options = options
        self._heard = heard
        self._lost = lost
        self._lock = threading.Lock()
        self._sender: Sender | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._backlog: list[Words] = []
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._noise = anonymous_file("ctk-player")
        # A daemon, so that a program that forgets its player ends, and the player with it.
        self._thread = threading.Thread(target=self._keep, name="player", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """The process id, None while there is none."""
        process = self._process
        return None if process is None else process.pid

    def send(self, command: Words) -> None:
        """Give the process a command; one that is not there yet, or no more, gets it when it is."""
        with self._lock:
            if self._sender is None or not self._sender.send(command):
                self._backlog.append(command)
                self._wake.set()

    def close(self) -> None:
        """End the process and the thread."""
        self._closed.set()
        self._wake.set()
        with self._lock:
            if self._sender is not None:
                self._sender.close()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _keep(self) -> None:
        try:
            while not self._closed.is_set():
                self._wake.clear()
                begun = time.monotonic()
                reason = self._run()
                if self._closed.is_set():
                    return
                revived = self._lost(reason, time.monotonic() - begun < _LIVES)
                with self._lock:
                    self._backlog = [*revived, *self._backlog]
                while not self._backlog and not self._closed.is_set():
                    self._wake.wait()
        finally:
            os.close(self._noise)

    def _run(self) -> str:
        """Start a process and listen until it is gone; return why."""
        try:
            process = spawn("ctk_tui.audio.player.process", self._options, self._noise)
        except OSError as error:
            return f"the player cannot be started: {error.strerror or error}"
        assert process.stdin is not None  # for mypy: both are pipes
        assert process.stdout is not None
        sender = Sender(process.stdin)
        with self._lock:
            self._process, self._sender = process, sender
            for command in self._backlog:
                sender.send(command)
            self._backlog = []
        if self._closed.is_set():
            sender.close()
        try:
            while True:
                self._heard(framing.read(process.stdout))
        except (EOFError, framing.BadFrame, KeyError, TypeError, ValueError, OSError):
            with self._lock:
                self._process = self._sender = None
        sender.close()
        return f"{_end(process)}{self._last_words()}"

    def _last_words(self) -> str:
        """Return the last line that the process or a library of it wrote, behind a colon."""
        size = os.fstat(self._noise).st_size
        said = pread(self._noise, _LAST_WORDS, max(0, size - _LAST_WORDS)).decode("utf-8", "replace")
        lines = said.strip().splitlines()
        return f": {lines[-1].strip()}" if lines else ""


def _end(process: subprocess.Popen[bytes]) -> str:
    """Wait for a process and return how it ended."""
    assert process.stdout is not None  # for mypy: it is a pipe
    process.stdout.close()
    try:
        code = process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    return "the sound server does not answer" if code == STUCK else f"the player's process ended ({code})"
