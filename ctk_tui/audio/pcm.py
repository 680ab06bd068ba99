"""Where the samples of an uncompressed WAV lie, so that they can be read without a decoder."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

from ctk_tui.disk.reading import pread

PcmType = Literal["u1", "i2", "i3", "i4", "f4", "f8"]
"""Kind and bytes of a sample."""

_MOST_CHUNKS = 1000
_HEADER = 8
_UNKNOWN = 0xFFFFFFFF
"""The length that a header tells when it is told elsewhere (RF64) or was never filled in."""
_GUID_TAIL = b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"
"""What follows the format tag in the subformat of WAVE_FORMAT_EXTENSIBLE (Microsoft, KSDATAFORMAT_SUBTYPE_*)."""


@dataclass(frozen=True, slots=True)
class Pcm:
    """The samples of a WAV or RF64 file."""

    offset: int
    """Bytes from the start of the file to the first sample."""
    frames: int
    """Frames that the file really holds."""
    channels: int
    """More than 0."""
    kind: PcmType
    """How a sample is written, little-endian."""

    @property
    def width(self) -> int:
        """Bytes of a frame."""
        return self.channels * int(self.kind[1])


def find_pcm(fd: int, size: int) -> Pcm | None:
    """Return where the samples lie, None where the file is not a plain PCM WAV.

    Args:
        fd: an open file.
        size: its length in bytes.

    Raises:
        OSError: the system refused to read.
    """
    head = pread(fd, 12, 0)
    if len(head) < 12 or head[:4] not in {b"RIFF", b"RF64", b"BW64"} or head[8:] != b"WAVE":
        return None
    at, form, long_data = 12, None, 0
    for _ in range(_MOST_CHUNKS):
        chunk = pread(fd, _HEADER, at)
        if len(chunk) < _HEADER:
            return None
        name, length = chunk[:4], struct.unpack("<I", chunk[4:])[0]
        if name == b"ds64":
            long_data = struct.unpack("<Q", pread(fd, 24, at + _HEADER)[8:16].ljust(8, b"\0"))[0]
        elif name == b"fmt ":
            form = _format(pread(fd, min(length, 40), at + _HEADER))
            if form is None:
                return None
        elif name == b"data":
            told = long_data if length == _UNKNOWN and long_data else length
            return None if form is None else _region(at + _HEADER, told, size, *form)
        at += _HEADER + length + length % 2
    return None


def _format(body: bytes) -> tuple[int, PcmType] | None:
    if len(body) < 16:
        return None
    tag, channels, _, _, align, bits = struct.unpack("<HHIIHH", body[:16])
    if tag == 0xFFFE and len(body) == 40 and body[26:] == _GUID_TAIL:
        tag = struct.unpack("<H", body[24:26])[0]
    kinds: dict[tuple[int, int], PcmType] = {
        (1, 8): "u1", (1, 16): "i2", (1, 24): "i3", (1, 32): "i4", (3, 32): "f4", (3, 64): "f8",
    }  # fmt: skip
    kind = kinds.get((tag, bits))
    if kind is None or channels == 0 or align != channels * bits // 8:
        return None
    return channels, kind


def _region(offset: int, told: int, size: int, channels: int, kind: PcmType) -> Pcm:
    there = max(0, min(told, size - offset))
    return Pcm(offset, there // (channels * int(kind[1])), channels, kind)
