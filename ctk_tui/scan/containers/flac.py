"""FLAC (RFC 9639)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.model.audio import AudioFacts
from ctk_tui.scan.containers import ape, flac_frames, id3, vorbis_comment, words
from ctk_tui.scan.containers.held import WINDOW
from ctk_tui.scan.containers.sane import sane

if TYPE_CHECKING:
    from ctk_tui.scan.containers.held import Held

_BLOCKS = 128
_STREAMINFO, _VORBIS_COMMENT = 0, 4


def read(held: Held) -> AudioFacts | None:
    """Return the facts of a FLAC file, None where a decoder has to be asked."""
    offset = id3.end_of_tags(held) + 4
    info = b""
    found: dict[str, str] = {}
    for _ in range(_BLOCKS):
        block = held.at(offset, 4)
        if len(block) < 4:
            return None
        kind, length = block[0] & 0x7F, int.from_bytes(block[1:], "big")
        offset += 4
        if kind == _STREAMINFO:
            info = held.at(offset, min(length, 34))
        elif kind == _VORBIS_COMMENT:
            found = vorbis_comment.words_in(held.at(offset, min(length, 1 << 18)))
        offset += length
        if block[0] & 0x80:
            break
    if len(info) < 18:
        return None
    packed = int.from_bytes(info[10:18], "big")
    rate, channels, bits = packed >> 44, (packed >> 41 & 7) + 1, (packed >> 36 & 31) + 1
    if not sane(rate, channels):
        return None
    told = packed & (1 << 36) - 1
    there = _samples(held, offset, info, told)
    if there is None:
        return None
    return AudioFacts("flac", there / rate, rate, channels, bits, words.tags(found), there < told)


def _samples(held: Held, first: int, info: bytes, told: int) -> int | None:
    """Return the samples up to the end of the last whole frame, None where that cannot be found.

    Args:
        held: the file.
        first: offset of the first frame.
        info: STREAMINFO.
        told: the samples that it tells of.
    """
    sync = held.at(first, 2)
    if len(sync) < 2 or sync[0] != 0xFF or sync[1] & 0xFE != 0xF8:
        return None
    fixed = int.from_bytes(info[2:4], "big")
    stop = ape.start(held, id3.start_of_v1(held))
    start = max(first, held.size - len(held.tail)) if held.tail else first
    there = flac_frames.end(held.at(start, stop - start), sync, fixed)
    if there is None and start > first:  # a frame of more than 64 KiB, or something else behind the sound
        start = max(first, stop - WINDOW)
        there = flac_frames.end(held.at(start, stop - start), sync, fixed)
    if there is None or there == told:
        return there
    begin = flac_frames.header(held.at(first, 16), 0, fixed)
    if begin is None or begin[0] >= there:  # cut out of a longer stream, whose numbers went on
        return None
    return there - begin[0]
