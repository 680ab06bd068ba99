"""APEv2 tags: WavPack's own, and at the end of some MP3s (wiki.hydrogenaudio.org, APEv2 specification)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.scan.containers import words

if TYPE_CHECKING:
    from ctk_tui.scan.containers.held import Held

ITEMS = 128
"""Items looked at."""
_FOOTER = 32
_HAS_HEADER = 0x80
_NOT_TEXT = 0x06
_WORDS = {b"title": "title", b"artist": "artist", b"comment": "comment"}


def start(held: Held, end: int) -> int:
    """Return the offset of the tag that ends at `end`, `end` itself where none does."""
    footer = held.at(end - _FOOTER, _FOOTER)
    if len(footer) < _FOOTER or footer[:8] != b"APETAGEX":
        return end
    length = int.from_bytes(footer[12:16], "little") + (_FOOTER if footer[23] & _HAS_HEADER else 0)
    return end - length if _FOOTER <= length <= end else end


def words_in(held: Held, begin: int, end: int) -> dict[str, str]:
    """Return title, artist and comment of the tag that lies from `begin` to `end`, those that it has."""
    if end - begin < _FOOTER:
        return {}
    body = held.at(begin, min(end - begin - _FOOTER, 1 << 18))
    offset = _FOOTER if body[:8] == b"APETAGEX" else 0
    found: dict[str, str] = {}
    for _ in range(ITEMS):
        split = body.find(b"\0", offset + 8, offset + 8 + 256)
        if split < 0:
            break
        size = int.from_bytes(body[offset : offset + 4], "little")
        key = _WORDS.get(body[offset + 8 : split].lower())
        if key and not body[offset + 4] & _NOT_TEXT and (text := words.from_utf8(body[split + 1 : split + 1 + size])):
            found.setdefault(key, text)
        offset = split + 1 + size
    return found
