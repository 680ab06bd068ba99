"""Clips of different lengths in one array, each as a spectrum wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ctk_tui.classify.network import FFT, HOP, LEAST_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_HALF = FFT // 2


def frames(clip: Floats) -> int:
    """Return how many frames the spectrum of a clip has."""
    return max(len(clip), LEAST_SAMPLES) // HOP + 1


def stacked(clips: Sequence[Floats]) -> Floats:
    """Return clips in one array, with what `Network.features` wants around each.

    Before and after a clip stand its own first and last samples mirrored, as torch.stft does it for a clip alone, and
    behind that silence up to the longest. Short clips are filled up with silence to the least that the network takes,
    as in its training.

    Args:
        clips: mono samples at 32 kHz.

    Returns:
        Shape (clips, samples of the longest + FFT).
    """
    longest = max(LEAST_SAMPLES, *map(len, clips))
    found = np.zeros((len(clips), longest + FFT), np.float32)
    for row, clip in zip(found, clips, strict=True):
        row[_HALF : _HALF + len(clip)] = clip
        end = _HALF + max(len(clip), LEAST_SAMPLES)
        row[:_HALF] = row[2 * _HALF : _HALF : -1]
        row[end : end + _HALF] = row[end - 2 : end - 2 - _HALF : -1]
    return found
