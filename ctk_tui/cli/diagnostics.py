"""The only module that writes stderr and decides exit codes."""

from __future__ import annotations

import sys
import traceback
from enum import IntEnum
from typing import TYPE_CHECKING

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
    """What an exit code says; docs/commands.md lists them."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    PART = 3
    REFUSED = 4
    BUSY = 5
    OFFLINE = 6
    INTERRUPTED = 130
    TERMINATED = 143


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


def say(text: str) -> None:
    """Write a line to stderr, controls escaped; a closed stderr is no reason to fail."""
    try:
        sys.stderr.write("\n".join(safe(line) for line in text.split("\n")) + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return


def tell(error: CtkError, *, verbose: bool) -> Exit:
    """Tell an error in one or two lines, with its traceback when asked; return its exit code."""
    if verbose:
        say("".join(traceback.format_exception(error)))
    say(f"ctk: {_one_line(error.message)}")
    if error.hint:
        say(f"     {_one_line(error.hint)}")
    return code_of(error)


def tell_defect(error: Exception, *, verbose: bool) -> Exit:
    """Tell an error that ctk did not foresee."""
    if verbose:
        say("".join(traceback.format_exception(error)))
    say(f"ctk: a defect of ctk: {type(error).__name__}: {_one_line(str(error))}")
    if not verbose:
        say("     `ctk -v …` shows where; please report it with that")
    return Exit.ERROR


def _one_line(text: str) -> str:
    return safe(text)
