"""Batches side by side give the same numbers, and one that fails ends the rest."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from ctk_tui.classify.engine import Engine
from ctk_tui.classify.lanes import Lanes
from ctk_tui.classify.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLOSE = 1e-4


@pytest.fixture(autouse=True)
def as_many_threads_as_before() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(("threads", "lanes"), [(1, 1), (2, 2), (8, 8), (9, 4), (16, 8), (20, 6)])
def test_all_cores_have_work(threads: int, lanes: int) -> None:
    assert Lanes(threads).count == lanes
    assert Lanes(threads, 1).count == 1


def test_each_lane_has_its_share_of_the_cores_and_then_all_are_together_again() -> None:
    lanes, barrier = Lanes(4, 2), threading.Barrier(2)
    seen: list[tuple[str, int]] = []

    def work(batch: list[int]) -> None:
        barrier.wait(10)  # both at once
        seen.append((threading.current_thread().name, torch.get_num_threads()))

    lanes.side_by_side(work, [[0], [1], [2], [3]])
    assert {count for _, count in seen} == {2}
    assert len({name for name, _ in seen}) == 2
    assert torch.get_num_threads() == 4


def test_a_second_caller_has_the_lanes_that_the_first_leaves_and_all_cores_after_it() -> None:
    lanes, last, passed = Lanes(4, 2), threading.Event(), threading.Event()
    cores = []

    def first(batch: list[int]) -> None:
        if batch == [1]:
            last.set()
            assert passed.wait(10)

    def second(batch: list[int]) -> None:
        passed.set()

    def together(batch: list[int]) -> None:
        cores.append(torch.get_num_threads())

    with ThreadPoolExecutor(2) as callers:
        one = callers.submit(lanes.side_by_side, first, [[0], [1]])
        assert last.wait(10)
        callers.submit(lanes.side_by_side, second, [[2]]).result(10)
        one.result(10)
        list(callers.map(lambda at: lanes.together(together, [[at]]), range(4)))
    assert cores == [4] * 4


def test_what_fails_ends_the_rest() -> None:
    lanes, done = Lanes(2), []
    failed = threading.Event()

    def work(batch: list[int]) -> None:
        if batch == [0]:
            failed.set()
            raise MemoryError("no room")
        failed.wait(10)
        done.append(batch)

    with pytest.raises(MemoryError, match="no room"):
        lanes.side_by_side(work, [[at] for at in range(1000)])
    assert len(done) < 999
    assert torch.get_num_threads() == 2


def test_side_by_side_are_the_same_numbers(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = np.random.default_rng(1)
    clips = [(dice.standard_normal(length) * 0.1).astype(np.float32) for length in dice.integers(500, 50_000, 40)]
    engine = Engine(str(checkpoint), "cpu", threads=2)
    alone = [engine.compute([clip]) for clip in clips]
    where, outputs = set(), Network.outputs

    def seen(self: Network, features: torch.Tensor, frames: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        where.add(threading.current_thread().name)
        return outputs(self, features, frames)

    monkeypatch.setattr(Network, "outputs", seen)
    probabilities, embeddings = engine.compute(clips)
    assert len(where) == 2
    for at, (one, other) in enumerate(alone):
        assert np.abs(probabilities[at] - one[0]).max() < CLOSE
        assert np.abs(embeddings[at] - other[0]).max() < CLOSE
