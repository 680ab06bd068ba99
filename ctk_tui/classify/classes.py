"""The 527 classes of AudioSet, and what each counts for: the table audioset.csv beside this file.

Index, machine id and name are AudioSet's (CC BY 4.0), category and weight are ours; docs/classify.md tells the reasons.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

COUNT = 527
"""Classes, and so outputs of the network."""
SILENCE = 500
"""Index of the class Silence."""
TABLE = Path(__file__).with_name("audioset.csv")


@dataclass(frozen=True, slots=True)
class AudioClass:
    """One class."""

    index: int
    """Place among the outputs of the network, from 0."""
    mid: str
    """Machine id of the knowledge graph, such as /m/026t6."""
    name: str
    """As labels show it."""
    category: str
    """What it speaks for."""
    weight: float
    """How loudly: 1 for an instrument, 0.3 for a style of music, 0 for what says nothing of a sound."""
    short_category: str
    """What it speaks for in a short sound: a thud of a second is a drum more often than not."""
    short_weight: float


@functools.cache
def classes() -> tuple[AudioClass, ...]:
    """Return all classes, in the order of the network's outputs."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_row(row) for row in csv.DictReader(file))


def _row(row: dict[str, str]) -> AudioClass:
    category, weight = row["category"], row["weight"]
    return AudioClass(
        int(row["index"]), row["mid"], row["name"], category, float(weight), row["short_category"] or category,
        float(row["short_weight"] or weight),
    )  # fmt: skip
