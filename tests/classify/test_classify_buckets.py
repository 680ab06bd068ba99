"""Which clips share a batch, and which batches are computed side by side."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.classify.buckets import MOST_CLIPS, START, TOGETHER, buckets, spread

MOST = 3200
LENGTHS = st.lists(st.integers(32, 1002), max_size=150)


def cost(frames: list[int], batch: list[int]) -> int:
    return START + max(frames[index] for index in batch) * len(batch)


def ends(frames: list[int], batches: list[list[int]], lanes: int) -> int:
    """Return when the last lane ends, each taking the next batch as soon as it is free."""
    busy = [0] * lanes
    for batch in batches:
        busy[busy.index(min(busy))] += cost(frames, batch)
    return max(busy)


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 300])
def test_buckets_hold_every_clip_once_and_no_more_than_fits(count: int) -> None:
    dice = np.random.default_rng(count)
    frames = [int(length) for length in dice.integers(32, 1002, count)]
    found = buckets(frames, MOST)
    assert sorted(index for bucket in found for index in bucket) == list(range(count))
    for bucket in found:
        assert len(bucket) <= MOST_CLIPS
        assert max(frames[index] for index in bucket) * len(bucket) <= MOST


def test_buckets_waste_little() -> None:
    dice = np.random.default_rng(3)
    frames = [int(length) for length in np.exp(dice.normal(math.log(150), 0.8, 200)).clip(32, 1001)]
    found = buckets(frames, MOST)
    assert sum(cost(frames, bucket) for bucket in found) < 1.2 * sum(frames)
    assert len(found) < 40
    assert buckets([5000, 40], MOST) == [[0], [1]]
    assert buckets([100] * 4, MOST) == [[0, 1, 2, 3]]


@given(LENGTHS, st.integers(2, 8))
def test_side_by_side_holds_every_clip_once_and_is_not_later_than_together(frames: list[int], lanes: int) -> None:
    found = spread(frames, MOST, lanes)
    plain = buckets(frames, MOST)
    together = sum(cost(frames, batch) for batch in plain) / lanes * TOGETHER
    if found is None:
        assert ends(frames, plain, lanes) > together
        return
    assert sorted(index for batch in found for index in batch) == list(range(len(frames)))
    assert ends(frames, found, lanes) <= together
    costs = [cost(frames, batch) for batch in found]
    assert costs == sorted(costs, reverse=True)


def test_lanes_end_at_about_the_same_time() -> None:
    """What the search for a size is for: four batches of 3,200 on three lanes would leave two of them idle for half."""
    frames = [400] * 32
    assert len(buckets(frames, MOST)) == 4
    assert ends(frames, buckets(frames, MOST), 3) > 1.4 * sum(frames) / 3
    found = spread(frames, MOST, 3)
    assert found is not None
    assert ends(frames, found, 3) < 1.3 * sum(frames) / 3


def test_one_clip_is_given_all_cores() -> None:
    assert spread([1000], MOST, 2) is None
