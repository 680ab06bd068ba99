"""Moved, renamed and changed files: which row goes where, and what the user said of it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from tests.support.asking import ask, content_of, decide, decided, facts
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = wav(3, frames=90_000)
TWIN = wav(3, frames=90_000, middle=77)
"""The fingerprint of LONG, and another sound."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one", "two": tmp_path / "two"})
    yield made
    assert health.inconsistencies(made.toolkit.database) == []
    made.close()


def scanned(library: Library, path: Path, content: bytes) -> int:
    """Put a file, scan, let the user and the model say something of it, and return its id."""
    put(path, content)
    library.scan()
    audio_id = content_of(library, path)
    decide(library, audio_id)
    return audio_id


def carry(origin: Path, goal: Path) -> None:
    """Move a file as moving to another drive does: another inode, its time kept."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(origin, goal)
    origin.unlink()


def test_renamed_by_inode(library: Library, tmp_path: Path) -> None:
    audio_id = scanned(library, tmp_path / "one" / "a.wav", LONG)
    (tmp_path / "one" / "sub").mkdir()
    (tmp_path / "one" / "a.wav").rename(tmp_path / "one" / "sub" / "b.wav")
    counts = library.scan().counts
    assert (counts["moved"], counts["new"], counts["missing"]) == (1, 0, 0)
    assert library.paths() == {os.fsencode(tmp_path / "one" / "sub" / "b.wav"): audio_id}
    assert library.paths("missing") == {}
    assert facts(library, audio_id, "digest") == (None,)  # not read to the end for it
    assert all(decided(library, audio_id))


def test_renamed_folder(library: Library, tmp_path: Path) -> None:
    for at in range(5):
        put(tmp_path / "one" / "old" / f"{at}.wav", wav(at))
    library.scan()
    before = {os.path.basename(path): audio_id for path, audio_id in library.paths().items()}
    (tmp_path / "one" / "old").rename(tmp_path / "one" / "new")
    assert library.scan().counts["moved"] == 5
    assert {os.path.basename(path): audio_id for path, audio_id in library.paths().items()} == before


def test_two_files_that_change_names(library: Library, tmp_path: Path) -> None:
    one, two = tmp_path / "one" / "a.wav", tmp_path / "one" / "b.wav"
    first = scanned(library, one, wav(1))
    second = scanned(library, two, wav(2))
    one.rename(tmp_path / "aside")
    two.rename(one)
    (tmp_path / "aside").rename(two)
    counts = library.scan().counts
    assert counts["missing"] == counts["new"] == 0
    assert library.paths() == {os.fsencode(one): second, os.fsencode(two): first}
    assert all(decided(library, first) + decided(library, second))


def test_moved_to_another_source_by_size_and_time(library: Library, tmp_path: Path) -> None:
    audio_id = scanned(library, tmp_path / "one" / "a.wav", LONG)
    carry(tmp_path / "one" / "a.wav", tmp_path / "two" / "b.wav")
    counts = library.scan().counts
    assert (counts["moved"], counts["new"], counts["missing"]) == (1, 0, 0)
    assert library.paths() == {os.fsencode(tmp_path / "two" / "b.wav"): audio_id}
    assert all(decided(library, audio_id))


def test_moved_by_known_digest_whatever_its_time(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "stem.wav", TWIN)
    audio_id = scanned(library, tmp_path / "one" / "a.wav", LONG)
    assert facts(library, audio_id, "digest IS NOT NULL") == (1,)
    put(tmp_path / "two" / "b.wav", LONG)
    (tmp_path / "one" / "a.wav").unlink()
    counts = library.scan().counts
    assert (counts["moved"], counts["missing"]) == (1, 0)
    assert content_of(library, tmp_path / "two" / "b.wav") == audio_id
    assert all(decided(library, audio_id))


def test_two_that_may_have_moved_are_told_apart_by_digest(library: Library, tmp_path: Path) -> None:
    first = scanned(library, tmp_path / "one" / "a.wav", LONG)
    second = scanned(library, tmp_path / "one" / "b.wav", TWIN)
    when = (tmp_path / "one" / "a.wav").stat().st_mtime_ns
    os.utime(tmp_path / "one" / "b.wav", ns=(when, when))
    library.scan()
    carry(tmp_path / "one" / "a.wav", tmp_path / "two" / "y.wav")
    carry(tmp_path / "one" / "b.wav", tmp_path / "two" / "x.wav")
    assert library.scan().counts["moved"] == 2
    assert content_of(library, tmp_path / "two" / "y.wav") == first
    assert content_of(library, tmp_path / "two" / "x.wav") == second


def test_an_inode_that_another_stem_took_over_proves_nothing(library: Library, tmp_path: Path) -> None:
    """Stems that were saved together share ends, size and time; a deleted one's inode number is used again."""
    first = scanned(library, tmp_path / "one" / "a.wav", LONG)
    second = scanned(library, tmp_path / "one" / "b.wav", TWIN)
    when = (tmp_path / "one" / "a.wav").stat().st_mtime_ns
    os.utime(tmp_path / "one" / "b.wav", ns=(when, when))
    library.scan()
    (tmp_path / "one" / "a.wav").rename(tmp_path / "two" / "x.wav")
    (tmp_path / "two" / "x.wav").write_bytes(TWIN)
    os.utime(tmp_path / "two" / "x.wav", ns=(when, when))
    (tmp_path / "one" / "b.wav").unlink()
    counts = library.scan().counts
    assert (counts["moved"], counts["missing"]) == (1, 1)
    assert content_of(library, tmp_path / "two" / "x.wav") == second
    assert library.paths("missing") == {os.fsencode(tmp_path / "one" / "a.wav"): first}


