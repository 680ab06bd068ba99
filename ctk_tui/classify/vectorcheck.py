"""Whether the file of unit vectors still is what the embeddings say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ctk_tui.catalog import embeddings
from ctk_tui.classify import vectorfile
from ctk_tui.classify.vectors import place_of, unit

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Database

SAMPLE = 256
"""Rows that are compared with their embeddings, spread evenly: all of a million would be 8 GB to read."""
APART = 1e-3
"""A number of a unit vector may be off by so much: float16 leaves it at 0.0005."""


@dataclass(frozen=True, slots=True)
class Step:
    """How the file of vectors stands to the embeddings."""

    behind: int
    """Embeddings that are not in it yet; the next search writes them."""
    wrong: int
    """Rows that say something else, of those compared, and embeddings that no search would ever write."""


def look(database: Database) -> Step:
    """Compare the file of vectors with the embeddings; nothing is written.

    Raises:
        CatalogError: the embeddings cannot be read.
    """
    owner = embeddings.identity(database)
    found = vectorfile.read(place_of(database), owner) if owner else vectorfile.nothing("")
    stamps = np.array(embeddings.stamps(database), np.int64)
    behind = int((stamps > found.last).sum())
    skipped = len(np.setdiff1d(stamps[: len(stamps) - behind], found.stamps, assume_unique=True))
    shared = np.flatnonzero(np.isin(found.stamps, stamps, assume_unique=True))
    some = shared[np.unique(np.linspace(0, len(shared) - 1, SAMPLE).astype(np.int64))] if len(shared) else shared
    return Step(behind, skipped + sum(_differs(database, found, int(row)) for row in some))


def _differs(database: Database, found: vectorfile.Vectors, row: int) -> bool:
    said = embeddings.get(database, int(found.stamps[row]))
    if said is None:  # swept away this moment
        return False
    wanted = unit(np.frombuffer(said, "<f2").astype(np.float32)[None])[0]
    return not bool(np.allclose(found.rows[row].astype(np.float32), wanted, rtol=0, atol=APART))
