"""The only module that writes stdout."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from ctk_tui.model.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

_CONTROL = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def is_terminal() -> bool:
    """Return whether stdout is a terminal."""
    return sys.stdout.isatty()


def raw(data: bytes) -> None:
    """Write bytes as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def line(text: str = "") -> None:
    """Write a line for eyes: C0, C1 and bidi controls escaped."""
    raw(safe(text).encode("utf-8", "replace") + b"\n")


def lines(texts: Iterable[str]) -> None:
    """Write lines for eyes."""
    raw(b"".join(safe(text).encode("utf-8", "replace") + b"\n" for text in texts))


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


def flush() -> None:
    """Hand everything to the system, so that a closed pipe shows now and not at the end of the program."""
    sys.stdout.flush()
    sys.stdout.buffer.flush()
