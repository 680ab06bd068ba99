"""Whose keyboard this is: over SSH sound comes out where ctk runs, and not where it is listened for."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TMUX = 1.0
"""Seconds that tmux may take to answer."""


def keyboard_host(environ: Mapping[str, str], ask: Callable[[], str | None] | None = None) -> str | None:
    """Return the address of the host whose keyboard is used, None where it is this one's.

    Inside tmux the environment is that of the moment when the window was made: the session's own is asked for, which
    follows the client that attached last.

    Args:
        environ: of this process.
        ask: returns what `tmux show-environment SSH_CONNECTION` prints, None where it fails; for tests.
    """
    told = environ.get("SSH_CONNECTION") or environ.get("SSH_CLIENT") or ""
    if environ.get("TMUX"):
        answer = (ask or _ask_tmux)()
        if answer is not None:
            told = "" if answer.startswith("-") else answer.partition("=")[2]
    words = told.split()
    return words[0] if words else None


def _ask_tmux() -> str | None:
    program = shutil.which("tmux")
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, "show-environment", "SSH_CONNECTION"], capture_output=True, timeout=_TMUX, check=False, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
