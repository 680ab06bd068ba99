"""Decoders and engine do not wait for each other longer than they must."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.classify import computing, decoding, pipeline, windows
from ctk_tui.workers import framing
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.toolkit.classifier import ClassifyOptions
    from tests.support.hearing import QuickEngine

SOUNDS = 20
PATIENCE = 20


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Twenty sounds of a tenth of a second and more."""
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    for at in range(SOUNDS):
        put(tmp_path / "one" / f"{at}.wav", wav(at + 1, frames=4500 + 10 * at))
    made.scan()
    yield made
    made.close()


def test_sounds_are_decoded_while_the_engine_loads(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, options = hearing
    enough, decoded = threading.Event(), []

    def decode(name: str, duration: float | None) -> dict[str, Any]:
        decoded.append(name)
        if len(decoded) == SOUNDS:
            enough.set()
        return decoding.decode_sound(name, duration)

    def slow_to_load(terms: dict[str, Any]) -> str:
        assert enough.wait(PATIENCE), f"{len(decoded)} were decoded meanwhile"
        return computing.prepare(terms)

    monkeypatch.setattr(pipeline, "decode_sound", decode)
    monkeypatch.setattr(pipeline, "prepare", slow_to_load)
    assert library.toolkit.classifier.classify(None, options).classified == SOUNDS


def test_an_engine_without_work_does_not_wait_for_a_whole_chunk(
    library: Library, hearing: tuple[QuickEngine, ClassifyOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a slow drive: the last sounds come when the engine has answered for the first ones, and not before."""
    engine, options = hearing
    monkeypatch.setattr(pipeline, "FIRST", 0.5)
    answered, compute, decoded = threading.Event(), engine.compute, []

    def decode(name: str, duration: float | None) -> dict[str, Any]:
        decoded.append(name)
        if len(decoded) > SOUNDS - 3:
            assert answered.wait(PATIENCE), "the engine was given nothing"
        return decoding.decode_sound(name, duration)

    def answers(clips: list[Any]) -> Any:
        found = compute(clips)
        answered.set()
        return found

    monkeypatch.setattr(pipeline, "decode_sound", decode)
    monkeypatch.setattr(engine, "compute", answers)
    assert library.toolkit.classifier.classify(None, options).classified == SOUNDS
    assert engine.batches[0] <= 6, "whoever watches waits long for the first result"


def test_the_largest_chunk_fits_between_processes() -> None:
    """One sound more than fills it may have three windows; numbers beside the samples take some kB."""
    longest = pipeline.MOST + windows.MOST * windows.WINDOW
    assert longest * windows.RATE * 4 + (1 << 20) < framing.MAX_FRAME
