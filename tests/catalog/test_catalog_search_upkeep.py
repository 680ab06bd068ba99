"""The search index follows the paths, whatever is done to them, in short transactions."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctk_tui.catalog import migrations, schema_search
from ctk_tui.catalog.connection import Database
from ctk_tui.catalog.search import backlog, names, upkeep
from ctk_tui.catalog.search.check import check
from ctk_tui.catalog.search.texts import grams, match_all, name_of, start_query
from ctk_tui.model.query.nodes import Word
from ctk_tui.model.query.words import occurs
from ctk_tui.model.text import search_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATH = """
INSERT INTO paths
  (id, audio_id, source_id, folder_id, rel, display, size, mtime_ns, inode, volume_id, first_seen, search)
VALUES (?, 1, 1, 1, ?, ?, 1, 1, 1, 1, 0, ?)"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = empty(tmp_path / "catalog.db")
    yield made
    made.close()


def empty(path: Path) -> Database:
    made = Database(path)
    migrations.migrate(made, 0)
    with made.write() as connection:
        connection.execute(
            "INSERT INTO sources (id, name, root, root_text, position) VALUES (1, 's', x'2f73', '/s', 0)"
        )
        connection.execute("INSERT INTO volumes (id, identity) VALUES (1, 'v')")
        connection.execute("INSERT INTO folders (id, source_id, rel, display) VALUES (1, 1, x'', '')")
        connection.execute("INSERT INTO audio (id, fingerprint, size, added_at, scanned_at) VALUES (1, 'f', 1, 0, 0)")
    return made


def put(database: Database, number: int, display: str, words: str = "") -> None:
    with database.write() as connection:
        rel = f"{number} {display}".encode("utf-8", "replace")
        connection.execute(_PATH, (number, rel, display, search_text(display, words)))


def rename(database: Database, number: int, display: str) -> None:
    with database.write() as connection:
        new = (display, search_text(display, ""), number)
        connection.execute("UPDATE paths SET display = ?, search = ? WHERE id = ?", new)


def delete(database: Database, number: int) -> None:
    with database.write() as connection:
        connection.execute("DELETE FROM paths WHERE id = ?", (number,))


def in_index(database: Database, word: str) -> list[int]:
    with database.read() as connection:
        query = match_all(grams(word))
        rows = connection.execute("SELECT rowid FROM search_grams WHERE search_grams MATCH ?", (query,)).fetchall()
    return [row[0] for row in rows]


def test_rows_come_into_the_index_in_slices_and_are_counted_until_then(database: Database) -> None:
    for number in range(1, 6):
        put(database, number, f"drums/kick {number}.wav")
    assert backlog.waiting(database) == 5
    assert upkeep.catch_up(database, 0.0) == 5  # no time, nothing done
    assert upkeep.catch_up(database) == 0
    assert in_index(database, "kick") == [1, 2, 3, 4, 5]
    assert check(database) == []


def test_a_changed_row_leaves_with_its_old_text(database: Database) -> None:
    put(database, 1, "kick.wav")
    put(database, 2, "snare.wav")
    upkeep.catch_up(database)
    rename(database, 1, "clap.wav")
    rename(database, 1, "tom.wav")
    delete(database, 2)
    assert backlog.waiting(database) == 2
    assert upkeep.catch_up(database) == 0
    assert [in_index(database, word) for word in ("kick", "clap", "tom", "snare")] == [[], [], [1], []]
    with database.read() as connection:
        assert connection.execute("SELECT name, id FROM search_names").fetchall() == [("tom.wav", 1)]
    assert check(database) == []


def test_size_time_and_state_cost_the_index_nothing(database: Database) -> None:
    put(database, 1, "kick.wav")
    upkeep.catch_up(database)
    with database.write() as connection:
        connection.execute("UPDATE paths SET size = 2, mtime_ns = 2, state = 'missing', search = search")
    assert backlog.waiting(database) == 0


def test_a_replacing_update_keeps_the_first_old_text(database: Database) -> None:
    put(database, 1, "kick.wav")
    upkeep.catch_up(database)
    for new in ("clap.wav", "tom.wav"):
        with database.write() as connection:
            connection.execute("UPDATE OR REPLACE paths SET display = :new, search = :new", {"new": new})
    upkeep.catch_up(database)
    assert (in_index(database, "kick"), in_index(database, "tom")) == ([], [1])


def test_a_row_that_comes_back_under_its_old_id_is_indexed_again(database: Database) -> None:
    put(database, 1, "kick.wav")
    put(database, 3, "ride.wav")
    upkeep.catch_up(database)
    delete(database, 1)
    put(database, 1, "tom.wav")
    put(database, 2, "clap.wav")
    upkeep.catch_up(database)
    assert [in_index(database, word) for word in ("kick", "tom", "clap")] == [[], [1], [2]]
    assert check(database) == []


def test_a_transaction_that_is_rolled_back_leaves_no_trace(database: Database) -> None:
    put(database, 1, "kick.wav")
    upkeep.catch_up(database)
    with database.read() as connection:
        connection.execute("BEGIN")
        connection.execute("UPDATE paths SET search = 'x'")
        connection.execute("ROLLBACK")
    assert backlog.waiting(database) == 0


