"""The only module that writes stderr and decides exit codes."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from enum import IntEnum
from typing import TYPE_CHECKING

from ctk_tui.cli import output
from ctk_tui.model.errors import (
    Busy,
    Cancelled,
    CtkError,
    Refused,
    SourceOffline,
    UsageError,
)
from ctk_tui.model.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable


class Exit(IntEnum):
    """What an exit code says; `MEANINGS` tells it in words."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    PART = 3
    REFUSED = 4
    BUSY = 5
    OFFLINE = 6
    INTERRUPTED = 130
    TERMINATED = 143


MEANINGS = {
    Exit.DONE: "done",
    Exit.ERROR: "error",
    Exit.USAGE: "the words of the command are off",
    Exit.PART: "done in part; what failed anew is listed",
    Exit.REFUSED: "refused for safety, or it needs a yes that nobody gave",
    Exit.BUSY: "another ctk holds the lock",
    Exit.OFFLINE: "a named source, or every enabled one, is offline; removable sources do not count",
    Exit.INTERRUPTED: "interrupted (Ctrl-C)",
    Exit.TERMINATED: "terminated (SIGTERM, SIGHUP)",
}
_FIRST = (
    Exit.TERMINATED, Exit.INTERRUPTED, Exit.BUSY, Exit.REFUSED, Exit.ERROR, Exit.OFFLINE, Exit.PART, Exit.USAGE,
)  # fmt: skip
_OF_ERRORS: tuple[tuple[type[CtkError], Exit], ...] = (
    (UsageError, Exit.USAGE),
    (Refused, Exit.REFUSED),
    (Busy, Exit.BUSY),
    (SourceOffline, Exit.OFFLINE),
    (Cancelled, Exit.INTERRUPTED),
)


def worst(codes: Iterable[Exit]) -> Exit:
    """Return the code that wins when several apply."""
    found = set(codes)
    return next((code for code in _FIRST if code in found), Exit.DONE)


def code_of(error: CtkError) -> Exit:
    """Return the exit code of an error."""
    return next((code for kind, code in _OF_ERRORS if isinstance(error, kind)), Exit.ERROR)


def is_terminal() -> bool:
    """Return whether stderr is a terminal on which lines can be drawn anew."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def say(text: str) -> None:
    """Write one line to stderr, controls escaped; a closed stderr is no reason to fail."""
    _write(f"{safe(text)}\n")


def can_ask() -> bool:
    """Return whether somebody sits there who sees a question and can answer it."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def ask(question: str) -> bool:
    """Ask on the terminal; anything but y or yes is a no, the end of the input too."""
    return answered(f"{question} [y/N] ").lower() in {"y", "yes"}


def answered(question: str) -> str:
    """Ask on the terminal and return the line that is typed, "" at the end of the input."""
    _write(safe(question))
    answer = sys.stdin.readline()
    if not answer:
        _write("\n")
    return answer.strip()


def _write(text: str) -> None:
    # What stdout got before stands before on the terminal; that its reader has gone shows at the next write to it.
    with contextlib.suppress(OSError, ValueError, output.OutputLost):
        output.flush()
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


def tell(error: CtkError, *, verbose: bool) -> Exit:
    """Tell an error in one or two lines, with its traceback when asked; return its exit code."""
    _trace(error, verbose=verbose)
    say(f"ctk: {error.message}")
    if error.hint:
        say(f"     {error.hint}")
    return code_of(error)


def tell_defect(error: Exception, *, verbose: bool) -> Exit:
    """Tell an error that ctk did not foresee."""
    _trace(error, verbose=verbose)
    say(f"ctk: a defect of ctk: {type(error).__name__}: {error}")
    if not verbose:
        say("     `ctk -v …` shows where; please report it with that")
    return Exit.ERROR


def tell_interrupt() -> Exit:
    """End the line on which the terminal shows ^C."""
    if is_terminal():
        say("")
    return Exit.INTERRUPTED


def _trace(error: Exception, *, verbose: bool) -> None:
    if verbose:
        for line in "".join(traceback.format_exception(error)).splitlines():
            say(line)


def overwrite_line(text: str) -> None:
    """Show a line in place of the one that the cursor stands on, without a line break; for terminals."""
    _write(f"\r{safe(text)}\x1b[K")


def erase_line() -> None:
    """Take away what `overwrite_line` showed."""
    _write("\r\x1b[K")
