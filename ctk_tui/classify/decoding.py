"""Sounds decoded by worker processes: a path goes in, the samples of its windows come out as bytes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctk_tui.classify.network import RATE
from ctk_tui.classify.windows import hear

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

SILENT = 1e-4
"""Largest sample of a sound in which nothing can be heard: -80 dB, three steps of 16 bits."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The windows of one sound, decoded."""

    lengths: tuple[int, ...]
    """Samples of each window, mono at 32 kHz."""
    samples: bytes
    """Of all windows, float32 in the machine's order: both ends of the pipe are on it."""
    silent: bool
    """Whether nothing can be heard in any of them."""

    @property
    def seconds(self) -> float:
        """Of all windows together."""
        return sum(self.lengths) / RATE


def decode_sound(name: str, duration: float | None) -> dict[str, Any]:
    """Return the fields of `Heard` for a file; run by a worker.

    Args:
        name: absolute path, surrogate-escaped.
        duration: seconds of the whole sound, None where that is not known.

    Raises:
        NotAudio, FileUnreadable, NotARegularFile: see `windows.hear`.
    """
    import numpy as np

    windows = hear(os.fsencode(name), duration)
    return {
        "lengths": [len(window) for window in windows],
        "samples": b"".join(np.ascontiguousarray(window, np.float32).tobytes() for window in windows),
        "silent": all(float(np.abs(window).max(initial=0.0)) <= SILENT for window in windows),
    }


def heard(answer: dict[str, Any]) -> Heard:
    """Return what `decode_sound` told, after its way through JSON."""
    return Heard(tuple(answer["lengths"]), bytes(answer["samples"]), bool(answer["silent"]))
