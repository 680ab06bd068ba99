"""Catalogs that cannot be opened: each says why and what to do, and nothing is written."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import connection as connections
from ctk_tui.catalog import health, migrations
from ctk_tui.catalog.opening import open_database
from ctk_tui.model.errors import CatalogDamaged, CatalogError, CatalogReadOnly, CatalogTooNew
from tests.support.asking import ask, tell
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Database


def refused(path: Path, kind: type[CatalogError], words: str) -> None:
    """Check that opening is refused with a message that names the file and a next step, and that the file stays."""
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(kind, match=words) as told:
            open_database(path)
        assert str(path) in told.value.message
        assert told.value.hint
    assert path.read_bytes() == before
    assert not path.with_name(path.name + "-wal").exists()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Return a closed catalog with something in it."""
    library = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    for at in range(50):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
    library.scan()
    library.close()
    return library.database


def test_a_new_one_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        database, held = open_database(tmp_path / "deep" / "er" / "catalog.db")
        tell(database, "INSERT INTO volumes (identity) VALUES ('x')")
        files = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "deep" / "er").iterdir()}
        migrations.back_up(database, "test")
    finally:
        os.umask(before)
    assert {"catalog.db", "catalog.db-wal", "catalog.db-shm"} <= set(files)
    assert set(files.values()) == {0o600}
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "deep" / "er").glob("*.backup-*")} == {0o600}
    database.close()
    held.release()


@pytest.mark.parametrize("name", [b"caf\xe9.db", b"per%20cent?.db", b"#hash&x=1.db", "ä[1]*.db".encode(), b"a b.db"])
def test_any_name_will_do(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), b"dir\xff", name)))
    database, held = open_database(path)
    for at in range(5):
        tell(database, "INSERT INTO volumes (identity) VALUES (?)", str(at))
        migrations.back_up(database, f"v{at}")
    assert len(migrations.backups(path)) == migrations.BACKUPS_KEPT
    database.close()
    held.release()
    database, held = open_database(path)
    assert ask(database, "SELECT count(*) FROM volumes") == [(5,)]
    database.close()
    held.release()
    assert {os.fsencode(file.name).split(b".db")[0] + b".db" for file in path.parent.iterdir()} == {name}


@pytest.mark.parametrize("content", [b"garbage " * 1000, b"SQLite format 3\0" + b"\xff" * 5000, b"my shopping list"])
def test_garbage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.db").write_bytes(content)
    refused(tmp_path / "c.db", CatalogDamaged, "the catalog is damaged")


def test_one_that_was_overwritten_in_the_middle(made: Path) -> None:
    content = bytearray(made.read_bytes())
    content[4096 : 4096 * 20] = b"\xaa" * (4096 * 19)
    made.write_bytes(content)
    with pytest.raises(CatalogDamaged, match="damaged") as told:
        look_through(made)
    assert "put back a backup" in told.value.hint


def look_through(path: Path) -> list[str]:
    """Open a catalog and read all of it; return what is wrong with it."""
    database, held = open_database(path)
    try:
        ask(database, "SELECT a.*, p.* FROM audio a JOIN paths p ON p.audio_id = a.id ORDER BY p.search")
        ask(database, "SELECT * FROM audio_files")
        return health.faults(database)
    finally:
        database.close()
        held.release()


def test_one_that_was_cut_short(made: Path) -> None:
    os.truncate(made, made.stat().st_size // 2 // 4096 * 4096)
    with pytest.raises(CatalogDamaged):
        look_through(made)


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_the_database_of_another_program_stays_as_it_is(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "places.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA journal_mode = {mode}")
        other.execute("CREATE TABLE bookmarks (url TEXT)")
        other.execute("INSERT INTO bookmarks VALUES ('https://example.org')")
        other.commit()
    refused(path, CatalogDamaged, "not a ctk catalog")
    with contextlib.closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == (mode,)
        assert other.execute("SELECT * FROM bookmarks").fetchall() == [("https://example.org",)]


def test_one_of_a_newer_ctk(made: Path) -> None:
    with contextlib.closing(sqlite3.connect(made)) as newer:
        newer.execute(f"PRAGMA user_version = {migrations.VERSION + 1}")
    refused(made, CatalogTooNew, f"has schema {migrations.VERSION + 1}, this ctk knows {migrations.VERSION}")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="is a folder"):
        open_database(tmp_path)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CatalogError, match="cannot be made") as told:
        open_database(tmp_path / "file" / "catalog.db")
    assert "--db" in told.value.hint


def test_an_empty_file_becomes_a_catalog(tmp_path: Path) -> None:
    (tmp_path / "c.db").touch()
    database, held = open_database(tmp_path / "c.db")
    assert migrations.stored_version(database) == migrations.VERSION
    database.close()
    held.release()


