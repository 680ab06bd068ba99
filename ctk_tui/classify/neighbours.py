"""Audio files that sound alike: embeddings by stamp, unit vectors by row, and whose they are."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ctk_tui.catalog import classification, embeddings
from ctk_tui.classify.nearest import nearest
from ctk_tui.classify.vectors import current, unit
from ctk_tui.model.classification import EMBEDDING

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ctk_tui.catalog.connection import Database
    from ctk_tui.classify.vectorfile import Vectors

    Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Owned:
    """Whose the rows are at one moment."""

    state: tuple[int, int]
    """Of the catalog's list of embeddings: equal ones, nothing changed."""
    version: str | None
    """Of the model: only its embeddings are somebody's here; None for all."""
    vectors: Vectors
    ids: Ids
    """By row: the audio file, 0 where the row is nobody's any more."""


class Neighbours:
    """Searches over one catalog, from any thread; what they learn of it is kept for the next one.

    Args:
        database: the catalog; may be read-only.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known: _Owned | None = None
        self._moment: tuple[int, int, int] | None = None

    def embedding(self, audio_id: int) -> tuple[NDArray[np.float32], str] | None:
        """Return the embedding of an audio file, float32, (EMBEDDING,), and the version of the model that it is of."""
        known = classification.stamp_of(self._database, audio_id)
        found = None if known is None else embeddings.get(self._database, known[0])
        return None if known is None or found is None else (np.frombuffer(found, "<f2").astype(np.float32), known[1])

    def bring_up(self, check: Callable[[], None] | None = None) -> int:
        """Write the vectors of new embeddings, so that no search has to; return how many there are.

        Args:
            check: called now and then; what it raises ends the work, and nothing is lost.
        """
        return len(self._owned(None, check).vectors.stamps)

    def nearest(
        self, embedding: NDArray[np.float32], count: int, among: Ids | None = None, *, version: str | None = None
    ) -> list[tuple[int, float]]:
        """Return the audio files whose embeddings point most nearly the same way, and the cosine of the angle.

        Args:
            embedding: float32, (EMBEDDING,), of any length.
            count: how many.
            among: ids of audio files to look at, in any order; None for all.
            version: of the model that the embedding is of: what others gave is not looked at. None for all.
        """
        owned = self._owned(version, None)
        query = unit(embedding.reshape(1, EMBEDDING).astype(np.float32))[0]
        if not query.any():
            return []
        if among is None:
            some = None if owned.ids.all() else np.flatnonzero(owned.ids)
        else:
            wanted = np.zeros(int(max(owned.ids.max(initial=0), among.max(initial=0))) + 1, np.bool_)
            wanted[among] = True
            some = np.flatnonzero(wanted[owned.ids])
        places, scores = nearest(owned.vectors.rows, query, count, of=some)
        return [(int(owned.ids[place]), min(float(score), 1.0)) for place, score in zip(places, scores, strict=True)]

    def _owned(self, version: str | None, check: Callable[[], None] | None) -> _Owned:
        with self._lock:
            moment = classification.moment(self._database)
            if self._known is not None and (self._moment, self._known.version) == (moment, version):
                return self._known
            state = classification.stamped_state(self._database)
            if self._known is None or (self._known.state, self._known.version) != (state, version):
                vectors = current(self._database, lambda: classification.stamped(self._database)[0], check)
                stamps, owners = classification.stamped(self._database, version)
                self._known = _Owned(state, version, vectors, _whose(vectors, stamps, owners))
            self._moment = moment
            return self._known


def _whose(vectors: Vectors, stamps: Ids, owners: Ids) -> Ids:
    """Return the audio file of each row, 0 for none.

    Args:
        vectors: the rows.
        stamps: that the catalog knows, growing.
        owners: the audio file of each.
    """
    ids = np.zeros(len(vectors.stamps), np.int64)
    at = np.searchsorted(vectors.stamps, stamps)
    there = at < len(ids)
    there[there] = vectors.stamps[at[there]] == stamps[there]
    ids[at[there]] = owners[there]
    return ids
