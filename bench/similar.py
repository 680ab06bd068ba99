"""Ten neighbours among many embeddings: ctk's exact search, its fall-back without usearch, numpy's float32 product.

The embeddings are random, not negative, of length 1; around each of some of them ten neighbours are planted. What
float32 finds is the truth, for those queries and for random ones, whose neighbours lie closer together than float16 can
tell: both shares are told.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from bench.common import report, take_turns, timed
from ctk_tui.catalog import embeddings, migrations
from ctk_tui.catalog.connection import Database
from ctk_tui.classify import nearest as exact
from ctk_tui.classify import vectorfile
from ctk_tui.classify.neighbours import Neighbours
from ctk_tui.classify.vectors import place_of, unit
from ctk_tui.model.classification import EMBEDDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

COUNT = 10
"""Neighbours asked for, and planted."""
QUERIES = 10
"""Of each kind, a round."""
CHUNK = 10_000
"""Rows made and written at once: 80 MB."""
GIB = 1 << 30


@dataclass(frozen=True)
class Library:
    """Embeddings in memory and in ctk's own files."""

    whole: Matrix
    """float32, of length 1."""
    database: Database
    planted: Matrix
    """Queries with planted neighbours."""
    random: Matrix
    """Queries without."""


def make(folder: Path, count: int) -> Library:
    """Make embeddings, and a catalog that has them: row n belongs to audio file n + 1."""
    rng = np.random.default_rng(7)
    whole = np.empty((count, EMBEDDING), np.float32)
    for start in range(0, count, CHUNK):
        part = whole[start : start + CHUNK]
        rng.standard_normal(out=part, dtype=np.float32)
        np.maximum(part, 0, out=part)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    planted, random = _some(rng), _some(rng)
    places = rng.permutation(count)[: QUERIES * COUNT].reshape(QUERIES, COUNT)
    for query, row in zip(planted, places, strict=True):
        for at, place in enumerate(row):
            near = query + (0.1 + 0.05 * at) * unit(np.abs(rng.standard_normal((1, EMBEDDING), np.float32)))[0]
            whole[place] = near / np.linalg.norm(near)
    return Library(whole, _catalog(folder, whole), planted, random)


def _some(rng: np.random.Generator) -> Matrix:
    found = np.maximum(rng.standard_normal((QUERIES, EMBEDDING), np.float32), 0)
    return unit(found)


def _catalog(folder: Path, whole: Matrix) -> Database:
    database = Database(folder / "catalog.db")
    migrations.migrate(database, 0)
    stamps = np.arange(1, len(whole) + 1)
    with database.write() as connection:
        connection.executemany(
            "INSERT INTO audio (id, fingerprint, size, added_at, scanned_at) VALUES (?, ?, 1, 0, 0)",
            ((number, str(number)) for number in stamps.tolist()),
        )
        connection.executemany(
            "INSERT INTO classified (audio_id, version, stamp, at) VALUES (?, 'bench', ?, 0)",
            ((number, number) for number in stamps.tolist()),
        )
    # The database of embeddings is asked for its name alone while the file of vectors is up to date.
    embeddings.remove(database, embeddings.add(database, [bytes(2 * EMBEDDING)]))
    parts = (
        (stamps[start : start + CHUNK], unit(whole[start : start + CHUNK]).astype(np.float16))
        for start in range(0, len(whole), CHUNK)
    )
    vectorfile.append(place_of(database), vectorfile.nothing(embeddings.identity(database)), parts)
    return database


def float32(library: Library, query: Matrix) -> list[int]:
    """Return the neighbours by numpy's product of float32 numbers."""
    scores = library.whole @ query
    best = np.argpartition(-scores, COUNT)[:COUNT]
    found: list[int] = (best[np.argsort(-scores[best])] + 1).tolist()
    return found


@contextlib.contextmanager
def without_usearch() -> Iterator[None]:
    """Let ctk search as if usearch were not installed, for a block."""
    real = exact.usearch
    exact.usearch = lambda: None  # type: ignore[assignment]
    try:
        yield
    finally:
        exact.usearch = real


