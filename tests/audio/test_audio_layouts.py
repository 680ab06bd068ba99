"""Channels are mixed the same way whichever decoder gave them, and nothing gets louder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.audio.decode import decode
from ctk_tui.audio.layouts import matrix, mix
from tests.support.flavours import FLAVOURS, Flavour, Samples, sine, tone, written

if TYPE_CHECKING:
    from pathlib import Path


def one_channel(index: int, count: int) -> Samples:
    samples = np.zeros((48000, count), np.float32)
    samples[:, index] = sine(997, 1.0, 48000, 1)[:, 0]
    return samples


@pytest.mark.parametrize("kind", ["wav", "flac", "wavpack", "alac", "opus"])
def test_mono_plays_at_full_level_on_both_sides(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "mono"
    file.write_bytes(written(sine(997, 1.0, 48000, 1), Flavour(kind, 48000, 1)))
    sound = decode(file)
    assert np.array_equal(sound[:, 0], sound[:, 1])
    assert tone(sound[:, 0], 48000)[1] == pytest.approx(0.5 / np.sqrt(2), rel=0.02)
    assert tone(decode(file, channels=1)[:, 0], 48000)[1] == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


@pytest.mark.parametrize("kind", ["wav", "flac", "caf", "alac"])
def test_surround_is_mixed_alike_by_both_decoders(kind: str, tmp_path: Path) -> None:
    centre, surround = 0.7071 / 2.4142, 0.7071 / 2.4142
    wanted = [(1 / 2.4142, 0), (0, 1 / 2.4142), (centre, centre), (0, 0), (surround, 0), (0, surround)]
    for index, (left, right) in enumerate(wanted):
        file = tmp_path / f"{index}"
        file.write_bytes(written(one_channel(index, 6), Flavour(kind, 48000, 6)))
        sound = decode(file)
        assert tone(sound[:, 0], 48000)[1] == pytest.approx(left * 0.5 / np.sqrt(2), abs=0.002)
        assert tone(sound[:, 1], 48000)[1] == pytest.approx(right * 0.5 / np.sqrt(2), abs=0.002)


@pytest.mark.parametrize("kind", ["wav", "aac", "wavpack", "caf"])
def test_eight_channels_are_mixed(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "7.1"
    file.write_bytes(written(sine(997, 1.0, 48000, 8), Flavour(kind, 48000, 8)))
    sound = decode(file)
    assert len(sound) == pytest.approx(48000, abs=1500)
    assert tone(sound[:, 0], 48000)[1] == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


def test_stereo_to_mono_is_the_mean() -> None:
    samples = np.array([[1.0, 0.0], [0.5, 0.5], [0.5, -0.5]], np.float32)
    assert mix(samples, 1)[:, 0].tolist() == [0.5, 0.5, 0.0]
    assert mix(samples, 2) is samples


NAMES = ["FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR", "BC", "TFL", "TFR", "NONE", "UNK", "A1"]


@given(names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=20).map(tuple))
def test_every_row_adds_up_to_one(names: tuple[str, ...]) -> None:
    for row in matrix(len(names), names):
        assert len(row) == len(names)
        assert sum(row) == pytest.approx(1)
        assert min(row) >= 0


def test_the_flavours_hold_surround() -> None:
    assert [name for name, flavour in FLAVOURS.items() if flavour.channels == 6] == ["wav-5.1", "flac-5.1", "m4a-5.1"]
