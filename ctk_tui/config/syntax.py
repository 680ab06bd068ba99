"""What is wrong with a file that is not TOML, in words that help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctk_tui.config.problems import Problem, error_of

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.model.errors import ConfigError

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_TWICE = re.compile(r"Cannot declare (\(.*\)) twice")


def file_error(path: Path, message: str, line: int = 0, *, hint: str = "") -> ConfigError:
    """Return an error of the file as a whole.

    Args:
        path: the file.
        message: what is wrong.
        line: counted from 1, 0 where none can be named.
        hint: the next step.
    """
    return error_of([Problem(message, path, line, hint=hint)])


def syntax_error(path: Path, text: str, message: str) -> ConfigError:
    """Return a TOML error with its line, and with what is most often behind it.

    Args:
        path: the file.
        text: what it holds.
        message: what tomllib says.
    """
    place = _PLACE.search(message)
    last = text.count("\n", 0, len(text.rstrip())) + 1
    line = int(place[1] or last) if place else 0
    message = _PLACE.sub("", message)
    written = text.split("\n")[line - 1] if line else ""
    hint = ""
    if twice := _TWICE.fullmatch(message):
        # tomllib shows the key as a tuple of strings: ('sources', 'a')
        names = re.findall(r"'([^']*)'", twice[1])
        message = f"[{'.'.join(names)}] stands here a second time"
    elif message == "Cannot overwrite a value":
        # The place is the end of the value; of one of several lines the key cannot be seen there.
        name, equals, _ = written.partition("=")
        message = f"{name.strip() if equals else 'a key'} stands here a second time"
    elif "\\" in written and ("escape" in message.lower() or "hex" in message or "Unicode scalar" in message):
        hint = "in double quotes a backslash begins an escape; write a Windows path in single quotes: 'D:\\Samples'"
    elif message == "Invalid value" and place and not place[1]:
        message = "the file ends where a value should stand, or inside one"
    elif message == "Invalid value":
        hint = 'text stands in quotes: path = "~/Samples"'
    return file_error(path, f"not valid TOML: {message}", line, hint=hint)
