"""What the classifier found is kept by content: found by searches, never over the user's word."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import classification, embeddings, health, join
from ctk_tui.catalog.connection import Database
from ctk_tui.catalog.opening import open_database
from ctk_tui.model.classification import NotClassified, Wanted
from ctk_tui.model.entry import Label
from ctk_tui.model.errors import CatalogDamaged, CatalogTooNew
from tests.support.asking import ask, tell
from tests.support.classified import VERSION, classify, embedding, result
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NONE = Wanted((), 0, 0, 0, 0, 0)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Return a library of four audio files, ids 1 to 4 in the order of their names; the first has two copies."""
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one", "two": tmp_path / "two"})
    for at in range(4):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
        made.scan()
    put(tmp_path / "two" / "again.wav", wav(0))
    made.scan()
    yield made
    made.close()


def ids(library: Library) -> list[int]:
    return sorted(set(library.paths().values()))


def database(library: Library) -> Database:
    return library.toolkit.database


def wanted(library: Library, *some: int, version: str = VERSION, redo: bool = False) -> Wanted:
    return classification.wanted(database(library), version, some or None, redo=redo)


def test_a_result_is_kept_and_is_wanted_no_more(library: Library) -> None:
    [one, *rest] = ids(library)
    assert wanted(library) == replace(NONE, ids=(one, *rest))
    classify(database(library), [result(database(library), one, {"Speech": 0.25, "Bass drum": 0.75}, "vocal", 0.4)])
    [entry] = library.toolkit.catalog.entries([one])
    assert entry.labels == (Label("Bass drum", 0.75), Label("Speech", 0.25))
    assert (entry.category, entry.category_source, entry.confidence, entry.copies) == ("vocal", "model", 0.4, 2)
    known = classification.stamp_of(database(library), one)
    assert known is not None
    assert (embeddings.get(database(library), known[0]), known[1]) == (embedding(one), VERSION)
    assert wanted(library) == replace(NONE, ids=tuple(rest), done=1)
    assert wanted(library, one) == replace(NONE, done=1)
    assert wanted(library, rest[1], rest[0], rest[1]).ids == (rest[1], rest[0])
    assert classification.wanted(database(library), VERSION, limit=2).ids == (rest[0], rest[1])


def test_another_version_and_redo_want_it_again_and_replace_it(library: Library) -> None:
    [one, *_] = ids(library)
    classify(database(library), [result(database(library), one, {"Speech": 0.9})])
    before = classification.stamp_of(database(library), one)
    assert wanted(library, one, version="cnn14 2").ids == (one,)
    assert wanted(library, one, redo=True).ids == (one,)
    classify(database(library), [result(database(library), one, {"Guitar": 0.8}, "guitar")], "cnn14 2")
    [entry] = library.toolkit.catalog.entries([one])
    assert (entry.labels, entry.category) == ((Label("Guitar", 0.8),), "guitar")
    after = classification.stamp_of(database(library), one)
    assert before is not None
    assert after is not None
    assert (after[0] > before[0], after[1]) == (True, "cnn14 2")
    assert embeddings.stamps(database(library)) == [after[0]]  # the one before is gone
    assert wanted(library, one, version="cnn14 2") == replace(NONE, done=1)


def test_what_has_no_embedding_any_more_is_wanted_again(library: Library) -> None:
    [one, *_] = ids(library)
    classify(database(library), [result(database(library), one)])
    embeddings.remove(database(library), embeddings.stamps(database(library)))
    assert wanted(library, one).ids == (one,)


def test_changed_content_is_wanted_anew_and_loses_what_the_model_said(library: Library, tmp_path: Path) -> None:
    [one, two, *_] = ids(library)
    classify(database(library), [result(database(library), number, {"Speech": 0.9}) for number in (one, two)])
    put(tmp_path / "one" / "1.wav", wav(50))
    library.scan()
    assert library.paths()[os.fsencode(tmp_path / "one" / "1.wav")] == two
    assert wanted(library, one, two) == replace(NONE, ids=(two,), done=1)
    [entry] = library.toolkit.catalog.entries([two])
    assert (entry.labels, entry.category, classification.stamp_of(database(library), two)) == ((), None, None)
    assert len(embeddings.stamps(database(library))) == 2
    assert classification.sweep(database(library)) == 1
    assert len(embeddings.stamps(database(library))) == 1


def test_a_result_of_content_that_changed_meanwhile_is_refused(library: Library, tmp_path: Path) -> None:
    [one, two, *_] = ids(library)
    old = [result(database(library), number) for number in (one, two)]
    put(tmp_path / "one" / "1.wav", wav(50))
    library.scan()
    gone = replace(old[0], id=999)
    assert classification.write(database(library), VERSION, [*old, gone]) == [two, 999]
    assert wanted(library, one, two) == replace(NONE, ids=(two,), done=1)
    known = classification.stamp_of(database(library), one)
    assert known is not None
    assert embeddings.stamps(database(library)) == [known[0]]


