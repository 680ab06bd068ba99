"""Clips of like length go through the network together: sorted by length, cut where that costs least."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CLIPS = 64
START = 100
"""What a batch costs beside its frames, in frames: each reads up to 400 MB of weights. Measured on one core of a busy
machine, 1 to 32 clips of 0.3 to 5 s: 40 to 300."""


def buckets(frames: Sequence[int], most_frames: int) -> list[list[int]]:
    """Return the indexes of clips that share a batch, the longest first, so that what does not fit shows at once.

    A batch costs `START` and the frames of its longest clip for each of its clips. Of all ways to cut the sorted clips
    into batches this is the cheapest.

    Args:
        frames: of each clip.
        most_frames: of all clips of a batch together, each counted as long as the longest; a longer clip is alone.
    """
    order = sorted(range(len(frames)), key=lambda at: (-frames[at], at))
    # cheapest[n]: what the first n clips cost at least, and where their last batch begins.
    cheapest: list[tuple[int, int]] = [(0, 0)]
    for end in range(1, len(order) + 1):
        best = (cheapest[end - 1][0] + START + frames[order[end - 1]], end - 1)
        for start in range(end - 2, max(-1, end - 1 - MOST_CLIPS), -1):
            whole = frames[order[start]] * (end - start)
            if whole > most_frames:
                break
            best = min(best, (cheapest[start][0] + START + whole, start))
        cheapest.append(best)
    found: list[list[int]] = []
    end = len(order)
    while end:
        start = cheapest[end][1]
        found.append(order[start:end])
        end = start
    return found[::-1]
