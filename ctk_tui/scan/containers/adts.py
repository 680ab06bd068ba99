"""AAC as a bare stream (ADTS, ISO 13818-7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.model.audio import AudioFacts
from ctk_tui.scan.containers import ape, id3, words

if TYPE_CHECKING:
    from ctk_tui.scan.containers.held import Held

RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
"""Hertz by index, in ADTS as in MP4."""
PLAIN_RATE = 32000
"""At and above this rate AAC is what it says; below, HE-AAC may double the rate, and only a decoder knows."""
SAMPLES = 1024
"""A channel in one raw block."""


def read(held: Held) -> AudioFacts | None:
    """Return the facts of an ADTS file, None where a decoder has to be asked."""
    start = id3.end_of_tags(held)
    found = id3.words_in(held, 0, held.size) if start else {}
    head = held.at(start, 7)
    if len(head) < 7 or not _is_frame(head, 0, head[2]):
        return None
    index = head[2] >> 2 & 15
    channels = (head[2] & 1) << 2 | head[3] >> 6
    if index >= len(RATES) or RATES[index] < PLAIN_RATE or not channels:
        return None
    blocks = _count(held, start, ape.start(held, id3.start_of_v1(held)), head[2])
    if blocks <= 0:
        return None
    channels = 8 if channels == 7 else channels
    return AudioFacts("aac", blocks * SAMPLES / RATES[index], RATES[index], channels, None, words.tags(found))


def _is_frame(data: bytes, at: int, third: int) -> bool:
    """Return whether a header begins at `at` whose third byte (object type, rate) is that of the first."""
    return data[at] == 0xFF and data[at + 1] & 0xF6 == 0xF0 and data[at + 2] == third


def _count(held: Held, start: int, end: int, third: int) -> int:
    """Return the raw blocks of all whole frames; a stream that is broken off and taken up again counts up to there."""
    blocks = 0
    place = start
    for offset, data in held.windows(start, end, 7):
        at = place - offset
        while at + 7 <= len(data):
            if not _is_frame(data, at, third):
                return blocks
            length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
            if length < 7 or offset + at + length > end:
                return blocks
            blocks += (data[at + 6] & 3) + 1
            at += length
        place = offset + at
    return blocks
