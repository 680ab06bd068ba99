"""The file of unit vectors: true to the embeddings, whole after any kill, safe to read while it is written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctk_tui.catalog import embeddings
from ctk_tui.catalog.connection import Database
from ctk_tui.classify import vectorfile, vectors
from ctk_tui.model.classification import EMBEDDING
from ctk_tui.model.errors import Cancelled, CtkError
from tests.support.catalogs import empty
from tests.support.classified import embedding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from ctk_tui.classify.vectorfile import Stamps, Vectors


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = empty(tmp_path / "catalog.db")
    yield made
    made.close()


def up(database: Database) -> Vectors:
    return vectors.current(database, lambda: stamps_of(database))


def stamps_of(database: Database) -> Stamps:
    return np.array(embeddings.stamps(database), np.int64)


def expected(database: Database) -> NDArray[np.float16]:
    rows = embeddings.newer(database, 0, 10_000)
    found = np.stack([np.frombuffer(row[1], "<f2") for row in rows]).astype(np.float64)
    whole: NDArray[np.float16] = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float16)
    return whole


def add(database: Database, count: int, first: int = 0) -> list[int]:
    return embeddings.add(database, [embedding(first + at) for at in range(count)])


def files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.iterdir() if ".vectors" in path.name)


def is_true(found: Vectors, database: Database) -> bool:
    same = np.allclose(found.rows.astype(np.float32), expected(database).astype(np.float32), atol=1e-4)
    return found.stamps.tolist() == embeddings.stamps(database) and bool(same)


def test_it_holds_unit_vectors_of_all_embeddings_and_grows(database: Database, tmp_path: Path) -> None:
    assert len(up(database).stamps) == 0
    assert files(tmp_path) == []
    add(database, 5)
    first = up(database)
    assert is_true(first, database)
    assert np.allclose(np.linalg.norm(first.rows.astype(np.float64), axis=1), 1, atol=1e-3)
    add(database, 3, 5)
    second = up(database)
    assert is_true(second, database)
    assert second.token == first.token  # added to, not made anew
    assert len(first.stamps) == len(first.rows) == 5
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in files(tmp_path)] == [0o600] * 3


def test_large_ones_are_made_in_pieces(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "BATCH", 2)
    monkeypatch.setattr(vectors, "BATCHES", 3)
    add(database, 17)
    assert is_true(up(database), database)


def test_what_has_no_direction_is_near_nothing() -> None:
    some = np.zeros((4, EMBEDDING), np.float32)
    some[1] = np.inf
    some[2, 0] = np.nan
    some[3, 7] = -2.0
    found = vectors.unit(some)
    assert found[:3].any() == np.False_
    assert found[3, 7] == -1.0


@pytest.mark.parametrize(
    "harm",
    [
        lambda index, rows: index.unlink(),
        lambda index, rows: rows.unlink(),
        lambda index, rows: index.write_bytes(b""),
        lambda index, rows: index.write_bytes(index.read_bytes()[:-3]),
        lambda index, rows: index.write_bytes(b"X" + index.read_bytes()[1:]),
        lambda index, rows: index.write_bytes(index.read_bytes()[:-1] + b"\xff"),
        lambda index, rows: rows.write_bytes(rows.read_bytes()[:-1]),
        lambda index, rows: rows.write_bytes(b"something else".ljust(100_000)),
    ],
    ids=["no index", "no rows", "empty index", "short index", "magic", "flipped bit", "short rows", "other rows"],
)
def test_whatever_is_damaged_is_made_anew(database: Database, tmp_path: Path, harm: object) -> None:
    add(database, 4)
    before = up(database)
    harm(tmp_path / "embeddings.vectors", tmp_path / f"embeddings.vectors.{before.token}")  # type: ignore[operator]
    del before
    after = up(database)
    assert is_true(after, database)
    names = ["embeddings.vectors", f"embeddings.vectors.{after.token}", "embeddings.vectors.lock"]
    assert files(tmp_path) == sorted(names)  # what was left behind is gone


def test_vectors_of_other_embeddings_are_not_taken(database: Database, tmp_path: Path) -> None:
    add(database, 4)
    up(database)
    database.close()
    for name in ("embeddings.db", "embeddings.db-wal", "embeddings.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    add(database, 2, 100)
    assert is_true(up(database), database)


def test_many_that_are_nobodys_any_more_are_left_out_of_a_new_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "OLD_LEAST", 2)
    stamps = add(database, 8)
    first = up(database)
    embeddings.remove(database, stamps[:2])
    add(database, 1, 20)
    second = up(database)
    assert (second.token, len(second.stamps)) == (first.token, 9)  # a quarter may be old
    embeddings.remove(database, stamps[2:4])
    add(database, 1, 30)
    third = up(database)
    assert is_true(third, database)
    assert third.token != first.token
    assert len(first.rows) == 8  # who has the old one open can go on with it
    assert np.isfinite(first.rows.astype(np.float32)).all()


def test_cancelling_leaves_what_was_there(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "BATCH", 1)
    monkeypatch.setattr(vectors, "BATCHES", 2)
    add(database, 5)
    calls = iter(range(100))

    def check() -> None:
        if next(calls) == 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        vectors.current(database, lambda: stamps_of(database), check)
    kept = vectorfile.read(vectors.place_of(database), embeddings.identity(database))
    assert len(kept.stamps) == 4
    assert is_true(up(database), database)


def test_a_full_disk_is_told_and_leaves_what_was_there(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    add(database, 2)
    up(database)
    add(database, 2, 9)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(CtkError, match=r"embeddings\.vectors: the vectors .* cannot be written"):
            up(database)
    assert len(vectorfile.read(vectors.place_of(database), embeddings.identity(database)).stamps) == 2
    assert is_true(up(database), database)


def test_a_catalog_that_cannot_be_written_keeps_them_in_the_cache(database: Database, tmp_path: Path) -> None:
    add(database, 3)
    frozen = Database(database.path, read_only=True)
    assert is_true(up(frozen), frozen)
    assert files(tmp_path) == []
    assert vectors.place_of(frozen).exists()
    frozen.close()


WRITER = """
import sys
from pathlib import Path
import numpy as np
from ctk_tui.catalog import embeddings
from ctk_tui.catalog.connection import Database
from ctk_tui.classify import vectors
vectors.BATCH = vectors.BATCHES = vectors.OLD_LEAST = 2
database = Database(Path(sys.argv[1]))
rng = np.random.default_rng(0)
while True:
    some = rng.random((5, 2048)).astype("<f2")
    stamps = embeddings.add(database, [row.tobytes() for row in some])
    vectors.current(database, lambda: np.array(embeddings.stamps(database), np.int64))
    embeddings.remove(database, embeddings.stamps(database)[:-8])
    print(stamps[-1], flush=True)
"""


def test_readers_beside_a_writer_and_its_kill(database: Database) -> None:
    """A writer adds, and makes all anew again and again; every reading is whole, and so is what a kill leaves."""
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-c", WRITER, database.path], stdout=subprocess.PIPE)
        assert child.stdout is not None
        try:
            child.stdout.readline()
            owner, place = embeddings.identity(database), vectors.place_of(database)
            tokens: set[str] = set()
            last, deadline = 0, time.monotonic() + 60
            while len(tokens) < 4 and time.monotonic() < deadline:
                found = vectorfile.read(place, owner)
                assert found.last >= last
                last = found.last
                tokens.add(found.token)
                assert np.allclose(np.linalg.norm(found.rows.astype(np.float32), axis=1), 1, atol=1e-2)
            assert len(tokens) == 4
        finally:
            child.send_signal(signal.SIGKILL)
            child.communicate()
        after = up(database)
        there = np.isin(stamps_of(database), after.stamps)
        assert there.all()
        known = dict(zip(after.stamps.tolist(), after.rows, strict=True))
        truth = dict(zip(embeddings.stamps(database), expected(database), strict=True))
        assert all(np.allclose(known[stamp], truth[stamp], atol=1e-4) for stamp in truth)
