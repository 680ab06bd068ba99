"""Who plays: each `ctk play` leaves its process id, so that another one can take its place."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import psutil

from ctk_tui.config.paths import state_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 2.0
"""Seconds that a player may take to end."""


@contextlib.contextmanager
def announced() -> Iterator[None]:
    """Let others see, while the block runs, that this process plays."""
    folder = state_dir() / "playing"
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / str(os.getpid())
    # The time of its start tells this process from a later one with the same number.
    note.write_text(repr(psutil.Process().create_time()))
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def replace_others() -> int:
    """End all other processes that play; return how many there were."""
    folder = state_dir() / "playing"
    found = []
    for note in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(psutil.Error, OSError, ValueError):
            process = psutil.Process(int(note.name))
            if process.pid != os.getpid() and repr(process.create_time()) == note.read_text():
                process.terminate()
                found.append(process)
                continue
        if note.name != str(os.getpid()):
            note.unlink(missing_ok=True)
    psutil.wait_procs(found, PATIENCE)
    return len(found)
