"""AIFF and AIFF-C (Apple, Audio Interchange File Format 1.3 and AIFF-C draft of 1991)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ctk_tui.model.audio import AudioFacts
from ctk_tui.scan.containers import id3, words
from ctk_tui.scan.containers.sane import sane

if TYPE_CHECKING:
    from ctk_tui.model.audio import Tags
    from ctk_tui.scan.containers.held import Held

_CHUNKS = 256
_CHUNK = struct.Struct(">4sI")
_COMMON = struct.Struct(">HIHHQ")
_WORDS = {b"NAME": "title", b"AUTH": "artist", b"ANNO": "comment"}
_BY_SIZE = frozenset({b"", b"NONE", b"twos", b"sowt"})
"""Compressions that are none: the bits of a sample stand in COMM."""
_BITS = (
    dict.fromkeys((b"raw ", b"alaw", b"ALAW", b"ulaw", b"ULAW"), 8)
    | dict.fromkeys((b"in24", b"42ni"), 24)
    | dict.fromkeys((b"in32", b"23ni", b"fl32", b"FL32"), 32)
    | dict.fromkeys((b"fl64", b"FL64"), 64)
)
"""Compressions of fixed size to the bits of a sample."""


def read(held: Held) -> AudioFacts | None:
    """Return the facts of an AIFF file, None where a decoder has to be asked."""
    places: dict[bytes, tuple[int, int]] = {}
    offset = 12
    for _ in range(_CHUNKS):
        header = held.at(offset, 8)
        if len(header) < 8:
            break
        name, size = _CHUNK.unpack(header)
        offset += 8
        places.setdefault(name, (offset, size))
        offset += size + size % 2
    common, sound = places.get(b"COMM"), places.get(b"SSND")
    if common is None or sound is None:
        raise held.refuse(f"damaged: it has no {'format' if common is None else 'sound'} chunk")
    if common[1] < 18:
        return None
    skip = 8 + int.from_bytes(held.at(sound[0], 4), "big")
    tags = _tags(held, places) if len(places) > 2 else words.NO_TAGS
    return _facts(held, held.at(common[0], min(common[1], 22)), sound[0] + skip, sound[1] - skip, tags)


def _tags(held: Held, places: dict[bytes, tuple[int, int]]) -> Tags:
    """Return the words of the chunks that have some; an ID3 tag holds them longer and in any script."""
    found: dict[str, str] = {}
    for name, key in _WORDS.items():
        place = places.get(name)
        if place and (text := words.from_unknown(held.at(place[0], min(place[1], 65536)))):
            found[key] = text
    if place := places.get(b"ID3 ") or places.get(b"id3 "):
        found |= id3.words_in(held, *place)
    return words.tags(found)


def _facts(held: Held, common: bytes, sound_at: int, sound_size: int, tags: Tags) -> AudioFacts | None:
    channels, frames, bits, exponent, mantissa = _COMMON.unpack_from(common)
    rate = _rate(exponent, mantissa)
    compression = common[18:22]
    bits = (bits + 7) // 8 * 8 if compression in _BY_SIZE else _BITS.get(compression, 0)
    if not sane(rate, channels) or not 8 <= bits <= 64:
        return None
    block = channels * bits // 8
    rest = held.size - sound_at
    if frames == 0 and rest > 0 and sound_size <= 0:
        sound_size = rest  # a stream: its writer could not go back
        frames = rest // block
    there = min(frames, min(max(sound_size, 0), max(rest, 0)) // block)
    if there <= 0:
        raise held.refuse("holds no sound: its sound chunk is empty")
    return AudioFacts("aiff", there / rate, rate, channels, bits, tags, there < frames)


def _rate(exponent: int, mantissa: int) -> int:
    """Return hertz from the two parts of an 80-bit float, rounded; 0 for what no rate can be."""
    shift = exponent - 16383 - 63
    if not -63 <= shift <= 0:
        return 0
    return mantissa + (1 << -shift >> 1) >> -shift
