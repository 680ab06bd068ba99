"""What is encoded is there again when it is decoded, and the same bytes come out every time."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from ctk_tui.audio.encode import RECIPES, encode, encode_bytes

if TYPE_CHECKING:
    from pathlib import Path

RATE = 48000
LOSSLESS = {"wav", "aiff", "caf", "flac", "alac", "wavpack"}
WAYS = [
    (name, depth or None, channels)
    for name, recipe in RECIPES.items()
    for depth in recipe.codecs
    for channels in (1, 2)
    if (name, channels) != ("vorbis", 1)
]


def tone(channels: int, seconds: float = 0.5) -> Any:
    times = np.arange(int(RATE * seconds)) / RATE
    pitches = 330 * np.arange(1, channels + 1)
    return (0.5 * np.sin(2 * np.pi * times[:, None] * pitches)).astype(np.float32)


def decoded(content: bytes) -> tuple[Any, Any]:
    """Return the samples, shape (frames, channels), and the stream they came from."""
    with av.open(io.BytesIO(content), "r") as container:
        stream = container.streams.audio[0]
        to_floats = av.AudioResampler("flt", stream.layout.name, stream.rate)
        frames = [frame for packet in container.demux(stream) for frame in packet.decode()]
        parts = [part.to_ndarray() for frame in [*frames, None] for part in to_floats.resample(frame)]
        return np.concatenate(parts, axis=1).reshape(-1, stream.channels), stream


@pytest.mark.parametrize(("name", "depth", "channels"), WAYS)
def test_sound_comes_back(name: str, depth: int | None, channels: int) -> None:
    samples = tone(channels)
    heard, stream = decoded(encode_bytes(samples, RATE, name, bit_depth=depth))
    assert (stream.rate, stream.channels) == (RATE, channels)
    if name in LOSSLESS:
        assert heard.shape == samples.shape
        assert abs(heard - samples).max() <= 2.0 ** (1 - (depth or 16))
    else:
        assert len(heard) == pytest.approx(len(samples), abs=0.06 * RATE)  # padding of codec frames
        assert np.sqrt((heard**2).mean()) == pytest.approx(np.sqrt((samples**2).mean()), rel=0.1)


@pytest.mark.parametrize(("name", "depth", "channels"), WAYS)
def test_equal_sounds_are_equal_bytes(name: str, depth: int | None, channels: int) -> None:
    first = encode_bytes(tone(channels), RATE, name, bit_depth=depth)
    assert first == encode_bytes(tone(channels), RATE, name, bit_depth=depth)
    assert first != encode_bytes(tone(channels) * 0.9, RATE, name, bit_depth=depth)


def test_louder_than_full_is_clipped() -> None:
    heard, _ = decoded(encode_bytes(tone(1) * 4, RATE, "wav"))
    assert heard.max() == pytest.approx(1, abs=1e-4)
    assert heard.min() == pytest.approx(-1, abs=1e-4)


def test_one_dimension_is_mono() -> None:
    assert encode_bytes(tone(1)[:, 0], RATE, "wav") == encode_bytes(tone(1), RATE, "wav")


def test_tags_are_written() -> None:
    content = encode_bytes(tone(1), RATE, "flac", tags={"title": "Türknall", "artist": "Ö"})
    with av.open(io.BytesIO(content), "r") as container:
        assert {key.lower(): value for key, value in container.metadata.items()} == {"title": "Türknall", "artist": "Ö"}
    assert b"bext\x5a\x02\x00\x00Door slam\x00" in encode_bytes(tone(1), RATE, "wav", tags={"description": "Door slam"})


@pytest.mark.parametrize(
    ("name", "depth", "rate", "channels"),
    [("mid", None, RATE, 1), ("wav", 12, RATE, 1), ("opus", None, 44100, 1), ("wav", None, RATE, 5)],
)
def test_what_cannot_be_written_is_said(name: str, depth: int | None, rate: int, channels: int) -> None:
    with pytest.raises(ValueError, match=r"cannot be written|not one of"):
        encode_bytes(tone(channels), rate, name, bit_depth=depth)


def test_names_of_any_bytes_can_be_written(tmp_path: Path) -> None:
    name = "r\udcfcckw\udce4rts.wav" if sys.platform == "linux" else "rückwärts.wav"
    encode(tmp_path / name, tone(1), RATE, "wav")
    assert os.listdir(os.fsencode(tmp_path)) == [os.fsencode(name)]
    assert (tmp_path / name).read_bytes() == encode_bytes(tone(1), RATE, "wav")
