"""Frames carry JSON whole, or are refused."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.workers import framing
from ctk_tui.workers.framing import MAX_FRAME, BadFrame, encode, read

names = st.binary(max_size=30).map(os.fsdecode)
json_values = st.recursive(
    st.binary(max_size=30) | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | names,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=10,
)


@given(st.lists(json_values, max_size=3))
def test_what_goes_in_comes_out(values: list[object]) -> None:
    stream = io.BytesIO(b"".join(map(encode, values)))
    assert [read(stream) for _ in values] == values
    with pytest.raises(EOFError):
        read(stream)


def test_frames_are_ascii_and_measured() -> None:
    assert encode({"n": "ä\udcff"}) == b'\x00\x00\x00\x14{"n":"\\u00e4\\udcff"}'


@pytest.mark.parametrize(
    "stream",
    [
        b"\x00\x00",
        b"\x00\x00\x00\x05[1]",
        b"\x00\x00\x00\x02[1",
        b"\x00\x00\x00\x01\xff",
        b"\xff\xff\xff\xff" + b"x" * 99,
    ],
)
def test_damage_is_refused(stream: bytes) -> None:
    with pytest.raises(BadFrame):
        read(io.BytesIO(stream))


def test_a_lying_length_reads_nothing_more() -> None:
    stream = io.BytesIO((MAX_FRAME + 1).to_bytes(4, "big") + b"x" * 10)
    with pytest.raises(BadFrame, match="are allowed"):
        read(stream)
    assert stream.tell() == 4


def test_a_tower_of_brackets_is_refused() -> None:
    body = b"[" * 200_000
    with pytest.raises(BadFrame, match="not JSON"):
        read(io.BytesIO(len(body).to_bytes(4, "big") + body))


def test_too_much_is_not_even_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "MAX_FRAME", 10)
    assert encode("12345678")
    with pytest.raises(BadFrame, match="a frame of 11 bytes"):
        encode("123456789")


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="of type set cannot travel"):
        encode({1, 2})


def test_bytes_stand_raw_behind_the_json() -> None:
    frame = encode({"a": b"\xff\x00", "b": [b"", b"xyz"]})
    assert frame.endswith(b"}\xff\x00xyz")
    assert read(io.BytesIO(frame)) == {"a": b"\xff\x00", "b": [b"", b"xyz"]}


def test_what_stands_for_bytes_is_only_refused_beside_bytes() -> None:
    assert read(io.BytesIO(encode({"$bytes": [0, 1]}))) == {"$bytes": [0, 1]}
    with pytest.raises(TypeError, match="taken"):
        encode([{"$bytes": [0, 1]}, b"x"])


@pytest.mark.parametrize("place", ["[0,4]", "[-1,2]", "[1,-1]", "[0]", "[0,1,1]", "0", "[0,1.0]", '[0,1],"more":1'])
def test_bytes_are_taken_from_the_frame_alone(place: str) -> None:
    body = f'{{"$bytes":{place}}}'.encode()
    frame = (len(body) | 1 << 31).to_bytes(4, "big") + (3).to_bytes(4, "big") + body + b"abc"
    with pytest.raises(BadFrame, match="bytes"):
        read(io.BytesIO(frame))


def test_bytes_count_for_the_longest_frame() -> None:
    head = (1 | 1 << 31).to_bytes(4, "big") + MAX_FRAME.to_bytes(4, "big")
    with pytest.raises(BadFrame, match="are allowed"):
        read(io.BytesIO(head + b"1"))
    with pytest.raises(BadFrame, match="ended within"):
        read(io.BytesIO(head[:6]))
    with pytest.raises(BadFrame, match="ended within"):
        read(io.BytesIO(encode(b"abc")[:-1]))
