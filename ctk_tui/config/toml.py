"""Keys and values as TOML text."""

from __future__ import annotations

import re

from ctk_tui.model.errors import UsageError

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {
    "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
}  # fmt: skip
# What TOML forbids in a string, and what could make an editor or terminal show the file otherwise than it reads:
# C0 and C1 controls, line separators, bidi controls.
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def string(text: str) -> str:
    """Return a string as TOML.

    Args:
        text: any text; a Windows path comes out in single quotes, where a backslash is a backslash.

    Raises:
        UsageError: it holds bytes that are not UTF-8, which TOML cannot write.
    """
    if _SURROGATE.search(text):
        raise UsageError(
            f"{readable(text)}: not UTF-8, and a TOML file cannot hold that",
            "rename it, or name the nearest folder above it whose name is UTF-8",
        )
    escaped = _ESCAPED.sub(lambda match: _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04x}", text)
    if "\\" in text and "'" not in text and escaped == text.replace("\\", "\\\\"):
        return f"'{text}'"
    return f'"{escaped}"'


def readable(text: str) -> str:
    """Return a text with U+FFFD for each byte that is not UTF-8.

    Args:
        text: text that may hold lone surrogates, as `os.fsdecode` makes them.
    """
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def key(*parts: str | int) -> str:
    """Return a dotted key as TOML; parts that are not plain words stand in quotes.

    Args:
        parts: the names from the outside in; numbers are places in a list and are left out.
    """
    return ".".join(part if _BARE_KEY.fullmatch(part) else string(part) for part in parts if isinstance(part, str))


def value(thing: object) -> str:
    """Return a string, number, boolean or list of them as TOML.

    Args:
        thing: the value.

    Raises:
        UsageError: a string in it is not UTF-8.
        TypeError: it is something else.
    """
    if isinstance(thing, bool):
        return "true" if thing else "false"
    if isinstance(thing, str):
        return string(thing)
    if isinstance(thing, int | float):
        return repr(thing)
    if isinstance(thing, list | tuple):
        return f"[{', '.join(map(value, thing))}]"
    raise TypeError(f"no TOML value: {thing!r}")
