"""Waiting for a state of other processes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def until(state: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Return True as soon as `state()` holds, False when it does not within `seconds`."""
    end = time.monotonic() + seconds
    while not state():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def gone(pid: int) -> bool:
    """Return whether a process has ended; a zombie that nobody has asked about counts as ended."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def pid_in(file: Path) -> int:
    """Wait until a process has announced itself in a file, and return its id."""
    assert until(file.exists)
    return int(file.read_text())