@dataclass(frozen=True)
class Measured:
    """What was measured over one number of embeddings."""

    seconds: dict[str, list[float]]
    """Of one search, by side and round."""
    computed: dict[str, list[float]]
    """The same in seconds of all cores together: on a busy machine they say more."""
    recall: dict[str, float]
    """Share of float32's neighbours that ctk finds."""


def measure(library: Library, rounds: int) -> Measured:
    """Search, all sides in turns."""
    neighbours = Neighbours(library.database)
    queries = np.concatenate([library.planted, library.random])
    tenth = np.random.default_rng(1).permutation(len(library.whole))[: len(library.whole) // 10] + 1

    def ctk(query: Matrix, among: NDArray[np.int64] | None = None) -> list[int]:
        return [one for one, _ in neighbours.nearest(query, COUNT, among, version="bench")]

    computed: dict[str, list[float]] = {}

    def each(side: str, search: Callable[[Matrix], object]) -> float:
        before = time.process_time()
        seconds = timed(lambda: [search(query) for query in queries])
        computed.setdefault(side, []).append((time.process_time() - before) / len(queries))
        return seconds / len(queries)

    def fall_back() -> float:
        with without_usearch():
            return each("ctk without usearch", ctk)

    ctk(queries[0])  # who owns which row is known from here on, and the file is in the system's cache
    seconds = take_turns(rounds, {
        "numpy float32": lambda: each("numpy float32", lambda query: float32(library, query)),
        "ctk": lambda: each("ctk", ctk),
        "ctk without usearch": fall_back,
        "ctk, a tenth of all": lambda: each("ctk, a tenth of all", lambda query: ctk(query, tenth)),
    })  # fmt: skip
    recall = {
        name: _recall(library, some, ctk) for name, some in (("planted", library.planted), ("random", library.random))
    }
    with without_usearch():
        recall["planted, without usearch"] = _recall(library, library.planted, ctk)
    return Measured(seconds, computed, recall)


def _recall(library: Library, queries: Matrix, ctk: Callable[[Matrix], list[int]]) -> float:
    return statistics.mean(len({*float32(library, query)} & {*ctk(query)}) / COUNT for query in queries)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="times that each side runs, in turns")
    parser.add_argument("--embeddings", default="20000,100000,1000000", help="how many, separated by commas")
    parser.add_argument("--folder", type=Path, default=None, help="for 4 KB an embedding; a temporary one by default")
    given = parser.parse_args()
    seconds: dict[str, list[float]] = {}
    ratios: dict[str, float] = {}
    facts: dict[str, Any] = {"load before": os.getloadavg(), "left out": []}
    for count in map(int, given.embeddings.split(",")):
        need = count * EMBEDDING * 6.5
        if psutil.virtual_memory().available < need:
            facts["left out"].append(f"{count}: {need / GIB:.0f} GiB of memory are not free")
            continue
        folder = Path(tempfile.mkdtemp(prefix="ctk-bench-", dir=given.folder))
        try:
            library = make(folder, count)
            found = measure(library, given.rounds)
            library.database.close()
            del library
        finally:
            shutil.rmtree(folder)
        seconds |= {f"{count}: {side}": values for side, values in found.seconds.items()}
        for kind, taken in (("", found.seconds), (", computing", found.computed)):
            median = {side: statistics.median(values) for side, values in taken.items()}
            others = [side for side in median if side != "numpy float32"]
            ratios |= {
                f"{count}: {side} over numpy float32{kind}": median[side] / median["numpy float32"] for side in others
            }
        ratios |= {f"{count}: recall, {name}": share for name, share in found.recall.items()}
    reach = {name: "<= 1" for name in ratios if name == "100000: ctk over numpy float32"}
    reach |= {name: ">= 1" for name in ratios if name.endswith("recall, planted")}
    report("similar", seconds, ratios, reach, **facts, load_after=os.getloadavg(), usearch=exact.usearch() is not None)


if __name__ == "__main__":
    main()
