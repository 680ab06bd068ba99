"""Core Audio Format (Apple, Core Audio Format Specification 1.0)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ctk_tui.model.audio import AudioFacts
from ctk_tui.scan.containers import words
from ctk_tui.scan.containers.sane import sane

if TYPE_CHECKING:
    from ctk_tui.model.audio import Tags
    from ctk_tui.scan.containers.held import Held

_CHUNKS = 256
_DESCRIPTION = struct.Struct(">d4sIIIII")
_TO_THE_END = -1
_FLOAT = 1
_LAW = frozenset({b"alaw", b"ulaw"})
_WORDS = {b"title": "title", b"artist": "artist", b"comments": "comment"}


def read(held: Held) -> AudioFacts | None:
    """Return the facts of a CAF file, None where a decoder has to be asked."""
    places: dict[bytes, tuple[int, int]] = {}
    offset = 8
    for _ in range(_CHUNKS):
        head = held.at(offset, 12)
        if len(head) < 12:
            break
        name, size = head[:4], int.from_bytes(head[4:], "big", signed=True)
        offset += 12
        if name == b"data" and size == _TO_THE_END:
            size = held.size - offset
        if size < 0:
            return None
        places.setdefault(name, (offset, size))
        offset += size
    description, data = places.get(b"desc"), places.get(b"data")
    if description is None or data is None or description[1] < 32:
        return None
    return _facts(held, held.at(description[0], 32), data[0] + 4, data[1] - 4, places)


def _facts(
    held: Held, description: bytes, data_at: int, data_size: int, places: dict[bytes, tuple[int, int]]
) -> AudioFacts | None:
    if len(description) < 32:
        return None
    hertz, name, flags, block, frames_in_block, channels, bits = _DESCRIPTION.unpack(description)
    rate = round(hertz) if 0 < hertz < 1 << 32 else 0
    there = min(data_size, held.size - data_at)
    if not sane(rate, channels):
        return None
    info = places.get(b"info")
    tags = _tags(held.at(info[0], min(info[1], 65536))) if info else words.NO_TAGS
    if name == b"lpcm" or name in _LAW:
        bits = 8 if name in _LAW else (bits + 7) // 8 * 8
        allowed = (32, 64) if name == b"lpcm" and flags & _FLOAT else (8, 16, 24, 32)
        if bits not in allowed or block * 8 != channels * bits:
            return None
        if there < block:
            raise held.refuse("holds no sound: its data chunk is empty")
        return AudioFacts("caf", there // block / rate, rate, channels, bits, tags, there < data_size)
    # Packets of changing size: their table counts the samples, without the encoder's padding.
    table, cookie = places.get(b"pakt"), places.get(b"kuki")
    valid = int.from_bytes(held.at(table[0] + 8, 8), "big") if table else 0
    if name != b"alac" or not cookie or there != data_size or not 0 < valid <= there * frames_in_block:
        return None
    return AudioFacts("caf", valid / rate, rate, channels, _alac_bits(held.at(cookie[0], 64)), tags)


def _alac_bits(cookie: bytes) -> int | None:
    """Return the bits of a sample in ALAC's cookie, which most files wrap into two atoms; None if there are none."""
    if cookie[4:8] == b"frma":
        cookie = cookie[24:]
    return cookie[5] or None if len(cookie) >= 24 else None


def _tags(body: bytes) -> Tags:
    """Return the words of an information chunk: a count, then names and values, each with a NUL behind it."""
    parts = body[4:].split(b"\0", 512)
    found: dict[str, str] = {}
    for name, value in zip(parts[::2], parts[1::2], strict=False):
        key = _WORDS.get(name.lower())
        if key and (text := words.from_utf8(value)):
            found.setdefault(key, text)
    return words.tags(found)
