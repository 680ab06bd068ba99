"""WAV and its large forms RF64 and BW64 (EBU Tech 3285, 3306)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ctk_tui.model.audio import AudioFacts
from ctk_tui.scan.containers import id3, waveformat, words
from ctk_tui.scan.containers.sane import sane

if TYPE_CHECKING:
    from ctk_tui.model.audio import Tags
    from ctk_tui.scan.containers.held import Held

CHUNKS = 256
"""Chunks looked at; real files have fewer than twenty."""
UNKNOWN = 0xFFFFFFFF
"""A size that is not known (streams) or stands in the ds64 chunk (RF64)."""
_STREAMED = range(0x7FFFF000, 0x80000001)
"""Sizes that SoX and others write when they cannot go back to correct them."""
_INFO = {b"INAM": "title", b"IART": "artist", b"ICMT": "comment"}
_CHUNK = struct.Struct("<4sI")


def read(held: Held) -> AudioFacts | None:
    """Return the facts of a WAV file, None where a decoder has to be asked."""
    places = _chunks(held)
    form_at, data = places.get(b"fmt "), places.get(b"data")
    if form_at is None or data is None:
        # FFmpeg finds none either, but reads on beyond the end: 0.5 s for a chunk that claims 2 GB.
        raise held.refuse(f"damaged: it has no {'format' if form_at is None else 'data'} chunk")
    form = waveformat.parse(held.at(form_at[0], min(form_at[1], 64)))
    if form is None or not form.frames_in_block or not sane(form.rate, form.channels):
        return None
    data_at, data_size = data
    there = min(data_size, held.size - data_at)
    frames = there // form.block * form.frames_in_block
    fact = places.get(b"fact")
    if form.frames_in_block > 1 and fact is not None:  # the last block of ADPCM is filled up
        told = int.from_bytes(held.at(fact[0], 4), "little")
        frames = told if 0 < told < frames else frames
    if frames <= 0:
        raise held.refuse("holds no sound: its data chunk is empty")
    depth = waveformat.bit_depth(form)
    tags = _tags(held, places) if len(places) > 2 else words.NO_TAGS
    return AudioFacts("wav", frames / form.rate, form.rate, form.channels, depth, tags, there < data_size)


def _chunks(held: Held) -> dict[bytes, tuple[int, int]]:
    """Return where the body of each chunk lies and its size; a LIST goes by its type too (LISTINFO)."""
    places: dict[bytes, tuple[int, int]] = {}
    offset = 12
    for _ in range(CHUNKS):
        header = held.at(offset, 8)
        if len(header) < 8:
            break
        name, size = _CHUNK.unpack(header)
        offset += 8
        if name == b"data" and name not in places:
            size = _data_size(held, offset, size, places.get(b"ds64"))
        elif name == b"LIST":
            name += held.at(offset, 4)
        places.setdefault(name, (offset, size))
        offset += size + size % 2
    return places


def _tags(held: Held, places: dict[bytes, tuple[int, int]]) -> Tags:
    """Return the words of the chunks that have some."""
    found: dict[str, str] = {}
    description = ""
    if place := places.get(b"LISTINFO"):
        _info(held.at(place[0], min(place[1], 65536)), found)
    if place := places.get(b"bext"):
        description = words.from_unknown(held.at(place[0], min(place[1], 256)), 256)
    if place := places.get(b"id3 ") or places.get(b"ID3 "):
        found |= id3.words_in(held, *place)
    return words.tags(found, description)


def _data_size(held: Held, offset: int, size: int, ds64: tuple[int, int] | None) -> int:
    """Return the bytes of sound that the header tells of, or all that are there where it was never finished."""
    rest = held.size - offset
    if size == UNKNOWN:
        large = int.from_bytes(held.at(ds64[0] + 8, 8), "little") if ds64 else 0
        return large if 0 < large < 1 << 62 else rest
    if size == 0:
        # A stream whose writer could not go back, unless other chunks follow: then it is truly empty.
        return 0 if rest >= 8 and _is_chunk(held, offset) else rest
    if size in _STREAMED and size > rest:
        return rest
    return size


def _is_chunk(held: Held, offset: int) -> bool:
    """Return whether a chunk of a printable name and a size that fits begins at `offset`."""
    name, size = _CHUNK.unpack(held.at(offset, 8))
    return bool(name.isascii() and name.decode("latin-1").isprintable() and offset + 8 + size <= held.size)


def _info(body: bytes, found: dict[str, str]) -> None:
    """Add the words of a LIST INFO chunk's body to `found`."""
    offset = 4
    for _ in range(CHUNKS):
        if offset + 8 > len(body):
            return
        name, size = _CHUNK.unpack_from(body, offset)
        offset += 8
        key = _INFO.get(name)
        if key and (text := words.from_unknown(body[offset : offset + size])):
            found.setdefault(key, text)
        offset += size + size % 2
