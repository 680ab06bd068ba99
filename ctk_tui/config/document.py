"""The configuration file as text, values and positions, or the reason why it cannot be read."""

from __future__ import annotations

import codecs
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctk_tui.config.scanner import layout
from ctk_tui.config.syntax import file_error, syntax_error

if TYPE_CHECKING:
    from ctk_tui.config.layout import Layout

# A configuration is a few kilobytes. --config pointed at a recording or at /dev/zero must not fill the memory.
_MOST_BYTES = 4 * 1024 * 1024


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
        raise file_error(path, "this is a folder, not a configuration file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise file_error(path, f"cannot be read: {reason or error}") from error
    if len(content) > _MOST_BYTES:
        raise file_error(path, f"this is no configuration: it is larger than {_MOST_BYTES // 1024 // 1024} MiB")
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
        raise syntax_error(path, text, str(error)) from error
    except RecursionError:
        raise file_error(path, "not valid TOML: nested too deep") from None


def folder_of(path: Path) -> Path:
    """Return the absolute folder that relative paths in the file count from, as the file was named.

    Args:
        path: the file; a link is not followed, so that a linked file means what it says where it is used.
    """
    return Path(os.path.abspath(path)).parent


def _decoded(path: Path, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise file_error(path, "the file is UTF-16, TOML is UTF-8", hint="save it again as UTF-8")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8: byte 0x{content[error.start]:02x}"
        raise file_error(path, message, line, hint="save the file again as UTF-8") from error
