"""Clips of many lengths in one array have the spectra that torch gives each of them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ctk_tui.classify import clips
from ctk_tui.classify.network import FFT, HOP, LEAST_SAMPLES

if TYPE_CHECKING:
    from ctk_tui.classify.clips import Floats

WINDOW = torch.hann_window(FFT)


def spectra(samples: Floats, *, center: bool) -> torch.Tensor:
    """Return the spectra of a clip; centred, torch itself mirrors its ends."""
    return torch.stft(torch.from_numpy(samples), FFT, HOP, window=WINDOW, center=center, pad_mode="reflect",
                      return_complex=True)  # fmt: skip


@given(st.lists(st.integers(1, 3 * LEAST_SAMPLES), min_size=1, max_size=5), st.integers(0, 99))
@settings(max_examples=50)
def test_each_has_its_own_ends_mirrored(lengths: list[int], seed: int) -> None:
    dice = np.random.default_rng(seed)
    sounds = [dice.standard_normal(length).astype(np.float32) for length in lengths]
    stacked = clips.stacked(sounds)
    for row, sound in zip(stacked, sounds, strict=True):
        alone = spectra(np.pad(sound, (0, max(0, LEAST_SAMPLES - len(sound)))), center=True)
        assert alone.shape[1] == clips.frames(sound)
        found = spectra(row, center=False)[:, : alone.shape[1]]
        assert (found - alone).abs().max() < 1e-4
