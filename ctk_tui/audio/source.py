"""What a decoder gives before anything is mixed or resampled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ctk_tui.audio.layouts import Samples

Place = Callable[[int], int]
"""The first frame wanted, counted at the rate given in hertz: a file's rate is known only when it is open."""
BLOCK = 4800
"""Frames of a read, 100 ms at 48 kHz: miniaudio gives no more, FFmpeg, whose own are small, no less but at the end."""
LARGE = 4 * BLOCK
"""The same for whoever takes a sound as a whole, and waits for no first block: 6 to 20 % less time."""
LOUDEST = 64.0
"""36 dB over full scale: louder samples of a float file are damage, and would be infinite after a filter."""


class Source(Protocol):
    """An open sound file at its own rate, with its own channels."""

    rate: int
    """Hertz."""
    names: tuple[str, ...]
    """Places of the channels as FFmpeg names them, () where they are not known."""
    duration: float | None
    """Seconds as the header says (which lies where the file is cut off), None where it does not."""
    bad_packets: int
    """Damaged pieces passed over up to now."""

    def read(self) -> Samples | None:
        """Return the next frames, one or more, or None at the end."""

    def close(self) -> None:
        """Give the file back."""


def cleaned(samples: Samples) -> Samples:
    """Return the samples without what is not a number (as 0) and without absurd ones (as 64)."""
    import numpy as np

    if np.abs(samples).max(initial=0.0) <= LOUDEST:  # false for NaN too
        return samples
    return np.clip(np.nan_to_num(samples, nan=0.0), -LOUDEST, LOUDEST)
