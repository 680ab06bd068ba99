"""MPEG audio as a bare stream: MP3, and the rarer MP2 and MP1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.model.audio import AudioFacts
from ctk_tui.scan.containers import ape, id3, mpeg_frames, words

if TYPE_CHECKING:
    from ctk_tui.scan.containers.held import Held
    from ctk_tui.scan.containers.mpeg_frames import Frame

_SEARCH = 65536
"""Bytes behind the tags in which the first frame must lie."""
_PROBES = 8
"""Places looked at before a file without a frame count is believed to have one bit rate throughout."""
_PROBE = 8192
"""Bytes looked at in each: five frames or more."""
_BITS = range(7, 1500)
"""Thousands of bits a second that a frame count may come to: from 8 to 448, layer I and free format with room."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the first frame says of the whole stream."""

    frames: int
    length: int
    """Bytes, with this first frame or, by some writers, without it; 0 where it does not say."""


def read(held: Held) -> AudioFacts | None:
    """Return the facts of an MP3 file, None where a decoder has to be asked."""
    start = id3.end_of_tags(held)
    found = id3.words_in(held, 0, held.size) if start else {}
    last = id3.start_of_v1(held)
    end = ape.start(held, last)
    if len(found) < 3 and end < held.size:
        found = id3.words_at_end(held) | ape.words_in(held, end, last) | found
    first, head = _first_frame(held, start)
    if first < 0:
        return None
    frame = mpeg_frames.FRAMES[head[1] << 8 | head[2]]
    channels = 1 if head[3] >> 6 == 3 else 2
    frames, truncated = _frames(held, first, end, frame, _told(head, frame, channels))
    if frames <= 0:
        return None
    name = f"mp{frame.layer}"
    seconds = frames * frame.samples / frame.rate
    return AudioFacts(name, seconds, frame.rate, channels, None, words.tags(found), truncated)


def _first_frame(held: Held, start: int) -> tuple[int, bytes]:
    """Return the offset of the first frame, -1 if there is none, and the bytes that begin there."""
    data = held.at(start, 4096)
    if len(data) >= 4 and data[0] == 0xFF and mpeg_frames.find(data[:4096], 0, last=len(data) < 4096) == 0:
        return start, data
    data = held.at(start, _SEARCH)
    at = mpeg_frames.find(data, 0, last=start + len(data) == held.size)
    return (start + at, data[at : at + 256]) if at >= 0 else (-1, b"")


def _told(head: bytes, frame: Frame, channels: int) -> Told | None:
    """Return the frame count of a Xing, Info (LAME) or VBRI (Fraunhofer) header in the first frame."""
    side = (17 if channels == 1 else 32) if frame.version == 3 else (9 if channels == 1 else 17)
    name = head[4 + side : 8 + side]
    if name in {b"Xing", b"Info"}:
        flags = int.from_bytes(head[8 + side : 12 + side], "big")
        if not flags & 1:
            return None
        frames = int.from_bytes(head[12 + side : 16 + side], "big")
        return Told(frames, int.from_bytes(head[16 + side : 20 + side], "big") if flags & 2 else 0)
    if head[36:40] == b"VBRI":
        return Told(int.from_bytes(head[50:54], "big"), int.from_bytes(head[46:50], "big"))
    return None


def _frames(held: Held, first: int, end: int, frame: Frame, told: Told | None) -> tuple[float, bool]:
    """Return the frames that the file really holds, and whether it holds fewer than it says."""
    there = end - first
    if told is not None and told.frames > 0:
        kbits = there * 8 * frame.rate / (told.frames * frame.samples * 1000)
        length = told.length or there
        if length <= there and there <= length * 1.05 + 4096 and int(kbits) in _BITS:
            return told.frames, False
        frames = mpeg_frames.count(held, first + frame.length, end, frame.kin)
        return frames, frames < told.frames
    if told is None and there > _SEARCH and _one_rate(held, first, end, frame):
        return there * 8 * frame.rate / (frame.kbits * 1000 * frame.samples), False
    start = first if told is None else first + frame.length
    return mpeg_frames.count(held, start, end, frame.kin), False


def _one_rate(held: Held, first: int, end: int, frame: Frame) -> bool:
    """Return whether every frame met at some places of the file has the bit rate of the first."""
    step = (end - first - _PROBE) // _PROBES
    for place in range(_PROBES + 1):
        data = held.at(first + place * step, _PROBE)
        at = mpeg_frames.find(data, 0, frame.kin)
        if at < 0:
            return False
        while at + 3 <= len(data) and data[at] == 0xFF:
            other = mpeg_frames.FRAMES.get(data[at + 1] << 8 | data[at + 2])
            if other is None or other.kin != frame.kin:
                break
            if other.kbits != frame.kbits:
                return False
            at += other.length
    return True
