"""WavPack (wavpack.com, WavPack 4 & 5 Binary File / Block Format)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.model.audio import AudioFacts
from ctk_tui.scan.containers import ape, id3, words
from ctk_tui.scan.containers.held import WINDOW
from ctk_tui.scan.containers.sane import sane

if TYPE_CHECKING:
    from ctk_tui.scan.containers.held import Held

_RATES = (6000, 8000, 9600, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000, 192000)
_FLOAT, _MONO, _FINAL, _DSD = 1 << 7, 1 << 2, 1 << 12, 1 << 31
_UNKNOWN = 0xFFFFFFFF
_CHANNEL_INFO, _LARGE, _ODD = 0x0D, 0x80, 0x40


@dataclass(frozen=True, slots=True)
class Block:
    """The header of one block."""

    end: int
    """Offset behind it."""
    total: int
    """Samples of the whole file, -1 where they were not known."""
    first: int
    samples: int
    flags: int


def _block_at(held: Held, offset: int) -> Block | None:
    head = held.at(offset, 32)
    if len(head) < 32 or head[:4] != b"wvpk" or head[9] != 4:
        return None
    size, total, first, samples, flags = (int.from_bytes(head[at : at + 4], "little") for at in (4, 12, 16, 20, 24))
    # Two bytes of the header extend the total and the first sample to 40 bits.
    total = -1 if total == _UNKNOWN else total + (head[11] << 32)
    return Block(offset + 8 + size, total, first + (head[10] << 32), samples, flags)


def read(held: Held) -> AudioFacts | None:
    """Return the facts of a WavPack file, None where a decoder has to be asked."""
    block = _block_at(held, 0)
    if block is None or not block.samples or block.flags & _DSD:
        return None
    index = block.flags >> 23 & 15
    if index >= len(_RATES):  # any other rate stands in the metadata
        return None
    channels = (1 if block.flags & _MONO else 2) if block.flags & _FINAL else _channels(held, 32, block.end)
    rate = _RATES[index]
    if not sane(rate, channels):
        return None
    last = _last_sample(held)
    if last is None or last <= block.first:
        return None
    end = last - block.first
    bits = 32 if block.flags & _FLOAT else ((block.flags & 3) + 1) * 8
    behind = id3.start_of_v1(held)
    tags = words.tags(ape.words_in(held, ape.start(held, behind), behind))
    return AudioFacts("wavpack", end / rate, rate, channels, bits, tags, end < block.total)


def _channels(held: Held, offset: int, end: int) -> int:
    """Return the channels that the metadata of a block tells of, 0 where it does not."""
    for _ in range(64):
        head = held.at(offset, 5)
        if len(head) < 5 or offset >= end:
            return 0
        kind, size = head[0], head[1]
        offset += 2
        if kind & _LARGE:
            size |= head[2] << 8 | head[3] << 16
            offset += 2
        if kind & 0x3F == _CHANNEL_INFO:
            body = held.at(offset, size * 2 - bool(kind & _ODD))
            return body[0] if 0 < len(body) < 6 else 0
        offset += size * 2
    return 0


def _last_sample(held: Held) -> int | None:
    """Return the sample behind the last whole block, None where no block is found near the end."""
    for back in (len(held.tail) or held.size, WINDOW):
        start = max(held.size - back, 0)
        data = held.at(start, held.size - start)
        at = len(data)
        while (at := data.rfind(b"wvpk", 0, at)) >= 0:
            block = _block_at(held, start + at)
            # More than two channels lie in several blocks, and the sound is whole with the final one.
            if block is not None and block.samples and block.flags & _FINAL and block.end <= held.size:
                return block.first + block.samples
    return None
