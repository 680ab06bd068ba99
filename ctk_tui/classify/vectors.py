"""From the embeddings in the database to the unit vectors that neighbours are searched in: made once, then added to."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from ctk_tui.catalog import embeddings
from ctk_tui.classify import vectorfile
from ctk_tui.config.paths import cache_dir
from ctk_tui.disk.flock import open_lock, try_lock
from ctk_tui.model.classification import EMBEDDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from ctk_tui.catalog.connection import Database
    from ctk_tui.classify.vectorfile import Rows, Stamps, Vectors

BATCH = 2048
"""Rows that are read and written at once: 8 MB."""
BATCHES = 32
"""After so many the index is written: as much as a kill may cost."""
OLD_SHARE = 0.25
"""Rows that are nobody's any more, of all, from which on all are made anew."""
OLD_LEAST = 1000
SMALLEST = 2.0**-14
"""The smallest number that float16 holds in full; less counts as 0 and changes a product by less than 0.003."""
POLL_SECONDS = 0.02


def place_of(database: Database) -> Path:
    """Return where the vectors of a catalog lie: beside its embeddings; in the cache where that cannot be written."""
    path = embeddings.path_of(database.path).with_suffix(".vectors")
    if not database.read_only:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return cache_dir() / f"{name}.vectors"


def unit(some: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors of length 1; what has no length, or is no number, is all 0 and near nothing.

    Args:
        some: float32, (n, EMBEDDING).
    """
    with np.errstate(invalid="ignore", over="ignore"):
        # In float64 without a copy in it, which would take longer than all else here.
        length = np.sqrt(np.einsum("ij,ij->i", some, some, dtype=np.float64))[:, None]
        fine = np.isfinite(length) & (length > 0)
        scale: NDArray[np.float32] = np.where(fine, 1 / np.where(fine, length, 1), 0).astype(np.float32)
        found = some * scale
    found[~fine[:, 0]] = 0.0
    found[np.abs(found) < SMALLEST] = 0.0
    return found


def current(database: Database, used: Callable[[], Stamps], check: Callable[[], None] | None = None) -> Vectors:
    """Return the vectors of all embeddings of the catalog; those that are new are written first.

    Args:
        database: the catalog.
        used: called for the stamps that the catalog knows, growing, when it is to be seen how many rows are nobody's.
        check: called now and then; what it raises ends the work, and nothing is lost.

    Raises:
        CtkError: they cannot be written.
        CatalogError: the embeddings cannot be read.
    """
    owner = embeddings.identity(database)
    if not owner:
        return vectorfile.nothing("")
    place = place_of(database)
    found = vectorfile.read(place, owner)
    if embeddings.newer(database, found.last, 1):
        place.parent.mkdir(parents=True, exist_ok=True)
        with _writing(place, check):
            found = _brought_up(database, place, owner, used, check)
    return found


def anew(database: Database, check: Callable[[], None] | None = None) -> Vectors:
    """Make the vectors of all embeddings anew, whatever is there, and return them; see `current`."""
    owner, place = embeddings.identity(database), place_of(database)
    if not owner:
        return vectorfile.nothing("")
    with _writing(place, check):
        return _written(database, place, vectorfile.nothing(owner), sys.maxsize, check)


@contextlib.contextmanager
def _writing(place: Path, check: Callable[[], None] | None) -> Iterator[None]:
    """Be the only writer for a block; wait for the one that there is."""
    fd = open_lock(place.with_name(place.name + ".lock"), create=True)
    try:
        while not try_lock(fd, alone=True):
            if check is not None:
                check()
            time.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(fd)


def _brought_up(
    database: Database, place: Path, owner: str, used: Callable[[], Stamps], check: Callable[[], None] | None
) -> Vectors:
    found = vectorfile.read(place, owner)  # another writer may have come first
    batches = BATCHES
    if len(found.stamps) >= OLD_LEAST:
        old = len(found.stamps) - int(np.isin(found.stamps, used(), assume_unique=True).sum())
        if old >= OLD_LEAST and old > OLD_SHARE * len(found.stamps):
            # In one piece, so that the old ones serve until the new ones are whole.
            found, batches = vectorfile.nothing(owner), sys.maxsize
    return _written(database, place, found, batches, check)


def _written(
    database: Database, place: Path, found: Vectors, batches: int, check: Callable[[], None] | None
) -> Vectors:
    while embeddings.newer(database, found.last, 1):
        vectorfile.append(place, found, _newer(database, found.last, batches, check))
        found = vectorfile.read(place, found.owner)
    vectorfile.tidy(place, found.token)
    return found


def _newer(
    database: Database, last: int, batches: int, check: Callable[[], None] | None
) -> Iterator[tuple[Stamps, Rows]]:
    for _ in range(batches):
        if check is not None:
            check()
        rows = embeddings.newer(database, last, BATCH)
        if not rows:
            return
        last = rows[-1][0]
        raw = np.frombuffer(b"".join(row[1] for row in rows), "<f2").reshape(-1, EMBEDDING)
        yield np.array([row[0] for row in rows], np.int64), unit(raw.astype(np.float32)).astype(np.float16)
