"""Results of a classifier, made by hand, and a library whose files have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ctk_tui.catalog import classification
from ctk_tui.model.classification import EMBEDDING, Classified
from ctk_tui.model.entry import Label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctk_tui.catalog.connection import Database

VERSION = "cnn14 1"


def embedding(seed: int) -> bytes:
    """Return a random embedding as the engine gives one: nothing below 0."""
    return np.maximum(np.random.default_rng(seed).standard_normal(EMBEDDING), 0).astype("<f2").tobytes()


def result(
    database: Database,
    audio_id: int,
    labels: Mapping[str, float] | None = None,
    category: str = "drums",
    confidence: float = 0.5,
    *,
    vector: bytes | None = None,
) -> Classified:
    """Return what a classifier may say of an audio file as it is now."""
    [one] = classification.waiting(database, [audio_id])
    found = tuple(Label(label, p) for label, p in (labels or {}).items())
    vector = embedding(audio_id) if vector is None else vector
    return Classified(audio_id, one.seen, found, vector, category, "model", confidence)


def classify(database: Database, results: Sequence[Classified], version: str = VERSION) -> None:
    """Write results, none of which may come too late."""
    assert classification.write(database, version, results) == []