def test_what_cannot_be_classified_says_why_and_is_not_tried_again(library: Library) -> None:
    [one, *rest] = ids(library)
    [waits] = classification.waiting(database(library), [one])
    assert classification.write(database(library), VERSION, [NotClassified(one, waits.seen, "no sound in it")]) == []
    assert wanted(library, one) == replace(NONE, failed=1)
    assert wanted(library, one, redo=True).ids == (one,)
    assert classification.errors(database(library)) == [(one, "no sound in it")]
    assert classification.errors(database(library), rest) == []
    assert library.toolkit.catalog.search("is:unclassified") == [one, *rest]


def test_what_cannot_be_classified_is_found_and_counted(library: Library, tmp_path: Path) -> None:
    [one, *rest] = ids(library)
    [waits] = classification.waiting(database(library), [one])
    classification.write(database(library), VERSION, [NotClassified(one, waits.seen, "no sound in it")])
    catalog = library.toolkit.catalog
    assert catalog.search("is:broken") == [one]
    assert catalog.search("^is:broken") == rest
    assert catalog.details(one).entry.error == "no sound in it"
    assert (catalog.stats().errors, catalog.stats([one]).errors, catalog.stats(rest).errors) == (1, 1, 0)
    assert catalog.broken() == 1
    library.scan()  # looks at paths, and takes nothing of that away
    assert catalog.broken() == 1
    put(tmp_path / "one" / "0.wav", wav(60))
    (tmp_path / "two" / "again.wav").unlink()
    library.scan()
    assert catalog.stats().errors == 0


def test_a_failure_takes_nothing_away_that_was_found_before(library: Library) -> None:
    [one, *_] = ids(library)
    classify(database(library), [result(database(library), one, {"Speech": 0.9}, "vocal")])
    known = classification.stamp_of(database(library), one)
    [waits] = classification.waiting(database(library), [one])
    classification.write(database(library), VERSION, [NotClassified(one, waits.seen, "worker lost")])
    assert classification.stamp_of(database(library), one) == known
    classification.write(database(library), "cnn14 2", [NotClassified(one, waits.seen, "worker lost")])
    [entry] = library.toolkit.catalog.entries([one])
    assert (entry.labels, entry.category) == ((Label("Speech", 0.9),), "vocal")
    assert classification.stamp_of(database(library), one) is None  # it is near nothing that the new version hears
    assert classification.sweep(database(library)) == 1
    assert wanted(library, one, version="cnn14 2") == replace(NONE, failed=1)


def test_what_cannot_be_read_now_is_counted_not_wanted(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "broken.wav", b"no sound" * 40)
    library.scan()
    (tmp_path / "one" / "2.wav").unlink()
    library.scan()
    assert wanted(library) == Wanted(tuple(ids(library)[:2] + ids(library)[2:3]), 0, 0, 1, 0, 0)
    library.close()
    (tmp_path / "one").rename(tmp_path / "unplugged")
    library.toolkit = library.open()
    library.scan()
    found = wanted(library)
    assert (found.ids, found.away) == ((ids(library)[0],), 3)  # the one with a copy in the other source can be read


def test_searches_find_labels_categories_and_confidence(library: Library) -> None:
    one, two, three, four = ids(library)
    classify(
        database(library),
        [
            result(database(library), one, {"Bass drum": 0.9, "Speech": 0.3}, "drums", 0.9),
            result(database(library), two, {"Speech": 0.8}, "vocal", 0.8),
            result(database(library), three, {"Silence": 0.7}, "other", 0.1),
        ],
    )
    search = library.toolkit.catalog.search
    assert search("label:Speech") == [one, two]
    assert search("label:speech:0.5..") == [two]
    assert search("'bass drum'".replace("'", '"')) == [one]
    assert search("drum") == [one]
    assert search("silen") == [three]
    assert search("category:vocal,other") == [two, three]
    assert search("confidence:0.5..") == [one, two]
    assert search("is:unclassified") == [four]
    assert search("confidence-") == [one, two, three, four]
    assert search("category+") == [one, three, two, four]
    classify(database(library), [result(database(library), one, {"Guitar": 0.9}, "guitar", 0.05)])
    assert search("drum") == []
    assert search("label:guitar category:guitar") == [one]
    assert search("confidence+") == [one, three, two, four]
    assert library.toolkit.catalog.stats().categories == {"guitar": 1, "other": 1, "vocal": 1}


