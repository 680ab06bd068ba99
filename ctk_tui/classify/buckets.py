"""Clips of like length go through the network together: sorted by length, cut where that costs least."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CLIPS = 64
START = 250
"""What a batch costs beside its frames, in frames: each reads up to 0.7 GB of weights. Fitted to 890 batches of 1 to 44
clips of 0.3 to 7 s, side by side on two cores: 235 to 256."""
SIZES = (1.0, 0.875, 0.75, 0.625, 0.5, 0.375)
"""Parts of the most frames that are tried, so that all lanes end together."""
TOGETHER = 1.25
"""Times its share that a batch takes each core where all cores work on it together. Measured on two cores."""


def spread(frames: Sequence[int], most_frames: int, lanes: int) -> list[list[int]] | None:
    """Return the batches that are done soonest side by side, the dearest first; None where together is sooner.

    Args:
        frames: of each clip.
        most_frames: as for `buckets`.
        lanes: batches at once.
    """
    found: list[tuple[int, list[list[int]]]] = []
    for size in SIZES:
        batches = sorted(buckets(frames, int(size * most_frames)), key=lambda batch: -_cost(frames, batch))
        ends = [0] * lanes
        for batch in batches:
            heapq.heapreplace(ends, ends[0] + _cost(frames, batch))
        found.append((max(ends), batches))
    end, batches = min(found, key=lambda one: one[0])
    together = sum(_cost(frames, batch) for batch in found[0][1]) / lanes * TOGETHER
    return batches if end <= together else None


def _cost(frames: Sequence[int], batch: list[int]) -> int:
    """Return what a batch costs, in frames; its first clip is its longest."""
    return START + frames[batch[0]] * len(batch)


def buckets(frames: Sequence[int], most_frames: int) -> list[list[int]]:
    """Return the indexes of clips that share a batch, the longest first, so that what does not fit shows at once.

    A batch costs `START` and the frames of its longest clip for each of its clips. Of all ways to cut the sorted clips
    into batches this is the cheapest.

    Args:
        frames: of each clip.
        most_frames: of all clips of a batch together, each counted as long as the longest; a longer clip is alone.
    """
    order = sorted(range(len(frames)), key=lambda at: (-frames[at], at))
    sizes = [frames[at] for at in order]
    # cheapest[n]: what the first n clips cost at least, and where their last batch begins.
    cheapest, begins = [0], [0]
    for end, last in enumerate(sizes, 1):
        least, begin = cheapest[-1] + START + last, end - 1
        for start in range(end - 2, max(-1, end - 1 - MOST_CLIPS), -1):
            whole = sizes[start] * (end - start)
            if whole > most_frames:
                break
            cost = cheapest[start] + START + whole
            if cost < least:
                least, begin = cost, start
        cheapest.append(least)
        begins.append(begin)
    found: list[list[int]] = []
    end = len(order)
    while end:
        start = begins[end]
        found.append(order[start:end])
        end = start
    return found[::-1]
