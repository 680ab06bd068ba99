"""What the doctor says of embeddings, and what it mends: damage, loss, another model, rows that lie, rows of nobody."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctk_tui.catalog import classification, embeddings
from ctk_tui.classify import vectorfile, vectors
from ctk_tui.disk.locks import Lock
from ctk_tui.jobs.runner import lock_path
from ctk_tui.model.classification import EMBEDDING_BYTES
from ctk_tui.toolkit import doctor_embeddings
from tests.support.asking import ask, tell
from tests.support.classified import VERSION, classify, embedding, result
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.catalog.connection import Database
    from ctk_tui.model.doctor import Check

COUNT = 6


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    for at in range(COUNT):
        put(tmp_path / "one" / f"{at}.wav", wav(at + 1))
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    made.scan()
    yield made
    made.close()


@pytest.fixture
def database(library: Library) -> Database:
    """Return the catalog, with all sounds classified and ready for searching."""
    found = library.toolkit.database
    classify(found, [result(found, number) for number in numbers(library)])
    library.toolkit.similar.catch_up()
    return found


def numbers(library: Library) -> list[int]:
    return sorted(set(library.paths().values()))


def check(library: Library) -> Check:
    return doctor_embeddings.embeddings(library.toolkit.database, library.toolkit.classifier)


def rows_file(database: Database) -> Path:
    place = vectors.place_of(database)
    token = vectorfile.read(place, embeddings.identity(database)).token
    return place.with_name(f"{place.name}.{token}")


def test_nothing_is_there_yet(library: Library) -> None:
    assert (check(library).status, check(library).detail) == ("ok", "none yet: `ctk classify` makes them")
    assert library.toolkit.doctor.repair() == []
    assert not embeddings.path_of(library.database).exists()


def test_all_is_well(library: Library, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctk_tui.toolkit.doctor.hearing", lambda settings: [])
    assert check(library) in library.toolkit.doctor.checks()
    assert (check(library).status, check(library).detail, check(library).hint) == ("ok", f"{COUNT} sounds", "")
    assert library.toolkit.doctor.repair() == []


@pytest.mark.parametrize("content", [b"this is no database at all" * 400, b"SQLite format 3\0" + b"x" * 9000])
def test_a_file_that_is_no_database_is_told_with_the_way_out(library: Library, content: bytes) -> None:
    embeddings.path_of(library.database).write_bytes(content)
    found = check(library)
    assert (found.status, found.hint) == ("error", embeddings.ANEW)
    assert "embeddings.db" in found.detail
    assert library.toolkit.doctor.repair() == []  # it is the user's to move away
    assert embeddings.path_of(library.database).read_bytes() == content


def test_damage_inside_is_found(library: Library, database: Database) -> None:
    file = embeddings.path_of(library.database)
    library.close()  # nothing stays in a -wal
    data = bytearray(file.read_bytes())
    for page in range(2 * 4096, len(data) - 4096, 4096):
        if data[page] in (2, 5, 10, 13):  # of a tree
            data[page : page + 200] = b"\xff" * 200
    file.write_bytes(data)
    library.toolkit = library.open()
    found = check(library)
    assert (found.status, found.hint) == ("error", embeddings.ANEW)
    assert "\n" not in found.detail
    assert library.toolkit.doctor.repair() == []


def test_an_embedding_of_another_size_is_damage(library: Library, database: Database) -> None:
    beside = database.beside(embeddings.path_of(database.path), embeddings.APPLICATION_ID)
    with beside.write() as connection:
        connection.execute("UPDATE embeddings SET vector = x'00' WHERE stamp = (SELECT min(stamp) FROM embeddings)")
    assert (check(library).status, check(library).detail) == ("error", "1 embeddings of another size")


def test_a_newer_ctk_made_them(library: Library, database: Database) -> None:
    beside = database.beside(embeddings.path_of(database.path), embeddings.APPLICATION_ID)
    with beside.write() as connection:
        connection.execute("PRAGMA user_version = 2")
    assert (check(library).status, check(library).hint) == ("error", "update ctk")


def test_lost_embeddings_are_heard_again(library: Library, database: Database) -> None:
    embeddings.remove(database, embeddings.stamps(database)[:2])
    found = check(library)
    assert (found.status, found.detail) == ("warn", "2 sounds without the embedding that was made")
    assert "`ctk classify`" in found.hint
    assert len(classification.wanted(database, VERSION).ids) == 2


def test_what_another_model_heard_is_told(
    library: Library, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    classify(database, [result(database, numbers(library)[0])], "cnn14 2")
    assert check(library).detail == "1 sound heard by another model, and compared with no other"
    library.toolkit.doctor.repair()
    assert check(library).status == "warn"  # no mending without hearing
    monkeypatch.setattr(type(library.toolkit.classifier), "known_version", lambda _: "cnn14 2")
    assert check(library).detail.startswith(f"{COUNT - 1} sounds heard by another model")


def test_the_version_in_use_is_known_once_the_weights_were_hashed(library: Library, tmp_path: Path) -> None:
    weights = tmp_path / "weights.pth"
    weights.write_bytes(b"weights")
    library.toolkit.close()
    library.config.write_text(f'[classify]\ncheckpoint = "{weights}"\n')
    library.toolkit = library.open()
    assert library.toolkit.classifier.known_version() is None
    version = library.toolkit.classifier.version()
    assert library.toolkit.classifier.known_version() == version
    weights.write_bytes(b"others!")
    assert library.toolkit.classifier.known_version() is None


def test_rows_to_come_are_no_fault(library: Library, database: Database) -> None:
    vectors.place_of(database).unlink()
    found = check(library)
    assert (found.status, found.detail) == ("ok", f"{COUNT} sounds, {COUNT} to come in the file for searching")


def test_rows_that_say_something_else_are_made_anew(library: Library, database: Database) -> None:
    file = rows_file(database)
    data = bytearray(file.read_bytes())
    data[4096 : 4096 + EMBEDDING_BYTES] = data[4096 + EMBEDDING_BYTES : 4096 + 2 * EMBEDDING_BYTES]
    file.write_bytes(data)
    found = check(library)
    assert (found.status, found.detail) == ("warn", "the file for searching differs from them in 1 row")
    assert "--repair" in found.hint
    assert library.toolkit.doctor.repair() == ["the file for searching differs from the embeddings in 1 row"]
    assert check(library).detail == f"{COUNT} sounds"
    assert not file.exists()


def test_an_embedding_that_every_search_passes_by_is_found(library: Library, database: Database) -> None:
    """One whose stamp is lower than the last row's would never be written."""
    beside = database.beside(embeddings.path_of(database.path), embeddings.APPLICATION_ID)
    stamp = embeddings.stamps(database)[0] - 1
    with beside.write() as connection:
        connection.execute("INSERT INTO embeddings VALUES (?, ?)", (stamp, embedding(99)))
    tell(database, "UPDATE classified SET stamp = ? WHERE audio_id = ?", stamp, numbers(library)[0])
    assert check(library).status == "warn"
    library.toolkit.doctor.repair()
    assert check(library).detail == f"{COUNT} sounds"
    assert library.toolkit.similar.to(numbers(library)[0], COUNT) != []


