"""The configuration file as text, values and positions, or the reason why it cannot be read."""

from __future__ import annotations

import codecs
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctk_tui.config.layout import layout
from ctk_tui.config.problems import Problem, error_of

if TYPE_CHECKING:
    from ctk_tui.config.layout import Layout
    from ctk_tui.model.errors import ConfigError

# A configuration is a few kilobytes. --config pointed at a recording or at /dev/zero must not fill the memory.
_MOST_BYTES = 4 * 1024 * 1024
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_TWICE = re.compile(r"Cannot declare (\(.*\)) twice")


@dataclass(frozen=True, slots=True)
class Document:
    """A configuration file that is valid TOML."""

    path: Path
    """The file, as it was named."""
    text: str
    """Its text, with the line breaks that it has, without a byte order mark."""
    data: dict[str, Any]
    """What tomllib makes of it."""
    layout: Layout
    """Where its keys stand."""
    mark: bytes = b""
    """The byte order mark that it began with, as Windows editors write it."""

    @property
    def newline(self) -> str:
        r"""The line break that the file uses, \r\n or \n."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def encode(self) -> bytes:
        """Return the bytes of the file."""
        return self.mark + self.text.encode()


def read_bytes(path: Path) -> bytes | None:
    """Return the bytes of a configuration file, None when there is none.

    Args:
        path: the file.

    Raises:
        ConfigError: it cannot be read, is a folder, or is far too large.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        raise _error(path, "this is a folder, not a configuration file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise _error(path, f"cannot be read: {reason or error}") from error
    if len(content) > _MOST_BYTES:
        raise _error(path, f"this is no configuration: it is larger than {_MOST_BYTES // 1024 // 1024} MiB")
    return content


def parse(path: Path, content: bytes) -> Document:
    """Return the document that the bytes of a file hold.

    Args:
        path: the file, for the messages.
        content: its bytes.

    Raises:
        ConfigError: it is not UTF-8, or not TOML; names the line.
    """
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    text = _decoded(path, content.removeprefix(mark))
    try:
        return Document(path, text, tomllib.loads(text), layout(text), mark)
    except ValueError as error:
        raise _syntax_error(path, text, str(error)) from error
    except RecursionError:
        raise _error(path, "not valid TOML: nested too deep") from None


def folder_of(path: Path) -> Path:
    """Return the absolute folder that relative paths in the file count from, as the file was named.

    Args:
        path: the file; a link is not followed, so that a linked file means what it says where it is used.
    """
    return Path(os.path.abspath(path)).parent


def _decoded(path: Path, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _error(path, "the file is UTF-16, TOML is UTF-8", hint="save it again as UTF-8")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8: byte 0x{content[error.start]:02x}"
        raise _error(path, message, line, hint="save the file again as UTF-8") from error


def _syntax_error(path: Path, text: str, message: str) -> ConfigError:
    """Tell a TOML error with its line, and what is most often behind it."""
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
    return _error(path, f"not valid TOML: {message}", line, hint=hint)


def _error(path: Path, message: str, line: int = 0, *, hint: str = "") -> ConfigError:
    return error_of([Problem(message, path, line, hint=hint)])