def test_one_content_in_two_rows_keeps_one_result(library: Library, tmp_path: Path) -> None:
    """A twin that could not be read when it was found has a row of its own until it can."""
    [one, *_] = ids(library)
    db = database(library)
    [row] = ask(db, "SELECT fingerprint, size FROM audio WHERE id = ?", one)
    tell(db, "UPDATE audio SET digest = 'd' WHERE id = ?", one)
    tell(db, "INSERT INTO audio (id, fingerprint, size, added_at, scanned_at) VALUES (99, ?, ?, 0, 0)", *row)
    tell(db, "UPDATE audio SET primary_path = (SELECT primary_path FROM audio WHERE id = ?) WHERE id = 99", one)
    [waits] = classification.waiting(db, [one])
    classification.write(db, VERSION, [NotClassified(one, waits.seen, "worker lost")])
    classify(db, [result(db, 99, {"Speech": 0.9}, "vocal")])
    with db.write() as connection:
        assert join.give_digest(connection, 99, "d")[0] == one
    [entry] = library.toolkit.catalog.entries([one])
    assert (entry.labels, entry.category) == ((Label("Speech", 0.9),), "vocal")
    known = classification.stamp_of(db, one)
    assert known is not None
    assert embeddings.get(db, known[0]) == embedding(99)
    assert health.faults(db) == []


def test_results_are_written_a_slice_at_a_time_and_a_break_costs_one(library: Library) -> None:
    db = database(library)
    [one, *_] = ids(library)
    with db.write() as connection:
        for number in range(1000, 1500):
            connection.execute(
                "INSERT INTO audio (id, fingerprint, size, added_at, scanned_at, primary_path) SELECT ?, ?, 1, 0, 0,"
                " primary_path FROM audio WHERE id = ?",
                (number, f"f{number}", one),
            )
    many = [result(db, number, {"Speech": 0.5}) for number in range(1000, 1500)]
    tell(db, "CREATE TRIGGER broken BEFORE INSERT ON classified WHEN NEW.audio_id = 1450 BEGIN"
             " SELECT RAISE(ABORT, 'power cut'); END")  # fmt: skip
    with pytest.raises(sqlite3.IntegrityError, match="power cut"):
        classification.write(db, VERSION, many)
    tell(db, "DROP TRIGGER broken")
    assert wanted(library, *range(1000, 1500)) == replace(NONE, ids=tuple(range(1400, 1500)), done=400)
    assert classification.sweep(db) == 100
    classify(db, many[400:])
    assert wanted(library, *range(1000, 1500)) == replace(NONE, done=500)


def test_embeddings_lie_in_a_file_of_their_own_that_nobody_else_can_read(library: Library) -> None:
    assert not (library.database.parent / "embeddings.db").exists()
    classify(database(library), [result(database(library), ids(library)[0])])
    file = library.database.parent / "embeddings.db"
    assert file.stat().st_mode & 0o777 == 0o600
    assert embeddings.path_of(library.database.with_name("other.db")).name == "other.embeddings.db"


def test_a_catalog_that_cannot_be_written_reads_its_embeddings(library: Library) -> None:
    db = database(library)
    classify(db, [result(db, ids(library)[0])])
    [stamp] = embeddings.stamps(db)
    library.close()
    frozen = Database(library.database, read_only=True)
    assert embeddings.get(frozen, stamp) == embedding(ids(library)[0])
    assert [number for number, _ in embeddings.newer(frozen, 0, 10)] == [stamp]
    frozen.close()


def test_without_embeddings_nothing_is_made_by_asking(library: Library) -> None:
    db = database(library)
    assert (embeddings.stamps(db), embeddings.newer(db, 0, 9), embeddings.identity(db)) == ([], [], "")
    assert embeddings.get(db, 1) is None
    assert not embeddings.path_of(library.database).exists()


def test_stamps_only_grow_whatever_the_clock_says(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    db = database(library)
    first = embeddings.add(db, [embedding(1), embedding(2)])
    monkeypatch.setattr("time.time_ns", lambda: 5)
    second = embeddings.add(db, [embedding(3)])
    assert sorted({*first, *second}) == [*first, *second]
    assert embeddings.identity(db) == embeddings.identity(db) != ""


@pytest.mark.parametrize("content", [b"this is no database at all" * 40, b"SQLite format 3\0" + b"x" * 5000])
def test_damaged_embeddings_are_told_with_the_way_out(library: Library, content: bytes) -> None:
    file = embeddings.path_of(library.database)
    file.write_bytes(content)
    with pytest.raises(CatalogDamaged, match=r"embeddings\.db") as told:
        wanted(library)
    assert "ctk classify" in told.value.hint


def test_another_catalog_is_not_taken_for_embeddings(library: Library, tmp_path: Path) -> None:
    other, held = open_database(tmp_path / "elsewhere.db")
    other.close()
    held.release()
    (tmp_path / "elsewhere.db").replace(embeddings.path_of(library.database))
    with pytest.raises(CatalogDamaged, match="not the embeddings"):
        embeddings.add(database(library), [embedding(1)])


def test_newer_embeddings_are_refused(library: Library) -> None:
    embeddings.add(database(library), [embedding(1)])
    beside = database(library).beside(embeddings.path_of(library.database), embeddings.APPLICATION_ID)
    with beside.write() as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(CatalogTooNew, match="schema 2"):
        embeddings.stamps(database(library))
