"""The outline of a file is that of its samples, whichever way it was found."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.audio import peaks as outlines
from ctk_tui.audio.decode import open_source
from ctk_tui.audio.pcm import find_pcm
from ctk_tui.audio.peaks import COLUMNS, Peaks, find_peaks
from ctk_tui.disk.safe_open import open_regular
from ctk_tui.model.errors import Cancelled, FileUnreadable, NotAudio
from tests.support.flavours import FLAVOURS, Flavour, Samples, hiss, hiss_file, sine_file, written
from tests.support.make_audio import chunk, riff, wave_format

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = ["wav-u8", "wav-s16", "wav-s16-mono", "wav-s24", "wav-s32", "wav-f32", "wav-f64", "wav-96k", "wav-5.1", "rf64"]


def signed(column: bytes) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    return np.frombuffer(column, np.int8)


def naive(samples: Samples, columns: int = COLUMNS) -> Peaks:
    """Column by column, the slow and sure way."""
    frames = len(samples)
    lows, highs = [], []
    for column in range(columns):
        start = column * frames // columns
        part = samples[start : max(start + 1, (column + 1) * frames // columns)]
        lows.append(max(-127, int(np.floor(part.min() * 127))))
        highs.append(min(127, int(np.ceil(part.max() * 127))))
    return Peaks(bytes(low & 255 for low in lows), bytes(high & 255 for high in highs))


def whole(path: Path) -> Samples:
    source = open_source(path)
    blocks = []
    while (block := source.read()) is not None:
        blocks.append(block)
    source.close()
    return np.concatenate(blocks)


@pytest.mark.parametrize("name", [name for name, flavour in FLAVOURS.items() if not flavour.noisy])
def test_every_flavour_has_the_outline_of_its_samples(name: str, tmp_path: Path) -> None:
    file = tmp_path / "sound.bin"
    file.write_bytes(hiss_file(name))
    found, wanted = find_peaks(file), naive(whole(file))
    assert len(found.blob) == 2000
    assert np.abs(signed(found.lows).astype(int) - signed(wanted.lows)).max() <= 1
    assert np.abs(signed(found.highs).astype(int) - signed(wanted.highs)).max() <= 1
    with open_regular(os.fsencode(file)) as opened:
        assert (find_pcm(opened.fd, opened.size) is not None) == (name in PLAIN or name in {"wav-8k", "rf64"})


def test_a_long_sound_is_reduced_in_hops(tmp_path: Path) -> None:
    samples = hiss(7.0, 44100) * np.linspace(1, 0, 7 * 44100)[:, None].astype(np.float32)
    file = tmp_path / "long.flac"
    file.write_bytes(written(samples, Flavour("flac")))
    found, wanted = find_peaks(file), naive(whole(file))
    # a column of 308 frames begins at most one hop of 64 beside its place
    assert np.abs(signed(found.highs).astype(int) - signed(wanted.highs)).mean() < 1
    assert signed(found.highs).max() == signed(wanted.highs).max()
    assert signed(found.lows).min() == signed(wanted.lows).min()


@pytest.mark.parametrize("frames", [1, 2, 7, 999, 1000, 1001, 1999, 70_000])
@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_short_sounds_have_all_columns(frames: int, kind: str, tmp_path: Path) -> None:
    samples = np.random.default_rng(frames).uniform(-1, 1, (frames, 2)).astype(np.float32)
    file = tmp_path / "short"
    file.write_bytes(written(samples, Flavour(kind)))
    found, wanted = find_peaks(file), naive(whole(file))
    assert np.abs(signed(found.lows).astype(int) - signed(wanted.lows)).max() <= 1
    assert np.abs(signed(found.highs).astype(int) - signed(wanted.highs)).max() <= 1


@pytest.mark.parametrize("kind", ["wav", "wav-s24", "wav-f32", "flac"])
def test_only_silence_is_silent(kind: str, tmp_path: Path) -> None:
    samples = np.zeros((5000, 2), np.float32)
    file = tmp_path / "silence"
    file.write_bytes(written(samples, Flavour(kind)))
    assert find_peaks(file).silent
    samples[2500, 1] = 2 / 32768
    file.write_bytes(written(samples, Flavour(kind)))
    assert signed(find_peaks(file).highs)[500] == 1
    assert signed(find_peaks(file).highs).sum() == 1


def test_full_scale_stays_in_its_byte(tmp_path: Path) -> None:
    samples = np.array([[1.0], [-1.0]] * 1000, np.float32)
    file = tmp_path / "loud"
    file.write_bytes(written(samples, Flavour("wav", 44100, 1)))
    found = find_peaks(file)
    assert set(signed(found.lows)) == {-127}
    assert set(signed(found.highs)) == {127}


def test_a_wav_that_is_cut_off_or_lies_about_its_length(tmp_path: Path) -> None:
    content = hiss_file("wav-s16")
    file = tmp_path / "cut.wav"
    file.write_bytes(content[: len(content) // 2])
    assert not find_peaks(file).silent
    body = np.full(8000, 3000, "<i2").tobytes()
    lying = riff(chunk(b"fmt ", wave_format()), b"data" + struct.pack("<I", 0xFFFFFFFF) + body)
    file.write_bytes(lying)
    assert set(signed(find_peaks(file).highs)) == {12}


def test_what_is_not_a_number_is_passed_over(tmp_path: Path) -> None:
    values = np.full((4000, 2), 0.5, np.float32)
    values[::7] = np.nan
    values[5] = np.inf
    file = tmp_path / "nan.wav"
    file.write_bytes(riff(chunk(b"fmt ", wave_format(tag=3, bits=32)), chunk(b"data", values.tobytes())))
    highs = signed(find_peaks(file).highs)
    assert highs[1] == 127
    assert set(highs[2:]) == {64}


def test_errors_name_the_file(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(b"RIFF....WAVEjunk")
    with pytest.raises(NotAudio, match=r"x\.wav"):
        find_peaks(tmp_path / "x.wav")
    with pytest.raises(FileUnreadable, match=r"none\.wav"):
        find_peaks(tmp_path / "none.wav")


@pytest.mark.parametrize("name", ["wav-s16", "mp3"])
def test_it_can_be_cancelled(name: str, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(sine_file(name))

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        find_peaks(file, check=stop)


@given(blob=st.binary(max_size=300).map(lambda half: half * 2))
def test_blobs_go_round(blob: bytes) -> None:
    assert Peaks.from_blob(blob).blob == blob


def test_odd_blobs_are_refused() -> None:
    with pytest.raises(ValueError, match="lows"):
        Peaks.from_blob(b"abc")


@given(cuts=st.lists(st.integers(1, 200_000), min_size=1, max_size=12))
def test_blocks_have_the_length_that_hops_need(cuts: list[int]) -> None:
    pieces = iter([np.zeros((count, 1), np.float32) for count in cuts])
    lengths = [len(block) for block in outlines._blocks(lambda: next(pieces, None), lambda: None)]
    assert sum(lengths) == sum(cuts)
    assert set(lengths[:-1]) <= {outlines._BLOCK}
