"""The embedded words of a file, made safe to keep: bounded, without NULs and lone surrogates, else as they are."""

from __future__ import annotations

from ctk_tui.model.audio import Tags

LONGEST = 4096
"""Characters kept of each word: a comment may hold a megabyte, and search wants it small."""
NO_TAGS = Tags()


def clean(text: str) -> str:
    """Return `text` without NULs, lone surrogates and outer space, cut to `LONGEST`; controls stay, they are data."""
    text = text[: LONGEST * 2]
    if "\0" in text:
        text = text.replace("\0", " ")
    text = text.strip()[:LONGEST]
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text


def from_utf8(data: bytes) -> str:
    """Return the words in UTF-8 bytes; what is not UTF-8 becomes U+FFFD."""
    return clean(data[: LONGEST * 4].decode("utf-8", "replace"))


def from_utf16(data: bytes, order: str = "le") -> str:
    """Return the words in UTF-16 bytes of the order "le" or "be", a byte order mark counting more."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        order = "le" if data[0] == 0xFF else "be"
        data = data[2:]
    return clean(data[: LONGEST * 4].decode("utf-16-" + order, "replace"))


def from_latin1(data: bytes) -> str:
    """Return the words in ISO 8859-1 bytes."""
    return clean(data[: LONGEST * 2].decode("latin-1"))


def from_unknown(data: bytes, field: int = LONGEST * 4) -> str:
    """Return the words in bytes of no declared encoding: UTF-8 if they are, else ISO 8859-1.

    Args:
        data: the bytes; what follows the first NUL is left out.
        field: bytes that there was room for; where all are in use, the last character may be cut in two.
    """
    data = data[:field].split(b"\0", 1)[0]
    try:
        return clean(data.decode())
    except UnicodeDecodeError as error:
        if len(data) == field and error.start > field - 4:
            return clean(data[: error.start].decode())
        return from_latin1(data)


def tags(found: dict[str, str], description: str = "") -> Tags:
    """Return the Tags of the words found under title, artist and comment."""
    if not found and not description:
        return NO_TAGS
    return Tags(found.get("title", ""), found.get("artist", ""), found.get("comment", ""), description)
