"""The only module that writes stdout."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from ctk_tui.model.errors import CtkError
from ctk_tui.model.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

_CONTROL = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_STYLES = {"head": "1", "quiet": "2", "warn": "33", "error": "31"}
"""Styles by their meaning, as numbers of SGR sequences."""


class OutputLost(CtkError):
    """What stdout leads to takes no more, a full disk say."""


def is_terminal() -> bool:
    """Return whether stdout is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def raw(data: bytes) -> None:
    """Write bytes as they are; they leave in blocks, at the latest with `flush`.

    Raises:
        BrokenPipeError: the reader has gone.
        OutputLost: the system refuses them.
    """
    if sys.stdout is None:  # started with stdout closed: `ctk scan >&-`
        return
    try:
        sys.stdout.buffer.write(data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(f"the output cannot be written: {error.strerror}") from error


def flush() -> None:
    """Hand everything to the system, so that a closed pipe shows now and not at the end of the program."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(f"the output cannot be written: {error.strerror}") from error


def abandon() -> None:
    """Let go of what stdout still holds: nobody takes it, and Python would fail on it once more at the end."""
    if sys.stdout is not None:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def styled(text: str, style: str) -> str:
    """Return text as `line` takes it, in a style where stdout is a terminal that knows styles.

    Args:
        text: escaped here.
        style: one of head, quiet, warn, error, or "" for none.
    """
    if not style or not is_terminal() or os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb":
        return safe(text)
    return f"\x1b[{_STYLES[style]}m{safe(text)}\x1b[0m"


def line(text: str = "", style: str = "") -> None:
    """Write a line for eyes: C0, C1 and bidi controls escaped."""
    raw(styled(text, style).encode("utf-8", "replace") + b"\n")


def parts(*texts: tuple[str, str]) -> None:
    """Write a line for eyes, put together from (text, style)."""
    raw("".join(styled(text, style) for text, style in texts).encode("utf-8", "replace") + b"\n")


def lines(texts: Iterable[str]) -> None:
    """Write lines for eyes."""
    raw(b"".join(safe(text).encode("utf-8", "replace") + b"\n" for text in texts))


def table(texts: Iterable[str]) -> None:
    """Write lines for eyes, of which the first is a heading."""
    for at, text in enumerate(texts):
        line(text, "" if at else "head")


def text_block(text: str) -> None:
    """Write text of several lines for eyes, such as a configuration or a log."""
    lines(text.rstrip("\n").split("\n"))


def json_text(value: Any) -> str:
    r"""Return a value as JSON on one line; controls that a terminal would obey are escaped as \u."""
    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def document(value: Any) -> None:
    """Write one JSON document."""
    raw(json_text(value).encode() + b"\n")
