"""What ends the engine or a decoder costs the file that did it, and no other."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.classify import pipeline
from ctk_tui.classify.computing import compute
from ctk_tui.model.errors import CtkError, WorkerLost
from tests.support.hearing import QuickEngine, kept

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.toolkit.classifier import ClassifyOptions
    from tests.support.library import Library

FIFTH = -(-4500 * 32_000 // 44_100)
"""Samples of 5.wav at 32 kHz."""


def test_a_decoder_that_dies_costs_its_file(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], tmp_path: Path
) -> None:
    _, options = hearing
    bad = os.fsdecode(tmp_path / "one" / "6.wav")

    class Deadly(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            if bad in args:
                lost: Future[Any] = Future()
                lost.set_exception(WorkerLost("killed by signal 11 (SIGSEGV)"))
                return lost
            return super().submit(fn, *args, **kwargs)

    report = library.toolkit.classifier.classify(None, replace(options, executor=lambda: Deadly(2)))
    assert report.classified == 20
    assert [reason for _, _, reason in report.failed] == ["killed by signal 11 (SIGSEGV)"]


class Brittle(ThreadPoolExecutor):
    """Loses the engine over chunks that hold clips of a length."""

    def __init__(self, over: set[int]) -> None:
        super().__init__(2)
        self.over = over
        self.calls: list[int] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if fn is compute:
            self.calls.append(len(args[1]))
            if not self.over or self.over & {length for windows in args[1] for length in windows}:
                lost: Future[Any] = Future()
                lost.set_exception(WorkerLost("used more than 9 MiB of memory"))
                return lost
        return super().submit(fn, *args, **kwargs)


def test_an_engine_that_dies_over_a_file_is_found_out(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions]
) -> None:
    _, options = hearing
    brittle = Brittle({FIFTH})
    report = library.toolkit.classifier.classify(None, replace(options, executor=lambda: brittle))
    assert report.classified == 20
    assert [(path[-5:], reason) for _, path, reason in report.failed] == [
        (b"5.wav", "the engine used more than 9 MiB of memory")
    ]
    assert brittle.calls[0] == 21
    assert len(brittle.calls) < 14


class OneProcess(ThreadPoolExecutor):
    """Has an engine that a sound ends, and all that it is at with it; it works where the run waits for it."""

    def __init__(self, over: int) -> None:
        super().__init__(2)
        self.over = over
        self.at: list[tuple[Future[Any], tuple[Any, ...]]] = []
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if fn is not compute:
            return super().submit(fn, *args, **kwargs)
        future: Future[Any] = Future()
        self.at.append((future, args))
        return future

    def wait(self, *args: Any) -> Any:
        """Do what is to be done, and wait then as the run wants to."""
        at, self.at = self.at, []
        self.most = max(self.most, len(at))
        dies = any((self.over,) in call[1] for _, call in at)
        for future, call in at:
            if dies:
                future.set_exception(WorkerLost("killed by signal 11 (SIGSEGV)"))
            else:
                future.set_result(compute(*call))
        return wait(*args)


def test_what_was_beside_a_sound_that_ends_the_engine_is_not_to_blame(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, options = hearing
    monkeypatch.setattr(pipeline, "MOST", 0.01)  # a sound is a chunk
    process = OneProcess(FIFTH)
    monkeypatch.setattr(pipeline, "wait", process.wait)
    report = library.toolkit.classifier.classify(None, replace(options, executor=lambda: process))
    assert process.most == 2
    assert report.classified == 20
    assert [path[-5:] for _, path, _ in report.failed] == [b"5.wav"]


def test_an_engine_that_always_dies_ends_the_run(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions]
) -> None:
    _, options = hearing
    with pytest.raises(CtkError, match="the engine ends again and again: used more") as told:
        library.toolkit.classifier.classify(None, replace(options, executor=lambda: Brittle(set())))
    assert "--threads 1" in told.value.hint
    assert len(kept(library.toolkit)) < pipeline.LOST
    assert library.toolkit.jobs.list()[0].state == "failed"
