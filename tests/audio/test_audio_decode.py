"""Every flavour: pitch, level, length; and that a decode from anywhere is a slice of the whole decode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.audio.decode import aligned, decode, open_sound
from tests.support.flavours import FLAVOURS, decibels, hiss_file, silent_gaps, sine_file, tone

if TYPE_CHECKING:
    from pathlib import Path

WMA_SLACK = 0.025


@pytest.mark.parametrize("name", FLAVOURS)
def test_every_flavour_has_its_pitch_level_and_length(name: str, tmp_path: Path) -> None:
    file = tmp_path / "sound.bin"
    file.write_bytes(sine_file(name))
    sound = decode(file)
    assert sound.dtype == np.float32
    assert abs(len(sound) / 48000 - 1.5) <= FLAVOURS[name].slack
    for side in (0, 1):
        pitch, level = tone(sound[:, side], 48000)
        assert abs(pitch - 997) < 0.5
        assert abs(decibels(level, 0.5 / np.sqrt(2))) < 0.5
    assert silent_gaps(sound[:, 0], 48000) == 0


@pytest.mark.parametrize("rate", [None, 48000, 32000])
@pytest.mark.parametrize("name", FLAVOURS)
def test_a_decode_from_anywhere_is_a_slice_of_the_whole(name: str, rate: int | None, tmp_path: Path) -> None:
    flavour = FLAVOURS[name]
    file = tmp_path / "sound.bin"
    file.write_bytes(hiss_file(name))
    whole = decode(file, rate)[:, 0]
    per_second = rate or flavour.rate
    for start in [0.0, 0.011, *np.random.default_rng(7).uniform(0.05, 3.7, 5)]:
        part = decode(file, rate, 2, float(start), 0.1)[:, 0]
        first = round(start * per_second)
        assert len(part) == round(0.1 * per_second)
        if flavour.noisy or flavour.kind == "wma":
            reach = round(WMA_SLACK * per_second) if flavour.kind == "wma" else 0
            around = whole[max(0, first - reach) : first + len(part) + reach]
            assert np.correlate(around, part, "valid").max() > 0.95 * (part**2).sum()
        else:
            assert np.abs(whole[first : first + len(part)] - part).max() < 1e-4


@pytest.mark.parametrize("name", ["wav-s16", "aiff-s16", "flac-16", "mp3", "vorbis", "opus", "m4a", "alac-16", "wma"])
def test_a_start_behind_the_end_gives_nothing(name: str, tmp_path: Path) -> None:
    file = tmp_path / "sound.bin"
    file.write_bytes(sine_file(name))
    assert len(decode(file, start=1000.0)) == 0


@pytest.mark.parametrize("name", ["wav-s16", "mp3"])
def test_a_negative_start_is_the_start(name: str, tmp_path: Path) -> None:
    file = tmp_path / "sound.bin"
    file.write_bytes(sine_file(name))
    assert np.array_equal(decode(file, start=-1.0), decode(file))


@pytest.mark.parametrize("name", ["wav-s16", "rf64", "w64", "aiff-s16", "flac-16", "mp3", "opus", "m4a", "wma"])
def test_the_length_is_known_before_the_end(name: str, tmp_path: Path) -> None:
    file = tmp_path / "sound.bin"
    file.write_bytes(sine_file(name))
    with open_sound(file) as sound:
        assert sound.duration == pytest.approx(1.5, abs=0.1)


def test_lossless_formats_give_the_very_samples(tmp_path: Path) -> None:
    first = None
    for name in ("wav-s16", "aiff-s16", "aifc-f32", "flac-16", "ogg-flac", "rf64", "w64", "wavpack", "alac-16"):
        file = tmp_path / name
        file.write_bytes(hiss_file(name))
        sound = decode(file, None)
        first = sound if first is None else first
        assert np.abs(sound - first).max() <= 1.01 / 32768, name


@given(start=st.floats(0, 100), own=st.integers(4000, 200_000), wanted=st.sampled_from([32000, 44100, 48000]))
def test_decoding_begins_where_both_rates_have_a_sample(start: float, own: int, wanted: int) -> None:
    first = aligned(start, own, wanted)
    assert 0 <= first <= round(start * own)
    assert (first * wanted) % own == 0 or first == round(start * own)
