"""What the sample description of an MP4 track says of its codec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.scan.containers.adts import PLAIN_RATE, RATES
from ctk_tui.scan.containers.mp4_atoms import find

if TYPE_CHECKING:
    from ctk_tui.scan.containers.held import Held

_AAC_TYPES = frozenset({0x40, 0x66, 0x67, 0x68})
"""Object types that are AAC: of MPEG-4, and three profiles of MPEG-2."""
_LOW_COMPLEXITY, _SBR, _PS = 2, 5, 29
_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 8)


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec, as far as its description tells."""

    name: str
    """aac or alac."""
    rate: int
    """Hertz; 0 where only a decoder knows."""
    channels: int
    """0 where only a decoder knows."""
    bits: int | None = None


def codec(held: Held, start: int, end: int) -> Codec | None:
    """Return the codec of the first entry of the `stsd` whose body is this; None for a codec read elsewhere.

    The entry's own fields for channels and rate are the container's guess, and wrong in most files made by FFmpeg
    or iTunes: mono is written as stereo.
    """
    entry = held.at(start + 8, 36)
    if len(entry) < 36:
        return None
    stop = min(start + 8 + int.from_bytes(entry[:4], "big"), end)
    inside = start + 8 + 36 + {1: 16, 2: 36}.get(int.from_bytes(entry[16:18], "big"), 0)
    name = entry[4:8]
    if name == b"alac":
        return _alac(held, inside, stop)
    if name == b"mp4a":
        place = find(held, inside, stop, b"esds") or find(held, inside, stop, b"wave", b"esds")
        return _aac(held.at(place[0] + 4, min(place[1] - place[0], 256))) if place else None
    return None


def is_encrypted(held: Held, start: int) -> bool:
    """Return whether the entry is a shop's protected sound."""
    return held.at(start + 12, 4) in {b"drms", b"enca", b"aavd"}


def _alac(held: Held, start: int, end: int) -> Codec | None:
    place = find(held, start, end, b"alac") or find(held, start, end, b"wave", b"alac")
    cookie = held.at(place[0] + 4, 24) if place else b""
    if len(cookie) < 24:
        return None
    return Codec("alac", int.from_bytes(cookie[20:24], "big"), cookie[9], cookie[5])


def _aac(esds: bytes) -> Codec | None:
    """Return the codec in an ES descriptor: its nested descriptors are walked down to AudioSpecificConfig."""
    at = 0
    object_type = 0
    for _ in range(8):
        if at >= len(esds):
            return None
        tag = esds[at]
        at += 1
        length = 0
        for _ in range(4):
            if at >= len(esds):
                return None
            byte = esds[at]
            at += 1
            length = length << 7 | byte & 0x7F
            if byte < 0x80:
                break
        if tag == 3:
            at += 3 + _optional(esds, at)
        elif tag == 4:
            object_type = esds[at] if at < len(esds) else 0
            at += 13
        elif tag == 5:
            return _specific(esds[at : at + length]) if object_type in _AAC_TYPES else None
        else:
            at += length
    return None


def _optional(esds: bytes, at: int) -> int:
    """Return the bytes of the optional fields of an ES descriptor that begins at `at`."""
    flags = esds[at + 2] if at + 2 < len(esds) else 0
    url = 1 + esds[at + 3] if flags & 0x40 and at + 3 < len(esds) else 0
    return (2 if flags & 0x80 else 0) + url + (2 if flags & 0x20 else 0)


def _specific(config: bytes) -> Codec | None:
    """Return the codec in an AudioSpecificConfig (ISO 14496-3, 1.6.2.1)."""
    bits = int.from_bytes(config[:8].ljust(8, b"\0"), "big")
    place = 64

    def take(count: int) -> int:
        nonlocal place
        place -= count
        return bits >> place & (1 << count) - 1

    def rate() -> int:
        index = take(4)
        if index == 15:
            return take(24)
        return RATES[index] if index < len(RATES) else 0

    kind = take(5)
    if kind == 31:
        kind = 32 + take(6)
    hertz = rate()
    layout = take(4)
    channels = _CHANNELS[layout] if layout < len(_CHANNELS) else 0
    if kind in (_SBR, _PS):
        hertz = rate()
        return Codec("aac", hertz, 2 if kind == _PS and channels == 1 else channels)
    plain = hertz >= PLAIN_RATE
    return Codec("aac", hertz if plain else 0, channels if plain else 0)
