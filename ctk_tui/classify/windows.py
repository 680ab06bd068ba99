"""Which parts of a sound the network hears: all of it up to 10 s, else up to three windows of 10 s spread evenly.

Only the windows are decoded, at the file's own rate, and resampled by soxr (HQ): -180 dB from what librosa gives, where
a linear resampler moves probabilities by 0.05. Needs soxr. Damaged files may crash a decoder: for worker processes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ctk_tui.audio.decode import open_sound
from ctk_tui.audio.source import LARGE
from ctk_tui.model.errors import NotAudio
from ctk_tui.workers.ticks import tick

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

RATE = 32_000
"""Hertz of what the network hears."""
WINDOW = 10.0
"""Seconds of a window: the clips that the network was trained on."""
MOST = 3
"""Windows of one sound."""
LEAST = 1.0
"""Seconds; a later window that turns out shorter, because the file is cut off, is left out."""


def starts(duration: float | None) -> list[float]:
    """Return where the windows of a sound begin, in seconds.

    Args:
        duration: seconds of the whole sound, None where it is not known: then its beginning has to do.
    """
    if duration is None:
        return [at * WINDOW for at in range(MOST)]
    count = max(1, min(MOST, math.ceil(duration / WINDOW)))
    return [at * (duration - WINDOW) / (count - 1) for at in range(count)] if count > 1 else [0.0]


def hear(path: bytes | str, duration: float | None = None) -> list[Floats]:
    """Return the windows of a sound, mono at 32 kHz, one at least.

    Args:
        path: the file; surrogate-escaped where it is a string.
        duration: seconds of the whole sound where that is known; else the file's header tells.

    Raises:
        NotAudio: it holds no sound that can be decoded.
        FileUnreadable, NotARegularFile: the system refuses to read it.
    """
    found: list[Floats] = []
    places = None if duration is None else starts(duration)
    while places is None or len(found) < len(places):
        start = places[len(found)] if places else 0.0
        with open_sound(path, None, 1, start, block=LARGE) as sound:
            if places is None:
                places = starts(sound.duration)
            window = _resampled(sound.rate, [block[:, 0] for block in _blocks(sound, sound.rate)])
        if found and len(window) < LEAST * RATE:
            break
        found.append(window)
    if not len(found[0]):
        raise NotAudio(path, "holds no sound")
    return found


def _blocks(sound: object, rate: int) -> list[Floats]:
    """Return the blocks of one window, the last one cut to its end."""
    left = round(WINDOW * rate)
    blocks: list[Floats] = []
    for block in sound:  # type: ignore[attr-defined]
        tick(0)
        blocks.append(block[:left])
        left -= len(blocks[-1])
        if left <= 0:
            break
    return blocks


def _resampled(rate: int, blocks: list[Floats]) -> Floats:
    """Return the samples at 32 kHz, as many as librosa gives: the length rounded up, the last one silent if need be."""
    import numpy as np

    samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    if rate == RATE or not len(samples):
        return samples
    import soxr  # type: ignore[import-untyped]

    wanted = math.ceil(len(samples) * RATE / rate)
    given: Floats = soxr.resample(samples, rate, RATE, quality="HQ")[:wanted].astype(np.float32, copy=False)
    return np.concatenate((given, np.zeros(wanted - len(given), np.float32)))
