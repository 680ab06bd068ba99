"""Neighbours: the very ones that float32 products of all embeddings give, with usearch and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctk_tui.catalog import classification, embeddings
from ctk_tui.classify import nearest as exact
from ctk_tui.classify.neighbours import Neighbours
from ctk_tui.classify.vectors import unit
from ctk_tui.model.audio import Tags
from ctk_tui.model.classification import EMBEDDING
from tests.support.asking import tell
from tests.support.catalogs import Audio, Somewhere, add, empty
from tests.support.classified import VERSION, classify, result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from ctk_tui.catalog.connection import Database

WAYS = ["usearch", "numpy"]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Search with usearch, and as if it were not installed."""
    if request.param == "numpy":
        monkeypatch.setattr(exact, "usearch", lambda: None)
    else:
        assert exact.usearch() is not None
    return str(request.param)


def clustered(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Return embeddings as a network gives them: not negative, many of them alike."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((max(1, count // 20), EMBEDDING))
    found = centres[rng.integers(len(centres), size=count)] + 0.5 * rng.standard_normal((count, EMBEDDING))
    return (np.maximum(found, 0) * rng.uniform(0.1, 9, (count, 1))).astype(np.float32)


def rows_of(some: NDArray[np.float32]) -> NDArray[np.float16]:
    return unit(some).astype(np.float16)


def cosines(rows: NDArray[np.float16], query: NDArray[np.float32]) -> NDArray[np.float32]:
    whole = rows.astype(np.float32)
    found: NDArray[np.float32] = whole @ query / np.linalg.norm(whole, axis=1)
    return found


def truth(rows: NDArray[np.float16], query: NDArray[np.float32], count: int) -> list[int]:
    scores = cosines(rows, query)
    found: list[int] = np.lexsort((np.arange(len(rows)), -scores))[:count].tolist()
    return found


def test_the_ten_nearest_are_those_of_float32(way: str) -> None:
    some = clustered(2000)
    rows = rows_of(some)
    for at in range(5):
        query = unit(some[at : at + 1] + 0.01)[0]
        places, scores = exact.nearest(rows, query, 10)
        assert places.tolist() == truth(rows, query, 10)
        assert scores == pytest.approx(np.sort(cosines(rows, query))[:-11:-1], abs=1e-5)


@pytest.mark.parametrize("share", [0.001, 0.3, 0.999])
def test_only_some_are_looked_at(way: str, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "GATHERED", 700)
    rng, some = np.random.default_rng(5), clustered(3000)
    rows = rows_of(some)
    of = np.flatnonzero(rng.random(3000) < share)
    query = rows[17].astype(np.float32)
    places, _ = exact.nearest(rows, query, 10, of=of)
    assert places.tolist() == of[truth(rows[of], query, 10)].tolist()


def test_runs_of_neighbouring_rows_are_searched_where_they_lie(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "GATHERED", 100)
    rows = rows_of(clustered(1000))
    of = np.arange(150, 900)
    query = rows[400].astype(np.float32)
    places, _ = exact.nearest(rows, query, 5, of=of)
    assert places.tolist() == [place + 150 for place in truth(rows[150:900], query, 5)]


@pytest.mark.parametrize(("count", "total"), [(10, 3), (0, 5), (1, 0), (70, 75)])
def test_fewer_rows_than_asked_for(way: str, count: int, total: int) -> None:
    rows = rows_of(clustered(total)) if total else np.zeros((0, EMBEDDING), np.float16)
    query = unit(clustered(1, 9))[0]
    assert exact.nearest(rows, query, count)[0].tolist() == truth(rows, query, count)


def test_equal_ones_come_in_the_order_of_rows(way: str) -> None:
    rows = rows_of(np.repeat(clustered(1), 200, axis=0))
    assert exact.nearest(rows, rows[0].astype(np.float32), 5)[0].tolist() == [0, 1, 2, 3, 4]


@settings(max_examples=100)
@given(
    numbers=st.lists(st.floats(-1, 1, width=16), min_size=4, max_size=4),
    others=st.lists(st.floats(-1, 1, width=16), min_size=4, max_size=4),
)
def test_shifted_bits_are_the_numbers_that_they_stand_for(numbers: list[float], others: list[float]) -> None:
    """Signs, zeros and the smallest numbers too."""
    rows = np.array([numbers, others], np.float16)
    query = np.array(others, np.float32)
    assert exact.products(rows, query) == pytest.approx(rows.astype(np.float64) @ query, abs=1e-6)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = empty(tmp_path / "catalog.db")
    yield made
    made.close()


def classified(database: Database, some: NDArray[np.float32]) -> list[int]:
    """Put audio files with these embeddings into a catalog; return their ids."""

    def audio(at: int) -> Audio:
        path = Somewhere("a", f"{at}.wav".encode(), "present", 0, protected=False, cloud=False)
        return Audio((path,), 1, 0.0, Tags(), {}, None, None, "wav", 1.0, 44100, 1, 16, None, marked=False)

    ids = add(database, [audio(at) for at in range(len(some))])
    rows = some.astype("<f2")
    classify(database, [result(database, one, vector=rows[at].tobytes()) for at, one in enumerate(ids)])
    return ids


def test_neighbours_are_told_by_audio_file(database: Database, way: str) -> None:
    some = clustered(60)
    ids = classified(database, some)
    neighbours = Neighbours(database)
    known = neighbours.embedding(ids[7])
    assert known is not None
    own, version = known
    assert version == VERSION
    found = neighbours.nearest(own, 10)
    assert [one for one, _ in found] == [ids[at] for at in truth(rows_of(some), unit(own[None])[0], 10)]
    assert found[0][1] == pytest.approx(1, abs=1e-3)
    assert neighbours.nearest(own * 64, 10) == found  # length says nothing
    assert neighbours.bring_up() == 60


def test_among_some_audio_files(database: Database, way: str) -> None:
    some = clustered(60)
    ids = classified(database, some)
    neighbours = Neighbours(database)
    among = np.array([ids[3], ids[50], ids[20], 9999])
    assert {one for one, _ in neighbours.nearest(some[7], 10, among)} == {ids[3], ids[20], ids[50]}
    assert neighbours.nearest(some[7], 10, among[:0]) == []
    assert neighbours.nearest(some[7], 10, np.array([9999])) == []


def test_what_changes_is_seen_by_the_next_search(database: Database, way: str) -> None:
    some = clustered(40)
    ids = classified(database, some)
    neighbours, other = Neighbours(database), Neighbours(database)
    assert neighbours.nearest(some[0], 1)[0][0] == ids[0]
    moved = some[0].astype("<f2").tobytes()
    classify(
        database, [result(database, ids[30], vector=moved), result(database, ids[0], vector=embeddings_of(some[1]))]
    )
    assert neighbours.nearest(some[0], 1)[0][0] == ids[30]
    tell(database, "DELETE FROM classified WHERE audio_id = ?", ids[30])  # its content changed
    assert ids[30] not in [one for one, _ in neighbours.nearest(some[0], 40)]
    assert len(neighbours.nearest(some[0], 99)) == 39
    assert other.nearest(some[0], 5) == neighbours.nearest(some[0], 5)
    assert classification.stamped_state(database)[1] == 39


def embeddings_of(row: NDArray[np.float32]) -> bytes:
    return row.astype("<f2").tobytes()


def test_only_what_the_same_model_heard_is_near(database: Database, way: str) -> None:
    some = clustered(20)
    ids = classified(database, some)
    neighbours = Neighbours(database)
    again = [result(database, one, vector=some[at].astype("<f2").tobytes()) for at, one in enumerate(ids[:5])]
    classify(database, again, "another")
    assert {one for one, _ in neighbours.nearest(some[0], 99, version="another")} == set(ids[:5])
    assert {one for one, _ in neighbours.nearest(some[0], 99, version=VERSION)} == set(ids[5:])
    assert len(neighbours.nearest(some[0], 99)) == 20
    assert neighbours.nearest(some[0], 99, version="neither") == []


def test_a_lost_embedding_is_nobody_elses(database: Database, way: str) -> None:
    """A catalog may name embeddings that are not there: it came back from a backup, or its file of them was moved."""
    some = clustered(6)
    ids = classified(database, some)
    embeddings.remove(database, [embeddings.stamps(database)[at] for at in (0, 3, 5)])
    tell(
        database, "DELETE FROM classified WHERE audio_id = ?", ids[1]
    )  # a row that nobody owns, behind one that is lost
    found = Neighbours(database).nearest(some[4], 99)
    assert {one for one, _ in found} == {ids[2], ids[4]}
    assert found[0][0] == ids[4]


def test_without_embeddings_there_are_no_neighbours(database: Database) -> None:
    neighbours = Neighbours(database)
    assert neighbours.nearest(np.ones(EMBEDDING, np.float32), 5) == []
    assert neighbours.embedding(1) is None
    assert neighbours.bring_up() == 0
    assert embeddings.stamps(database) == []


def test_silence_is_near_nothing(database: Database) -> None:
    some = clustered(5)
    ids = classified(database, some)
    neighbours = Neighbours(database)
    assert neighbours.nearest(np.zeros(EMBEDDING, np.float32), 5) == []
    assert len(ids) == 5
