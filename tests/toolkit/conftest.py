"""What tests of the toolkit share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.hearing import QuickEngine, quick
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.toolkit.classifier import ClassifyOptions


@pytest.fixture
def hearing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[QuickEngine, ClassifyOptions]:
    """Give an engine that hears at once, and options that run it in this process."""
    return quick(monkeypatch, tmp_path)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Give twenty sounds, one of them there twice, one that is silent, one that no decoder knows.

    Files whose tests need another library have one of their own.
    """
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    for at in range(20):
        put(tmp_path / "one" / f"{at}.wav", wav(at + 1, frames=4000 + 100 * at))
    put(tmp_path / "one" / "copy.wav", wav(1, frames=4000))
    put(
        tmp_path / "one" / "silent.wav",
        wav(0, frames=5000).replace((-15000).to_bytes(2, "little", signed=True), b"\0\0"),
    )
    put(tmp_path / "one" / "broken.mp3", b"garbage " * 100)
    made.scan()
    yield made
    made.close()
