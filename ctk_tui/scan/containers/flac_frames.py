"""Frames of FLAC: where the last whole one ends is where the sound ends (RFC 9639, section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIES = 3
_BLOCK_SIZES = (0, 192, 576, 1152, 2304, 4608, 0, 0, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768)


def _crc8_table() -> bytes:
    table = bytearray()
    for value in range(256):
        crc = value
        for _ in range(8):
            crc = crc << 1 ^ (0x107 if crc & 0x80 else 0)
        table.append(crc)
    return bytes(table)


_CRC8 = _crc8_table()


def header(data: bytes, at: int, fixed: int) -> tuple[int, int] | None:
    """Return the first sample of the frame at `at` and the samples it holds, None where no frame's header is.

    Args:
        data: a part of the file.
        at: offset of the sync code in it.
        fixed: samples of every frame but the last, from STREAMINFO.
    """
    head = data[at : at + 16]
    if len(head) < 6 or head[0] != 0xFF or head[1] & 0xFE != 0xF8 or head[3] & 0x01 or head[2] & 0x0F == 0x0F:
        return None
    number, place = _number(head)
    if place == 0:
        return None
    code = head[2] >> 4
    samples = _BLOCK_SIZES[code]
    if code in (6, 7):
        samples = int.from_bytes(head[place : place + code - 5], "big") + 1
        place += code - 5
    place += (0, 1, 2, 2)[max((head[2] & 0x0F) - 11, 0)] if head[2] & 0x0F < 15 else 0
    if samples == 0 or place >= len(head):
        return None
    crc = 0
    for byte in head[:place]:
        crc = _CRC8[crc ^ byte]
    if crc != head[place]:
        return None
    return (number if head[1] & 1 else number * fixed), samples


def _number(head: bytes) -> tuple[int, int]:
    """Return the number that stands behind the first four bytes, coded like UTF-8, and the offset behind it or 0."""
    first = head[4]
    if first < 0x80:
        return first, 5
    ones = 8 - (first ^ 0xFF).bit_length()
    more = head[5 : 4 + ones]
    if ones < 2 or ones > 7 or len(more) < ones - 1:
        return 0, 0
    number = first & (0x7F >> ones)
    for byte in more:
        if byte & 0xC0 != 0x80:
            return 0, 0
        number = number << 6 | byte & 0x3F
    return number, 4 + ones


def is_whole(frame: bytes) -> bool:
    """Return whether these bytes are one frame from its sync code to its CRC-16, the CRC being right.

    The CRC of a frame with its CRC is 0: as a polynomial over GF(2) the frame is a multiple of x^16+x^15+x^2+1, which
    is (x+1)(x^15+x+1). Divisible by x+1: an even number of ones. By x^15+x+1: so by its powers of two, which are
    trinomials too (x^15K + x^K + 1), and one shift takes fourteen fifteenths off at a time. That is 20 microseconds
    for 16 KiB where a table takes a millisecond, so that every FLAC can be held to it.
    """
    if len(frame) < 9:
        return False
    rest = int.from_bytes(frame, "big")
    if rest.bit_count() & 1:
        return False
    power = 1 << max(rest.bit_length() // 15, 1).bit_length()
    while power:
        limit = 15 * power
        while (over := rest >> limit) != 0:
            rest = (rest & ((1 << limit) - 1)) ^ over ^ over << power
        power >>= 1
    return rest == 0


def starts(data: bytes, sync: bytes, fixed: int) -> Iterator[tuple[int, int, int]]:
    """Yield offset, first sample and samples of every frame header in `data`, last first.

    Args:
        data: a part of the file.
        sync: the two bytes that begin every frame of this file.
        fixed: samples of every frame but the last.
    """
    at = len(data)
    while (at := data.rfind(sync, 0, at + 1)) >= 0:
        if frame := header(data, at, fixed):
            yield (at, *frame)


def end(data: bytes, sync: bytes, fixed: int) -> int | None:
    """Return the sample behind the last whole frame in `data`, None where no whole frame is found.

    Args:
        data: the end of a file's frames; what is left of one that was cut off may follow.
        sync: the two bytes that begin every frame of this file.
        fixed: samples of every frame but the last.
    """
    ends = [len(data)]
    for at, first, samples in starts(data, sync, fixed):
        # What looks like a header may be sound (one in 4 million bytes), so the end may lie behind the next one.
        if any(is_whole(data[at:stop]) for stop in ends[-_TRIES:]):
            return first + samples
        ends.append(at)
    return None
