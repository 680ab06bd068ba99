"""From one schema to the next: a backup first, each step whole or not at all, one ctk at a time."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health, migrations, opening
from ctk_tui.catalog.opening import open_database
from ctk_tui.model.errors import Busy, CatalogError
from tests.support.asking import ask, dump, tell
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctk_tui.catalog.connection import Database

REAL = migrations.MIGRATIONS


def known(monkeypatch: pytest.MonkeyPatch, *steps: object) -> None:
    """Let this ctk know these steps."""
    monkeypatch.setattr(migrations, "MIGRATIONS", steps)
    monkeypatch.setattr(migrations, "VERSION", len(steps))


def add_mood(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE audio ADD COLUMN mood TEXT NOT NULL DEFAULT ''")
    connection.execute("UPDATE audio SET mood = 'bright'")


def add_half(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE half (x)")
    connection.execute("INSERT INTO paths SELECT * FROM nowhere")


def adding(table: str) -> Callable[[sqlite3.Connection], None]:
    """Return a step that adds a table."""

    def step(connection: sqlite3.Connection) -> None:
        connection.execute(f"CREATE TABLE {table} (x)")

    return step


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Return a closed catalog of this ctk's schema, with five files in it."""
    library = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    for at in range(5):
        put(tmp_path / "one" / f"kick {at}.wav", wav(at))
    library.scan()
    library.close()
    return library.database


def opened(path: Path) -> Database:
    database, held = open_database(path)
    held.release()
    return database


def version(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_a_new_one_has_the_schema_of_one_that_grew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shape = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    new = opened(tmp_path / "new.db")
    for at in range(1, len(REAL) + 1):
        with monkeypatch.context() as patch:
            known(patch, *REAL[:at])
            opened(tmp_path / "grown.db").close()
            assert version(tmp_path / "grown.db") == at
    grown = opened(tmp_path / "grown.db")
    assert ask(grown, shape) == ask(new, shape)
    new.close()
    grown.close()


@pytest.mark.parametrize("old", range(1, len(REAL)))
def test_a_catalog_of_an_older_ctk_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: int
) -> None:
    """Its rows are written as that ctk would have: straight into its tables."""
    path = tmp_path / "c.db"
    with monkeypatch.context() as patch:
        known(patch, *REAL[:old])
        database = opened(path)
        tell(database, "INSERT INTO sources (name, root, root_text, position) VALUES ('one', x'2f6f', '/o', 0)")
        tell(database, "INSERT INTO volumes (identity) VALUES ('uuid:x')")
        tell(database, "INSERT INTO folders (source_id, rel, display) VALUES (1, x'', '')")
        for at in range(3):
            name = f"kick{at}.wav"
            tell(database, "INSERT INTO audio (fingerprint, size, format, added_at, scanned_at, primary_path)"
                           " VALUES (?, 9, 'wav', 1, 1, ?)", f"{at:016}", at + 1)  # fmt: skip
            tell(database, "INSERT INTO paths (audio_id, source_id, folder_id, rel, display, size, mtime_ns, inode,"
                           " volume_id, first_seen, search) VALUES (?, 1, 1, ?, ?, 9, 1, ?, 1, 1, ?)",
                 at + 1, name.encode(), name, at + 1, name)  # fmt: skip
        before = dump(database)
        database.close()
    database = opened(path)
    assert version(path) == migrations.VERSION
    assert dump(database) == before
    assert (health.faults(database), health.inconsistencies(database)) == ([], [])
    database.close()
    [backup] = migrations.backups(path)
    assert backup.name.endswith(f"-v{old}")
    assert (version(backup), backup.stat().st_mode & 0o777) == (old, 0o600)


def test_the_search_finds_what_an_older_ctk_catalogued(
    tmp_path: Path, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(tmp_path / "new", {"one": tmp_path / "one"})
    library.close()
    with monkeypatch.context() as patch:
        known(patch, *REAL, add_mood)
        database = opened(made)
        assert ask(database, "SELECT DISTINCT mood FROM audio") == [("bright",)]
        assert len(migrations.backups(made)) == 1
        database.close()
        library.database = made
        library.toolkit = library.open()
        assert len(library.toolkit.catalog.search("kick")) == 5
        library.close()


def test_three_backups_are_kept_the_newest_first(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [*REAL]
    for at in range(5):
        steps.append(adding(f"extra{at}"))
        known(monkeypatch, *steps)
        monkeypatch.setattr("time.strftime", lambda form, *_, at=at: f"20260101T00000{at}Z")
        opened(made).close()
    names = [path.name.rpartition("-v")[2] for path in migrations.backups(made)]
    assert names == [str(len(steps) - 1 - at) for at in range(3)]
    assert not list(made.parent.glob("*.part"))


def test_a_backup_goes_back_by_copying_it(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = opened(made)
    before = dump(database)
    database.close()
    with monkeypatch.context() as patch:
        known(patch, *REAL, lambda connection: connection.execute("DELETE FROM paths"))
        opened(made).close()
    [backup] = migrations.backups(made)
    made.write_bytes(backup.read_bytes())
    database = opened(made)
    assert dump(database) == before
    database.close()


def test_a_step_that_fails_leaves_nothing_of_itself(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known(monkeypatch, *REAL, add_mood, add_half)
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            opened(made)
        assert version(made) == len(REAL) + 1  # the step before it is done
    known(monkeypatch, *REAL, add_mood)
    database = opened(made)
    assert ask(database, "SELECT name FROM sqlite_master WHERE name = 'half'") == []
    assert ask(database, "SELECT DISTINCT mood FROM audio") == [("bright",)]
    assert (health.faults(database), len(migrations.backups(made)) >= 1) == ([], True)
    database.close()


def test_a_power_cut_in_a_step_leaves_nothing_of_it(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PowerCut(BaseException):
        pass

    def cut(connection: sqlite3.Connection) -> None:
        add_mood(connection)
        raise PowerCut

    known(monkeypatch, *REAL, cut)
    with pytest.raises(PowerCut):
        opened(made)
    assert version(made) == len(REAL)
    known(monkeypatch, *REAL, add_mood)
    opened(made).close()
    assert version(made) == len(REAL) + 1


def test_it_waits_for_nobody_who_has_the_catalog_open(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so, after a while."""
    other, held = open_database(made)
    known(monkeypatch, *REAL, add_mood)
    monkeypatch.setattr(opening, "MIGRATION_PATIENCE", 0.05)
    with pytest.raises(Busy, match="another ctk has it open"):
        open_database(made)
    assert (version(made), migrations.backups(made)) == (len(REAL), [])
    held.release()
    other.close()
    opened(made).close()
    assert version(made) == len(REAL) + 1


def test_two_that_open_an_old_catalog_at_once(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known(monkeypatch, *REAL, add_mood)
    gate = threading.Barrier(4)
    wrong: list[BaseException] = []

    def enter() -> None:
        try:
            gate.wait()
            opened(made).close()
        except BaseException as error:  # noqa: BLE001  to be told in the main thread
            wrong.append(error)

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert version(made) == len(REAL) + 1
    assert len(migrations.backups(made)) == 1


def test_a_backup_that_cannot_be_made_stops_it(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known(monkeypatch, *REAL, add_mood)

    def full(self: Path, target: Path) -> Path:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", full)
        with pytest.raises((CatalogError, sqlite3.Error), match="full"):
            opened(made)
    assert version(made) == len(REAL)
    assert [name for name in os.listdir(made.parent) if "backup" in name] == []
