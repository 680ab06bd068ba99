"""A job that ends with the program that started it, unless it was let go.

The starter holds the writing end of a pipe that is the child's standard input. A word on it lets the job go; its end
without that word, which a kill -9 of the starter brings too, asks the job to stop.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLE = "CTK_JOB_LEASH"
"""Set to 1 in the environment of a child whose standard input is its leash."""
LET_GO = b"go\n"
"""The word that lets it go."""


def watch(cancel: Callable[[], None]) -> None:
    """Ask a job of this process to stop when its leash is cut; do nothing where there is none.

    Args:
        cancel: asks the job to stop; called from another thread.
    """
    if os.environ.pop(VARIABLE, "") != "1":
        return
    threading.Thread(target=_wait, args=(sys.stdin.fileno(), cancel), name="leash", daemon=True).start()


def _wait(end: int, cancel: Callable[[], None]) -> None:
    said = b""
    while True:
        try:
            more = os.read(end, 64)
        except OSError:
            more = b""
        if not more:
            break
        said += more
    if LET_GO not in said:
        cancel()