def test_embeddings_of_nobody_are_deleted_by_repair(library: Library, database: Database) -> None:
    embeddings.add(database, [embedding(50), embedding(51)])
    found = check(library)
    detail = f"{COUNT} sounds, 2 to come in the file for searching, 2 embeddings of nobody"
    assert (found.status, found.detail) == ("ok", detail)
    assert "--repair" in found.hint
    assert library.toolkit.doctor.repair() == ["2 embeddings of nobody"]
    assert check(library).detail == f"{COUNT} sounds"
    assert len(embeddings.stamps(database)) == COUNT


def test_what_a_run_is_about_to_name_is_let_alone(library: Library, database: Database) -> None:
    """An embedding is there a moment before the catalog names it."""
    embeddings.add(database, [embedding(50)])
    lock = Lock(lock_path(database, "classify"))
    with lock.acquire({"kind": "classify", "pid": os.getpid(), "started": time.time()}):
        assert check(library).detail == f"{COUNT} sounds, 1 to come in the file for searching"
        assert library.toolkit.doctor.repair() == []
    assert len(embeddings.stamps(database)) == COUNT + 1


def test_a_sample_of_many_is_looked_at(library: Library, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from ctk_tui.classify import vectorcheck

    monkeypatch.setattr(vectorcheck, "SAMPLE", 3)
    asked: list[int] = []
    get = embeddings.get

    def noted(catalog: Database, stamp: int) -> bytes | None:
        asked.append(stamp)
        return get(catalog, stamp)

    monkeypatch.setattr(embeddings, "get", noted)
    assert vectorcheck.look(database) == vectorcheck.Step(0, 0)
    stamps = [stamp for (stamp,) in ask(database, "SELECT stamp FROM classified ORDER BY stamp")]
    assert asked == [stamps[0], stamps[2], stamps[-1]]
    assert np.isfinite(vectors.anew(database).rows.astype(np.float32)).all()
