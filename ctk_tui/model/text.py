"""File names as text: what is stored for eyes and for search beside the bytes that count."""

from __future__ import annotations

import re
import unicodedata

_BAD_BYTE = re.compile("[\udc80-\udcff]")


def display(name: bytes) -> str:
    """Return `name` as text with U+FFFD for each byte that is not UTF-8; everything else, controls too, unchanged."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return _BAD_BYTE.sub("\ufffd", name.decode("utf-8", "surrogateescape"))


def folded(text: str) -> str:
    """Return `text` as search compares it: composed (NFC), so that a Mac's names match, and case-folded."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).casefold()


def search_text(shown_path: str, words: str) -> str:
    """Return what a search looks through: the source-relative path and the file's own words, a line each, folded."""
    return folded(f"{shown_path}\n{words}" if words else shown_path)


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    r"""Return `text` with C0, C1 and bidi controls escaped (\n, \x1b, \u202e), so that a terminal only shows it."""
    return _CONTROL.sub(lambda found: _escape(found.group()), text)


def _escape(character: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    if short:
        return short
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