def test_another_time_and_no_digest_is_new_and_missing(library: Library, tmp_path: Path) -> None:
    audio_id = scanned(library, tmp_path / "one" / "a.wav", LONG)
    put(tmp_path / "two" / "b.wav", LONG)  # the middle may be another: nothing can say
    (tmp_path / "one" / "a.wav").unlink()  # last, or the number of its inode would be used again
    counts = library.scan().counts
    assert (counts["moved"], counts["new"], counts["missing"]) == (0, 1, 1)
    assert library.paths("missing") == {os.fsencode(tmp_path / "one" / "a.wav"): audio_id}


def test_a_copy_is_not_a_move(library: Library, tmp_path: Path) -> None:
    audio_id = scanned(library, tmp_path / "one" / "a.wav", LONG)
    shutil.copy2(tmp_path / "one" / "a.wav", tmp_path / "two" / "b.wav")
    counts = library.scan().counts
    assert (counts["moved"], counts["duplicates"]) == (0, 1)
    assert set(library.paths().values()) == {audio_id}


def test_what_moved_from_a_drive_that_is_away_is_a_copy(library: Library, tmp_path: Path) -> None:
    """Nobody can say that it is gone there."""
    audio_id = scanned(library, tmp_path / "one" / "a.wav", LONG)
    shutil.copy2(tmp_path / "one" / "a.wav", tmp_path / "two" / "b.wav")
    (tmp_path / "one").rename(tmp_path / "unplugged")
    assert library.scan().counts["moved"] == 0
    assert library.paths()[os.fsencode(tmp_path / "one" / "a.wav")] == audio_id


def test_gone_and_back_keeps_its_row(library: Library, tmp_path: Path) -> None:
    audio_id = scanned(library, tmp_path / "one" / "a.wav", LONG)
    (tmp_path / "one" / "a.wav").rename(tmp_path / "aside")
    assert library.scan().counts["missing"] == 1
    (tmp_path / "aside").rename(tmp_path / "one" / "a.wav")
    library.scan()
    assert library.paths() == {os.fsencode(tmp_path / "one" / "a.wav"): audio_id}
    assert all(decided(library, audio_id))


