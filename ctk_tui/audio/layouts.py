"""Any number of channels to two or one, the same way whichever decoder gave them.

Mono goes to both sides at full level, stereo to mono is the mean, and every row of weights adds up to 1: what is alike
in all channels keeps its level and nothing can clip. FFmpeg alone would play mono 3 dB quieter than miniaudio does.
The weights are those of ITU-R BS.775-4 table 2 (centre and surround at 0.7071, LFE left out), then normalised.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]
    """Shape (frames, channels), -1 to 1 is full scale."""

Channels = Literal[1, 2]
"""What can be asked for."""

_WAVE_ORDER: dict[int, tuple[str, ...]] = {
    3: ("FL", "FR", "FC"),
    4: ("FL", "FR", "BL", "BR"),
    5: ("FL", "FR", "FC", "BL", "BR"),
    6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    7: ("FL", "FR", "FC", "LFE", "BC", "SL", "SR"),
    8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}
"""Number of channels to their places, in the order of WAVE, FLAC and FFmpeg."""
_ORDERING = frozenset({"mov", "caf"})
_FULL, _SIDE, _BOTH = 1.0, 0.7071, 0.5
_FRONT = frozenset({"FL", "FR", "FLC", "FRC", "DL", "DR", "WL", "WR"})
_SILENT = frozenset({"LFE", "LFE2"})


_NAMES = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


def tame(container: Any, context: Any) -> None:
    """Give a decoder that is not open yet the usual layout for its number of channels, where PyAV would crash else.

    QuickTime and CAF may name any order of channels. PyAV 18 copies such a list without owning it and frees it twice,
    as soon as anyone looks at a layout, or a frame is decoded.

    Args:
        container: PyAV's container.
        context: the codec context of its stream.
    """
    if not _ORDERING.isdisjoint(container.format.name.split(",")):
        count = (
            context.channels
        )  # this looks at the layout too: once is one free, which the next line makes the only one
        context.layout = _NAMES.get(count, f"{count} channels")


def weights_of(name: str) -> tuple[float, float] | None:
    """Return how much of a channel goes to the left and to the right, None where its name says nothing.

    Args:
        name: FFmpeg's short name, such as "FL" or "LFE".
    """
    if name in _SILENT:
        return 0.0, 0.0
    if name == "FC":
        return _SIDE, _SIDE
    level = _FULL if name in _FRONT else _SIDE
    if name in _FRONT or name in {"BL", "BR", "SL", "SR", "TFL", "TFR", "TBL", "TBR", "TSL", "TSR", "SDL", "SDR"}:
        return (level, 0.0) if "L" in name else (0.0, level)
    return (_BOTH, _BOTH) if name in {"BC", "TC", "TFC", "TBC", "BFC"} else None


@functools.lru_cache(maxsize=64)
def matrix(count: int, names: tuple[str, ...] = ()) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the weights of each channel for the left and the right side; each row adds up to 1.

    Args:
        count: number of channels, 1 or more.
        names: their places as FFmpeg names them, () for the usual ones of that many.
    """
    if count == 1:
        return (1.0,), (1.0,)
    if count == 2:
        return (1.0, 0.0), (0.0, 1.0)
    found = [weights_of(name) for name in names] if len(names) == count else [None]
    if None in found:
        found = [weights_of(name) for name in _WAVE_ORDER.get(count, ())]
    known = [pair for pair in found if pair is not None]
    rows = (tuple(left for left, _ in known), tuple(right for _, right in known))
    if any(sum(row) == 0 for row in rows):  # a side with nothing in it, or more channels than have a usual place
        return (1 / count,) * count, (1 / count,) * count
    return _unit(rows[0]), _unit(rows[1])


def _unit(row: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(weight / sum(row) for weight in row)


def mix(samples: Samples, channels: Channels, names: tuple[str, ...] = ()) -> Samples:
    """Return the samples with one or two channels.

    Args:
        samples: shape (frames, any number of channels).
        channels: 1 or 2.
        names: the places of the channels given, () for the usual ones.
    """
    import numpy as np

    count = samples.shape[1]
    if count == channels:
        return samples
    if count == 1:
        return np.repeat(samples, 2, axis=1)
    left, right = matrix(count, names)
    rows = [left, right] if channels == 2 else [tuple((a + b) / 2 for a, b in zip(left, right, strict=True))]
    out = np.empty((len(samples), channels), np.float32)
    for side, row in enumerate(rows):  # not a matrix product: BLAS would start its threads for six columns
        np.multiply(samples[:, 0], np.float32(row[0]), out=out[:, side])
        for channel, weight in enumerate(row[1:], 1):
            if weight:
                out[:, side] += samples[:, channel] * np.float32(weight)
    return out