def test_a_cancelled_run_keeps_what_it_did(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_ROWS", "LEAST_ROWS", "MOST_ROWS"):
        monkeypatch.setattr(f"ctk_tui.catalog.search.pace.{name}", 2)
    for number in range(1, 10):
        put(database, number, f"kick {number}.wav")
    calls = iter(range(3))

    def check_for_cancel() -> None:
        if next(calls, None) is None:
            raise KeyError

    with pytest.raises(KeyError):
        upkeep.catch_up(database, check=check_for_cancel)
    assert in_index(database, "kick") == [1, 2, 3, 4, 5, 6]
    assert check(database) == []
    assert upkeep.catch_up(database) == 0


def test_names_wait_until_they_are_many(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "SHARE", 2)
    for number in range(1, 11):
        put(database, number, f"kick {number:02}.wav")
    upkeep.catch_up(database)
    put(database, 11, "kick 11.wav")
    upkeep.catch_up(database, 60)
    with database.read() as connection:
        assert connection.execute("SELECT mark, named FROM search_state").fetchone() == (11, 10)
    rename(database, 11, "tom.wav")  # indexed, not named
    rename(database, 10, "clap.wav")
    upkeep.catch_up(database, 60)
    assert check(database) == []
    upkeep.catch_up(database)
    with database.read() as connection:
        rows = connection.execute("SELECT id FROM search_names ORDER BY name").fetchall()
    assert [row[0] for row in rows] == [10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11]
    assert check(database) == []


def test_another_upkeep_in_between_makes_names_start_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 6):
        put(database, number, f"kick {number}.wav")
    others = iter([1])

    def paced(rows: list[tuple[str, int]], pace: object) -> list[list[tuple[str, int]]]:
        if next(others, 0):
            rename(database, 3, "tom.wav")
            upkeep.catch_up(database)
        return [[row] for row in rows]

    monkeypatch.setattr(names, "_paced", paced)
    upkeep.catch_up(database)
    with database.read() as connection:
        rows = connection.execute("SELECT id FROM search_names ORDER BY name").fetchall()
    assert [row[0] for row in rows] == [1, 2, 4, 5, 3]
    assert check(database) == []


NAMES = st.text("abk _-./\né\u0301İß\ufffd\ufffe\0", min_size=1, max_size=12)
STEPS = st.one_of(
    st.tuples(st.just("put"), st.integers(1, 8), NAMES),
    st.tuples(st.just("rename"), st.integers(1, 8), NAMES),
    st.tuples(st.just("delete"), st.integers(1, 8), st.just("")),
    st.tuples(st.just("catch up"), st.integers(1, 3), st.just("")),
)


@given(steps=st.lists(STEPS, max_size=25), words=st.lists(NAMES, min_size=1, max_size=4))
@settings(max_examples=60)
def test_the_index_is_what_the_paths_say(
    steps: list[tuple[str, int, str]], words: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = empty(tmp_path_factory.mktemp("catalog") / "catalog.db")
    there: dict[int, str] = {}
    for what, number, name in steps:
        if what == "put" and number not in there:
            put(database, number, name)
            there[number] = name
        elif what == "rename" and number in there:
            rename(database, number, name)
            there[number] = name
        elif what == "delete":
            delete(database, number)
            there.pop(number, None)
        elif what == "catch up":
            with database.write() as connection:
                upkeep._slice(connection, number)
        assert check(database, seed=1) == []
    upkeep.catch_up(database)
    assert check(database, seed=1) == []
    for word in [search_text(word, "") for word in words]:
        with database.read() as connection:
            if grams(word):
                hits = {number for number, name in there.items() if word in search_text(name, "")}
                assert hits <= set(in_index(database, word))
            query = start_query(word)
            if query and word.isalnum():
                found = connection.execute("SELECT rowid FROM search_starts WHERE search_starts MATCH ?", (query,))
                assert {row[0] for row in found} == {
                    number for number, name in there.items() if begins_a_word(word, search_text(name, ""))
                }
    with database.read() as connection:
        rows = connection.execute("SELECT name, id FROM search_names").fetchall()
    assert rows == sorted((name_of(name), number) for number, name in there.items())
    database.close()


def begins_a_word(word: str, text: str) -> bool:
    return occurs(Word(word), text)


def test_rebuilding_repairs_what_check_finds(database: Database) -> None:
    for number in range(1, 30):
        put(database, number, f"{'kick' if number % 2 else 'snare'} {number}.wav")
    upkeep.catch_up(database)
    with database.write() as connection:
        connection.execute("DELETE FROM search_names WHERE id = 7")
        connection.execute("INSERT INTO search_grams (search_grams) VALUES ('delete-all')")
    found = check(database)
    assert any("names" in problem for problem in found)
    assert any("letters" in problem for problem in found)
    upkeep.rebuild(database)
    assert check(database) == []
    assert in_index(database, "snare") == list(range(2, 30, 2))


def test_check_names_lost_parts(database: Database) -> None:
    with database.write() as connection:
        connection.execute("DROP TRIGGER search_changed")
    assert check(database) == ["search_changed is not there"]


def test_a_catalog_of_the_first_version_is_brought_up(tmp_path: Path) -> None:
    database = Database(tmp_path / "old.db")
    with database.write() as connection:
        migrations.MIGRATIONS[0](connection)
        connection.execute("PRAGMA user_version = 1")
    migrations.migrate(database, 1)
    with database.read() as connection:
        names_of_all = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert {statement.split()[2] for statement in schema_search.TRIGGERS} <= names_of_all
    database.close()


def test_the_old_text_of_a_grown_up_index_is_taken_out(database: Database) -> None:
    """Deleting from a contentless index needs the text to the letter: many rows, many changes, no gram stays."""
    pick = random.Random(3)
    words = ["kick", "snare", "hat", "ride", "Größe", "İstanbul"]
    for number in range(1, 300):
        put(database, number, f"{pick.choice(words)}/{pick.choice(words)} {number}.wav")
    upkeep.catch_up(database)
    for number in range(1, 300):
        rename(database, number, "x")
    upkeep.catch_up(database)
    with database.read() as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, search_grams, row)")
        assert connection.execute("SELECT count(*) FROM temp.terms").fetchone() == (0,)
