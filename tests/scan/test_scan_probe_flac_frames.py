"""The end of a FLAC stream is found by its frames' own checksums."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.scan.containers import flac_frames
from tests.support.make_audio import sound


def crc16(data: bytes) -> int:
    """Return the CRC of RFC 9639, bit by bit as it is defined."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0x8005 if crc & 0x8000 else 0)) & 0xFFFF
    return crc


@given(st.binary(min_size=7, max_size=700))
def test_the_quick_checksum_is_the_slow_one(data: bytes) -> None:
    assert flac_frames.is_whole(data + crc16(data).to_bytes(2, "big"))


@given(st.binary(min_size=9, max_size=700), st.integers(0), st.integers(1, 255))
def test_a_changed_byte_is_found(data: bytes, place: int, change: int) -> None:
    whole = bytearray(data + crc16(data).to_bytes(2, "big"))
    whole[place % len(whole)] ^= change
    assert not flac_frames.is_whole(bytes(whole))


def frames(content: bytes) -> bytes:
    """Return what follows the metadata."""
    at = 4
    while True:
        last, length = content[at] & 0x80, int.from_bytes(content[at + 1 : at + 4], "big")
        at += 4 + length
        if last:
            return content[at:]


def test_every_frame_of_a_file_is_met() -> None:
    content = sound("flac", 2.0)
    fixed = int.from_bytes(content[10:12], "big")
    met = list(flac_frames.starts(frames(content), b"\xff\xf8", fixed))
    numbers = [first for _, first, _ in met if first % fixed == 0]
    assert set(range(0, 88200, fixed)) <= set(numbers)
    assert met[-1][:2] == (0, 0)
    assert flac_frames.end(frames(content), b"\xff\xf8", fixed) == 88200


def test_a_false_sync_code_at_the_end_does_not_mislead() -> None:
    content = sound("flac", 1.0)
    body = frames(content)
    false = body[:8]  # a true header, of which nothing follows
    fixed = int.from_bytes(content[10:12], "big")
    assert flac_frames.end(body + false, b"\xff\xf8", fixed) == 44100


def test_a_long_number_is_read() -> None:
    head = b"\xff\xf8\xc9\x18" + "\uffff".encode()
    crc = 0
    for byte in head:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ (0x107 if crc & 0x80 else 0)) & 0xFF
    assert flac_frames.header(head + bytes([crc]) + bytes(10), 0, 4096) == (0xFFFF * 4096, 4096)
    assert flac_frames.header(head + bytes([crc ^ 1]) + bytes(10), 0, 4096) is None