def test_changed_in_place_keeps_the_row_and_what_the_user_said(library: Library, tmp_path: Path) -> None:
    audio_id = scanned(library, tmp_path / "one" / "a.wav", wav(1))
    put(tmp_path / "one" / "a.wav", wav(2, frames=800))
    assert library.scan().counts["updated"] == 1
    assert content_of(library, tmp_path / "one" / "a.wav") == audio_id
    assert decided(library, audio_id) == (True, True, False, False)  # labels and outline were of other bytes
    assert facts(library, audio_id, "round(duration * 44100)", "size") == (800, 44 + 1600)


def test_the_models_category_goes_with_the_bytes(library: Library, tmp_path: Path) -> None:
    audio_id = scanned(library, tmp_path / "one" / "a.wav", wav(1))
    with library.toolkit.database.write() as connection:
        connection.execute("UPDATE categories SET source = 'model'")
    put(tmp_path / "one" / "a.wav", wav(2))
    library.scan()
    assert ask(library.toolkit.database, "SELECT count(*) FROM categories WHERE audio_id = ?", audio_id) == [(0,)]


def test_changed_in_place_leaves_its_copies(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "two" / "b.wav", wav(1))
    audio_id = scanned(library, tmp_path / "one" / "a.wav", wav(1))
    put(tmp_path / "one" / "a.wav", wav(2))
    assert library.scan().counts["updated"] == 1
    assert content_of(library, tmp_path / "two" / "b.wav") == audio_id
    assert content_of(library, tmp_path / "one" / "a.wav") != audio_id
    assert all(decided(library, audio_id))


def test_changed_in_place_into_a_known_content_joins_it(library: Library, tmp_path: Path) -> None:
    other = scanned(library, tmp_path / "two" / "b.wav", LONG)
    put(tmp_path / "one" / "a.wav", wav(1))
    library.scan()
    put(tmp_path / "one" / "a.wav", LONG)
    assert library.scan().counts["updated"] == 1
    assert set(library.paths().values()) == {other}


def test_changed_in_the_middle_alone_is_a_change(library: Library, tmp_path: Path) -> None:
    """Its fingerprint is the old one; only its time says that it was written to."""
    audio_id = scanned(library, tmp_path / "one" / "a.wav", LONG)
    put(tmp_path / "one" / "a.wav", TWIN)
    assert library.scan().counts["updated"] == 1
    assert decided(library, audio_id) == (True, True, False, False)


def test_changed_in_the_middle_leaves_its_copy(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "two" / "b.wav", LONG)
    audio_id = scanned(library, tmp_path / "one" / "a.wav", LONG)
    put(tmp_path / "one" / "a.wav", TWIN)
    library.scan()
    assert content_of(library, tmp_path / "two" / "b.wav") == audio_id
    assert content_of(library, tmp_path / "one" / "a.wav") != audio_id
    assert library.toolkit.duplicates.exact() == []


def test_written_in_place_through_one_of_two_hard_links(library: Library, tmp_path: Path) -> None:
    one, two = tmp_path / "one" / "a.wav", tmp_path / "one" / "b.wav"
    audio_id = scanned(library, one, wav(1))
    os.link(one, two)
    library.scan()
    put(one, wav(2))
    assert library.scan().counts["updated"] == 2
    assert library.paths() == {os.fsencode(one): audio_id, os.fsencode(two): audio_id}


def test_only_the_time_changed_keeps_the_row(library: Library, tmp_path: Path) -> None:
    audio_id = scanned(library, tmp_path / "one" / "a.wav", wav(1))
    os.utime(tmp_path / "one" / "a.wav", (5, 5))
    assert library.scan().counts["updated"] == 1
    assert content_of(library, tmp_path / "one" / "a.wav") == audio_id
    assert decided(library, audio_id)[:2] == (True, True)


def test_only_the_time_changed_of_one_copy_keeps_both_together(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "two" / "b.wav", LONG)
    audio_id = scanned(library, tmp_path / "one" / "a.wav", LONG)
    os.utime(tmp_path / "one" / "a.wav", (5, 5))
    library.scan()
    assert set(library.paths().values()) == {audio_id}
    assert all(decided(library, audio_id))  # the digest proves that nothing changed