def test_locked_by_another_program(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.05)
    with contextlib.closing(sqlite3.connect(made, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO volumes (identity) VALUES ('theirs')")
        database, held = open_database(made)
        with pytest.raises(CatalogError, match="locked by another program") as told:
            tell(database, "INSERT INTO volumes (identity) VALUES ('ours')")
        assert str(made) in told.value.message
        assert ask(database, "SELECT count(*) FROM audio") == [(50,)]  # reading goes on
        other.execute("COMMIT")
    tell(database, "INSERT INTO volumes (identity) VALUES ('ours')")
    names = ask(database, "SELECT identity FROM volumes ORDER BY id")
    assert [name for (name,) in names[-2:]] == ["theirs", "ours"]
    database.close()
    held.release()


def test_locked_against_readers_too(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.05)
    with contextlib.closing(sqlite3.connect(made, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CatalogError, match="locked by another program"):
            open_database(made)
        other.execute("COMMIT")
    database, held = open_database(made)
    assert ask(database, "PRAGMA journal_mode") == [("wal",)]
    database.close()
    held.release()


# -------------------- transactions


@pytest.fixture
def database(tmp_path: Path) -> Database:
    path = tmp_path / "catalog.db"
    found, held = open_database(path)
    held.release()
    return found


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_rolls_back(database: Database, error: type[BaseException]) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute("INSERT INTO volumes (identity) VALUES ('x')")
            raise error

    with pytest.raises(error):
        fail()
    assert ask(database, "SELECT count(*) FROM volumes") == [(0,)]
    tell(database, "INSERT INTO volumes (identity) VALUES ('y')")
    database.close()


def test_references_are_held(database: Database) -> None:
    path = "audio_id, source_id, folder_id, rel, display, size, mtime_ns, inode, volume_id, first_seen, search"
    for statement in (
        f"INSERT INTO paths ({path}) VALUES (1, 1, 1, x'61', 'a', 1, 1, 1, 1, 1, 'a')",
        "INSERT INTO labels (audio_id, label, p) VALUES (7, 'Drum', 0.5)",
        "INSERT INTO folders (source_id, rel, display) VALUES (7, x'', '')",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            tell(database, statement)
    database.close()


def test_one_content_without_a_digest_for_each_fingerprint(database: Database) -> None:
    add = "INSERT INTO audio (fingerprint, digest, size, added_at, scanned_at) VALUES (?, ?, 1, 1, 1)"
    tell(database, add, "f" * 16, None)
    tell(database, add, "f" * 16, "d" * 32)
    for digest in (None, "d" * 32):
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            tell(database, add, "f" * 16, digest)
    for _ in range(2):
        tell(database, add, None, None)  # cloud placeholders have neither
    database.close()


def test_threads_have_connections_of_their_own_and_close_ends_all(database: Database) -> None:
    found: list[sqlite3.Connection] = [database.connection()]
    thread = threading.Thread(target=lambda: found.append(database.connection()))
    thread.start()
    thread.join()
    assert found[0] is database.connection() is not found[1]
    for pragma, value in (("foreign_keys", 1), ("synchronous", 1), ("cache_size", -64000), ("journal_mode", "wal")):
        assert [one.execute(f"PRAGMA {pragma}").fetchone()[0] for one in found] == [value, value]
    database.close()
    for one in found:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            one.execute("SELECT 1")


def test_a_long_statement_is_interrupted(database: Database) -> None:
    endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    timer = threading.Timer(0.1, database.interrupt)
    timer.start()
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        ask(database, endless)
    timer.join()
    database.close()


# -------------------- for reading only


def test_a_file_that_cannot_be_written_is_read(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    before = made.read_bytes()
    database, held = open_database(made)
    assert database.read_only
    assert ask(database, "SELECT count(*) FROM audio_files") == [(50,)]
    with pytest.raises(CatalogReadOnly, match="cannot be written") as told:
        tell(database, "DELETE FROM audio")
    assert "writable" in told.value.hint
    database.close()
    held.release()
    assert made.read_bytes() == before


def test_an_old_one_that_cannot_be_written_says_so(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.closing(sqlite3.connect(made)) as older:
        older.execute("PRAGMA user_version = 1")
    monkeypatch.setattr("os.access", lambda path, mode: False)
    refused(made, CatalogReadOnly, f"schema 1 must become {migrations.VERSION}, but it cannot be written")


def test_a_copy_without_its_log_is_whole(made: Path, tmp_path: Path) -> None:
    """A closed catalog is one file."""
    assert not made.with_name("catalog.db-wal").exists()
    shutil.copy(made, tmp_path / "copy.db")
    database, held = open_database(tmp_path / "copy.db")
    assert (health.faults(database), health.inconsistencies(database)) == ([], [])
    database.close()
    held.release()
