"""The queue between decoder and device: order, gaps, places, without a device."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.audio.player.mixer import AHEAD, FADE, Mixer

if TYPE_CHECKING:
    from tests.support.flavours import Samples


def ramp(first: int, count: int) -> Samples:
    """Return frames that tell their place, small enough never to be clipped."""
    return np.repeat((np.arange(first, first + count, dtype=np.float32) / 2**20)[:, None], 2, axis=1)


def places(sound: Samples) -> list[int]:
    return [round(float(value) * 2**20) for value in sound[:, 0]]


def filled(*blocks: int, at: int = 1) -> Mixer:
    mixer = Mixer()
    mixer.cut(1)
    for count in blocks:
        assert mixer.put(1, ramp(at, count))
        at += count
    return mixer


@given(blocks=st.lists(st.integers(1, 700), max_size=8), periods=st.lists(st.integers(1, 600), min_size=1, max_size=12))
def test_what_goes_in_comes_out_whole_and_in_order(blocks: list[int], periods: list[int]) -> None:
    mixer = filled(*blocks)
    out = np.concatenate([mixer.render(count) for count in periods])
    there = min(sum(blocks), sum(periods))
    assert places(out[:there]) == list(range(1, there + 1))
    assert not out[there:].any()


@given(lengths=st.lists(st.integers(1, 500), min_size=1, max_size=6), period=st.integers(1, 400))
def test_segments_follow_each_other_without_a_gap(lengths: list[int], period: int) -> None:
    mixer = Mixer()
    mixer.cut(1)
    for segment, length in enumerate(lengths, 1):
        if segment > 1:
            mixer.append(segment)
        assert mixer.put(segment, ramp(1, length))
        assert mixer.finish(segment) == length
    total = sum(lengths)
    out = np.concatenate([mixer.render(period) for _ in range(total // period + 1)])
    assert places(out[:total]) == [place for length in lengths for place in range(1, length + 1)]
    assert mixer.underruns == 0
    mixer.lag = -10 * period  # as if all had been heard
    assert mixer.drained()
    assert mixer.heard() == (len(lengths), lengths[-1])


def test_a_cut_refuses_what_comes_late_and_forgets_what_was_there() -> None:
    mixer = filled(1000)
    mixer.cut(2, 48000)
    assert not mixer.put(1, ramp(1, 10))
    assert mixer.finish(1) is None
    assert mixer.put(2, ramp(500_000, 1000))
    out = mixer.render(1000)
    assert places(out[FADE:]) == list(range(500_000 + FADE, 501_000))
    assert mixer.heard()[0] == 2


def test_a_cut_fades_the_old_sound_out() -> None:
    mixer = filled(FADE)
    mixer.set_volume(1.0)
    mixer.cut(None)
    out = mixer.render(2 * FADE)
    assert out[: FADE - 1, 0].all()
    assert not out[FADE:].any()


def test_a_full_queue_waits_until_there_is_room_or_no_need() -> None:
    mixer = filled(AHEAD)
    results = []
    waiting = threading.Thread(target=lambda: results.append(mixer.put(1, ramp(1, 10))))
    waiting.start()
    mixer.render(100)
    waiting.join(10)
    assert results == [True]
    mixer.put(1, ramp(1, 100))
    waiting = threading.Thread(target=lambda: results.append(mixer.put(1, ramp(1, 10))))
    waiting.start()
    mixer.cut(2)
    waiting.join(10)
    assert results == [True, False]


def test_a_pause_takes_nothing_from_the_queue() -> None:
    mixer = filled(3000)
    mixer.render(500)
    mixer.pause(True)
    paused = np.concatenate([mixer.render(300), mixer.render(300)])
    assert not paused[FADE:].any()
    assert not mixer.drained()
    mixer.pause(False)
    out = mixer.render(1000)
    assert places(out[FADE:]) == list(range(501 + FADE, 1501))


def test_dry_is_counted_only_while_something_is_to_come() -> None:
    mixer = Mixer()
    mixer.cut(1)
    mixer.render(100)  # not begun: the decoder has to open the file first
    assert mixer.underruns == 0
    mixer.put(1, ramp(1, 50))
    mixer.render(100)
    assert mixer.underruns == 1
    mixer.finish(1)
    mixer.render(100)
    assert mixer.underruns == 1


def test_later_segments_can_be_dropped() -> None:
    mixer = Mixer()
    mixer.cut(1)
    mixer.put(1, ramp(1, 100))
    mixer.finish(1)
    mixer.append(2)
    mixer.put(2, ramp(1000, 100))
    mixer.render(50)
    mixer.drop_later()
    assert mixer.segments == [1]
    assert not mixer.put(2, ramp(1100, 10))
    out = mixer.render(100)
    assert places(out[:50]) == list(range(51, 101))
    assert not out[50:].any()
    mixer.append(3)
    mixer.put(3, ramp(1, 10))
    assert places(mixer.render(10)) == list(range(1, 11))


def test_places_are_those_at_the_loudspeaker() -> None:
    mixer = filled(9000)
    assert mixer.heard() == (1, 0)
    mixer.lag = 300
    mixer.render(1000)
    segment, place = mixer.heard()
    assert segment == 1
    assert place <= 700
    mixer._last -= 1.0  # a second ago: the period is over, and no new one was asked for
    assert mixer.heard() == (1, 700)
    mixer.render(1000)
    mixer._last -= 1.0
    assert mixer.heard() == (1, 1700)


@pytest.mark.parametrize("gain", [0.0, 0.25, 0.9])
def test_volume_changes_without_a_step(gain: float) -> None:
    mixer = Mixer()
    mixer.cut(1)
    mixer.put(1, np.full((4000, 2), 0.5, np.float32))
    mixer.render(1000)
    mixer.set_volume(gain)
    out = mixer.render(1000)[:, 0]
    assert np.abs(np.diff(out, prepend=np.float32(0.5))).max() < 0.0015
    assert out[-1] == pytest.approx(gain * 0.5)


def test_nothing_goes_over_full_scale() -> None:
    mixer = Mixer()
    mixer.cut(1)
    mixer.put(1, np.full((100, 2), 7.0, np.float32))
    assert np.abs(mixer.render(100)).max() == 1.0


def test_the_device_never_waits_for_long() -> None:
    mixer = filled(AHEAD)
    worst = 0.0
    for _ in range(20):
        begun = time.perf_counter()
        mixer.render(1000)
        worst = max(worst, time.perf_counter() - begun)
    assert worst < 0.05
