"""What follows from other rows: state, copies, the primary path; and the plain views that scripts read."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctk_tui.catalog import derive, migrations
from ctk_tui.catalog.connection import Database
from tests.support.asking import ask, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOTS = {1: b"/short", 2: b"/a/much/longer/root", 3: b"/x\xff"}
"""Id to root; the order in the configuration is 2, 3, 1."""
POSITIONS = {2: 0, 3: 1, 1: 2}
HASH = "0123456789abcdef"


def made(path: Path) -> Database:
    database = Database(path)
    migrations.migrate(database, 0)
    with database.write() as connection:
        for number, root in ROOTS.items():
            connection.execute(
                "INSERT INTO sources (id, name, root, root_text, position) VALUES (?, ?, ?, ?, ?)",
                (number, f"s{number}", root, root.decode("utf-8", "replace"), POSITIONS[number]),
            )
            for folder in (b"", b"a", b"a/b"):
                connection.execute(
                    "INSERT INTO folders (source_id, rel, display) VALUES (?, ?, ?)", (number, folder, folder.decode())
                )
        connection.execute("INSERT INTO volumes (id, identity) VALUES (1, 'v'), (2, 'w')")
    return database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = made(tmp_path / "catalog.db")
    yield database
    database.close()


def audio(database: Database, number: int = 1, **values: Any) -> None:
    row = {"id": number, "fingerprint": HASH, "size": 7, "added_at": 0, "scanned_at": 86_400.0, **values}
    names = ", ".join(row)
    tell(database, f"INSERT INTO audio ({names}) VALUES ({', '.join('?' * len(row))})", *row.values())


def place(database: Database, source: int, rel: bytes, **values: Any) -> int:
    """Put a path of the first audio file into the catalog and return its id."""
    row = {
        "audio_id": 1, "source_id": source, "rel": rel, "display": rel.decode("utf-8", "replace"), "size": 7,
        "mtime_ns": 1_600_000_000_999_999_999, "inode": 0, "volume_id": 1, "first_seen": 1.5, "search": "", **values,
    }  # fmt: skip
    with database.write() as connection:
        number = connection.execute(
            f"INSERT INTO paths ({', '.join(row)}, folder_id) VALUES ({', '.join('?' * len(row))},"
            " (SELECT id FROM folders WHERE source_id = ? AND rel = ?))",
            (*row.values(), source, rel.rpartition(b"/")[0]),
        ).lastrowid
    assert number is not None
    return number


def derived(database: Database) -> tuple[int, int, int | None]:
    """Bring the first audio file up to date; return its state, copies and primary path."""
    with database.write() as connection:
        derive.refresh(connection, [1])
    [row] = ask(database, "SELECT state, copies, primary_path FROM audio WHERE id = 1")
    return row


def test_what_is_online_comes_before_the_order_of_sources(database: Database) -> None:
    audio(database)
    first = place(database, 2, b"1.wav")
    last = place(database, 1, b"1.wav")
    assert derived(database) == (0, 2, first)
    tell(database, "UPDATE sources SET online = 0 WHERE id = 2")
    assert derived(database) == (0, 2, last)
    tell(database, "UPDATE sources SET online = 0")
    assert derived(database) == (1, 2, first)


def test_the_order_of_sources_comes_before_the_shorter_path(database: Database) -> None:
    audio(database)
    place(database, 1, b"1.wav")
    assert derived(database) == (0, 1, 1)
    place(database, 3, b"a/b/a long name.wav")
    assert derived(database) == (0, 2, 2)
    place(database, 2, b"a/b/a very long name.wav")
    assert derived(database) == (0, 3, 3)


def test_the_shorter_path_is_counted_in_bytes_with_its_root(database: Database) -> None:
    audio(database)
    tell(database, "UPDATE sources SET position = 0")
    place(database, 2, b"1.wav")  # its root is longer
    place(database, 1, "a/é.wav".encode())
    place(database, 1, b"a/ee.wav")  # as many bytes as with the accent, fewer when it is the smaller one
    place(database, 1, b"a/zz.wav")
    assert derived(database) == (0, 4, 3)


def test_bytes_decide_at_last(database: Database) -> None:
    audio(database)
    for name in (b"b.wav", b"\xff.wav", b"B.wav", b"a.wav"):
        place(database, 1, name)
    assert derived(database) == (0, 4, 3)  # B, before a and b, and a byte that is no character behind all


def test_quarantined_comes_before_missing_and_neither_is_a_copy(database: Database) -> None:
    audio(database)
    missing = place(database, 2, b"1.wav", state="missing")
    assert derived(database) == (3, 0, missing)
    kept = place(database, 1, b"a/1.wav", state="quarantined")
    assert derived(database) == (2, 0, kept)
    there = place(database, 1, b"a/b/1.wav")
    tell(database, "UPDATE sources SET online = 0 WHERE id = 1")
    assert derived(database) == (1, 1, there)
    tell(database, "DELETE FROM paths")
    assert derived(database) == (4, 0, None)


def test_names_of_one_inode_are_one_copy(database: Database) -> None:
    audio(database)
    for source, name, inode, volume in ((1, b"1", 5, 1), (1, b"2", 5, 1), (2, b"1", 5, 2), (2, b"2", 0, 1),
                                        (2, b"3", 0, 1)):  # fmt: skip
        place(database, source, name, inode=inode, volume_id=volume)
    assert derived(database)[1] == 4


paths = st.lists(
    st.tuples(
        st.sampled_from(sorted(ROOTS)),
        st.sampled_from([b"", b"a/", b"a/b/"]),
        st.sampled_from([b"1", b"2", b"22", b"B", b"b", b"\xff", b"\xc3\xa9"]),
        st.sampled_from(["present", "missing", "quarantined"]),
    ),
    max_size=8,
    unique_by=lambda one: one[:3],
)


@given(there=paths, offline=st.sets(st.sampled_from(sorted(ROOTS))), seed=st.integers(0, 99))
@settings(max_examples=60)
def test_the_primary_path_is_the_first_in_the_order_of_the_vocabulary(
    there: list[tuple[int, bytes, bytes, str]], offline: set[int], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = made(tmp_path_factory.mktemp("derive") / "catalog.db")
    audio(database)
    for source in offline:
        tell(database, "UPDATE sources SET online = 0 WHERE id = ?", source)
    random.Random(seed).shuffle(there)
    ids = {place(database, source, folder + name, state=state): (source, folder + name, state)
           for source, folder, name, state in there}  # fmt: skip

    def rank(number: int) -> tuple[int, int, int, bytes]:
        source, rel, state = ids[number]
        path = ROOTS[source] + b"/" + rel
        worth = int(source in offline) if state == "present" else {"quarantined": 2, "missing": 3}[state]
        return worth, POSITIONS[source], len(path), path

    first = min(ids, key=rank, default=None)
    copies = sum(state == "present" for _, _, state in ids.values())
    assert derived(database) == (4 if first is None else rank(first)[0], copies, first)
    database.close()


def test_twins_are_shared_and_verified_when_all_were_compared(database: Database) -> None:
    def twins() -> list[tuple[int, int]]:
        with database.write() as connection:
            derive.refresh_twins(connection, [HASH])
        return ask(database, "SELECT shared, verified FROM audio ORDER BY id")

    audio(database, 1, digest="a" * 32)
    assert twins() == [(0, 1)]
    audio(database, 2, digest=None)
    assert twins() == [(1, 0), (1, 0)]
    tell(database, "UPDATE audio SET digest = ? WHERE id = 2", "b" * 32)
    assert twins() == [(1, 1), (1, 1)]
    tell(database, "UPDATE audio SET state = 4 WHERE id = 2")  # it lies nowhere any more
    assert twins()[0] == (0, 1)


FILES = "SELECT * FROM audio_files ORDER BY id"
DUPLICATES = "SELECT * FROM duplicate_paths ORDER BY id"


def columns(database: Database, view: str) -> str:
    return ", ".join(row[1] for row in ask(database, f"PRAGMA table_info({view})"))


def test_the_view_of_audio_files(database: Database) -> None:
    assert columns(database, "audio_files") == (
        "id, path, filename, directory, source_root, file_size, file_hash, duration_secs, sample_rate, channels,"
        " format, bit_depth, modified_at, scanned_at, deleted"
    )
    audio(database, duration=1.5, sample_rate=44_100, channels=2, format="wav", bit_depth=16)
    place(database, 3, b"a/b/k\xff.wav")
    derived(database)
    facts = (7, HASH, 1.5, 44_100, 2, "wav", 16, "2020-09-13T12:26:40Z", "1970-01-02T00:00:00Z")
    name = "k\ufffd.wav"
    assert ask(database, FILES) == [(1, f"/x\ufffd/a/b/{name}", name, "/x\ufffd/a/b", "/x\ufffd", *facts, 0)]
    for state, deleted in (("missing", 1), ("quarantined", 1), ("present", 0)):
        tell(database, "UPDATE paths SET state = ?", state)
        derived(database)
        assert ask(database, "SELECT deleted FROM audio_files") == [(deleted,)]
    tell(database, "UPDATE sources SET online = 0")
    derived(database)
    assert ask(database, "SELECT deleted FROM audio_files") == [(0,)]  # unplugged is not deleted
    place(database, 1, b"top.wav")
    tell(database, "UPDATE sources SET online = 1 WHERE id = 1")
    derived(database)
    assert ask(database, "SELECT path, filename, directory FROM audio_files") == [
        ("/short/top.wav", "top.wav", "/short")
    ]


def test_the_hash_names_the_digest_where_two_contents_share_a_fingerprint(database: Database) -> None:
    audio(database, 1, digest="a" * 32)
    place(database, 1, b"1.wav")
    place(database, 1, b"2.wav")
    derived(database)
    assert ask(database, "SELECT file_hash FROM audio_files") == ask(database, "SELECT file_hash FROM duplicate_paths")
    assert ask(database, "SELECT file_hash FROM audio_files") == [(HASH,)]
    tell(database, "UPDATE audio SET shared = 1")
    assert ask(database, "SELECT file_hash FROM audio_files") == [(f"{HASH}-{'a' * 32}",)]


def test_the_view_of_duplicates(database: Database) -> None:
    assert columns(database, "duplicate_paths") == (
        "id, file_hash, original_id, duplicate_path, duplicate_size, source_root, found_at"
    )
    audio(database)
    place(database, 1, b"a/1.wav")
    second = place(database, 1, b"a/b/1.wav")
    derived(database)
    found = (second, HASH, 1, "/short/a/b/1.wav", 7, "/short", "1970-01-01T00:00:01Z")
    assert ask(database, DUPLICATES) == [found]
    place(database, 1, b"a/b/gone.wav", state="missing")
    place(database, 1, b"a/b/kept.wav", state="quarantined")
    assert ask(database, DUPLICATES) == [found]
    tell(database, "UPDATE audio SET error = 'no sound'")
    assert ask(database, DUPLICATES) == []  # what cannot be decoded is no duplicate


def test_links_of_one_copy_are_one_duplicate(database: Database) -> None:
    audio(database)
    for name, inode, volume in ((b"1", 5, 1), (b"22", 5, 1), (b"33", 6, 1), (b"44", 6, 1), (b"55", 6, 2)):
        place(database, 1, name, inode=inode, volume_id=volume)
    derived(database)
    assert ask(database, "SELECT duplicate_path FROM duplicate_paths ORDER BY id") == [("/short/33",), ("/short/55",)]
