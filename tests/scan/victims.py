"""Reading files as workers do, but for names that bring them down."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from ctk_tui.scan.read import read_files
from ctk_tui.workers.ticks import tick


def read_or_die(names: list[str], follow: bool, with_probe: bool) -> list[dict[str, Any]]:
    """Read files; one named deadly ends the process, one named hanging is never done, both in their parser."""
    answers = []
    for at, name in enumerate(names):
        tick(at)
        if with_probe and "deadly" in os.path.basename(name):
            os.kill(os.getpid(), signal.SIGSEGV)
        if with_probe and "hanging" in os.path.basename(name):
            time.sleep(1000)
        answers.extend(read_files([name], follow, with_probe))
        tick(at)
    return answers


def read_or_leave(names: list[str], follow: bool, with_probe: bool) -> list[dict[str, Any]]:
    """Read files; one named deadly ends the process whatever is asked of it."""
    if any("deadly" in os.path.basename(name) for name in names):
        os._exit(3)
    return read_files(names, follow, with_probe)
