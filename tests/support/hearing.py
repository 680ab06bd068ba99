"""An engine that hears at once: what a sound is follows from one sample; so tests of all else need no torch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from ctk_tui.classify import computing
from ctk_tui.classify.classes import COUNT, classes
from ctk_tui.model.classification import EMBEDDING
from ctk_tui.toolkit.classifier import ClassifyOptions

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from ctk_tui.toolkit.toolkit import Toolkit

HEARD = ("Snare drum", "Synthesizer", "Speech", "Bass guitar", "Banjo", "Thunder", "Trumpet")


class QuickEngine:
    """Stands for the engine; counts what it is given."""

    device = "cpu"

    def __init__(self) -> None:
        self.batches: list[int] = []
        """Clips of each call."""

    def compute(self, clips: list[Any]) -> tuple[Any, Any]:
        self.batches.append(len(clips))
        probabilities = np.full((len(clips), COUNT), 0.01, np.float32)
        embeddings = np.zeros((len(clips), EMBEDDING), np.float32)
        names = {one.name: one.index for one in classes()}
        for at, clip in enumerate(clips):
            kind = round(float(clip[len(clip) // 3]) * 32768) % len(HEARD)
            probabilities[at, names[HEARD[kind]]] = 0.8
            embeddings[at, kind] = 1.0 + abs(float(clip[0]))
        return probabilities, embeddings


def quick(monkeypatch: pytest.MonkeyPatch, folder: Path) -> tuple[QuickEngine, ClassifyOptions]:
    """Let the engine be a quick one; return it, and options that run it in threads of this process.

    Args:
        monkeypatch: takes it back.
        folder: for a file that passes for the weights.
    """
    engine = QuickEngine()
    monkeypatch.setattr(computing, "_engine", lambda terms: engine)
    weights = folder / "weights.pth"
    weights.write_bytes(b"weights")
    return engine, ClassifyOptions(checkpoint=weights, executor=lambda: ThreadPoolExecutor(2))


def kept(toolkit: Toolkit) -> dict[int, tuple[Any, ...]]:
    """Return what the catalog keeps of each classified audio file: category, source, labels, error."""
    with toolkit.database.read() as connection:
        rows = connection.execute(
            "SELECT c.audio_id, k.category, k.source, c.error, (SELECT group_concat(label, '|') FROM (SELECT label FROM"
            " labels WHERE audio_id = c.audio_id ORDER BY p DESC, label)) FROM classified c"
            " LEFT JOIN categories k ON k.audio_id = c.audio_id"
        ).fetchall()
    return {row[0]: row[1:] for row in rows}
