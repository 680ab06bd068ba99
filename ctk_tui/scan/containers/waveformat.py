"""WAVEFORMATEX: how WAV, W64 and ASF describe a codec (Microsoft, mmreg.h)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

PCM, MS_ADPCM, FLOAT, ALAW, MULAW, IMA_ADPCM, EXTENSIBLE = 1, 2, 3, 6, 7, 0x11, 0xFFFE
_PCM_BITS = frozenset({8, 16, 24, 32, 64})
_FLOAT_BITS = frozenset({32, 64})
_FIELDS = struct.Struct("<HHIIHH")
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")
"""What follows the codec's tag in the GUID of every codec that has one."""


@dataclass(frozen=True, slots=True)
class WaveFormat:
    """One codec's description."""

    tag: int
    """The codec; EXTENSIBLE already resolved, -1 where its GUID stands for none that has a tag."""
    channels: int
    rate: int
    """Hertz."""
    block: int
    """Bytes of the smallest unit: one sample of all channels, or one block of a compressed codec."""
    bits: int
    """Bits a sample, in whole bytes: 20 bits lie in 24."""
    frames_in_block: int
    """Samples a channel in one block, 0 where only a decoder knows."""


def parse(body: bytes) -> WaveFormat | None:
    """Return the description in the body of a `fmt ` chunk, None if it is too short."""
    if len(body) < 16:
        return None
    tag, channels, rate, _, block, bits = _FIELDS.unpack_from(body)
    extra = body[18:]
    if tag == EXTENSIBLE and len(extra) >= 22:
        tag = extra[6] | extra[7] << 8 if extra[8:22] == _GUID_TAIL else -1
        bits = extra[0] | extra[1] << 8 or bits
    if tag in (ALAW, MULAW):
        bits = 8
    bits = (bits + 7) // 8 * 8
    return WaveFormat(tag, channels, rate, block, bits, _frames_in_block(tag, channels, block, bits, extra))


def _frames_in_block(tag: int, channels: int, block: int, bits: int, extra: bytes) -> int:
    """Return the samples a channel in one block, 0 where the fields do not fit each other or the codec is rarer."""
    if tag == PCM:
        # A block of 32 bits with 24 of them in use is read differently by different programs: left to the decoder.
        return 1 if bits in _PCM_BITS and block * 8 == channels * bits else 0
    if tag == FLOAT:
        return 1 if bits in _FLOAT_BITS and block * 8 == channels * bits else 0
    if tag in (ALAW, MULAW):
        return 1 if block == channels else 0
    if tag in (IMA_ADPCM, MS_ADPCM) and channels in (1, 2) and bits == 8:
        # bits is 4, rounded up. The samples of a block follow from its bytes; the field that repeats them may lie.
        header, first = (4, 1) if tag == IMA_ADPCM else (7, 2)
        frames = (block - header * channels) * 2 // channels + first
        return frames if block > header * channels and extra[:2] == frames.to_bytes(4, "little")[:2] else 0
    return 0


def bit_depth(form: WaveFormat) -> int | None:
    """Return what FFmpeg calls the bits of a sample: 4 for ADPCM, None for what has no fixed number."""
    if form.tag in (PCM, FLOAT, ALAW, MULAW):
        return form.bits
    return 4 if form.tag in (IMA_ADPCM, MS_ADPCM) else None
