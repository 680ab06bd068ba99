"""When two files are one audio file: the rules of identity, one by one."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from ctk_tui.toolkit.scanning import ScanOptions
from tests.support.asking import ask, content_of, decide, decided, facts
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor
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


def rewrite(path: Path, content: bytes) -> None:
    """Change a file in place and leave its time as it was."""
    status = path.stat()
    with path.open("r+b") as file:
        file.write(content)
        file.truncate()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def replace(path: Path, content: bytes) -> None:
    """Put another file in the place of one, with its time of change."""
    beside = path.with_name("beside.tmp")
    beside.write_bytes(content)
    shutil.copystat(path, beside)
    beside.replace(path)


def no_reader() -> Executor:
    raise AssertionError("a file is read")


def test_same_path_size_and_time_is_unchanged_and_not_read(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "a.wav", wav(1))
    put(tmp_path / "one" / "deep" / "b.wav", wav(2))
    library.scan()
    report = library.toolkit.sources.scan((), ScanOptions(executor=no_reader))
    assert (report.counts["found"], report.counts["unchanged"]) == (2, 2)


def test_full_reads_what_is_unchanged(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "a.wav", LONG)
    library.scan()
    before = content_of(library, tmp_path / "one" / "a.wav")
    rewrite(tmp_path / "one" / "a.wav", wav(4, frames=90_000))  # as bit rot, or a program that restores the time
    assert library.scan().counts["unchanged"] == 1
    assert library.scan(full=True).counts["unchanged"] == 0
    assert content_of(library, tmp_path / "one" / "a.wav") == before


def test_another_inode_alone_takes_a_fingerprint_not_more(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "one" / "a.wav"
    put(file, LONG)
    library.scan()
    audio_id = content_of(library, file)
    decide(library, audio_id)
    replace(file, LONG)
    assert library.scan().counts["unchanged"] == 1
    assert ask(library.toolkit.database, "SELECT inode FROM paths") == [(file.stat().st_ino,)]
    assert facts(library, audio_id, "digest") == (None,)
    assert all(decided(library, audio_id))


def test_another_inode_with_another_fingerprint_is_a_change(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "one" / "a.wav"
    put(file, wav(1))
    library.scan()
    replace(file, wav(2))
    assert library.scan().counts["updated"] == 1


def test_one_content_in_two_places_is_one_audio_file(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "a.wav", LONG)
    put(tmp_path / "two" / "b.wav", LONG)
    counts = library.scan().counts
    assert (counts["new"], counts["duplicates"]) == (1, 1)
    assert len(set(library.paths().values())) == 1
    audio_id = content_of(library, tmp_path / "one" / "a.wav")
    assert facts(library, audio_id, "copies", "verified", "shared", "digest IS NOT NULL") == (2, 1, 0, 1)


def test_equal_ends_with_another_middle_are_two_audio_files(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "stem1.wav", LONG)
    put(tmp_path / "one" / "stem2.wav", TWIN)
    counts = library.scan().counts
    assert (counts["new"], counts["duplicates"]) == (2, 0)
    rows = ask(library.toolkit.database, "SELECT fingerprint, digest, copies, verified, shared FROM audio")
    assert len({row[0] for row in rows}) == 1
    assert len({row[1] for row in rows}) == 2
    assert [row[2:] for row in rows] == [(1, 1, 1), (1, 1, 1)]
    assert library.toolkit.duplicates.exact() == []


def test_three_stems_and_a_copy_of_one(library: Library, tmp_path: Path) -> None:
    for at in range(3):
        put(tmp_path / "one" / f"stem{at}.wav", wav(3, frames=90_000, middle=at))
    put(tmp_path / "two" / "copy.wav", wav(3, frames=90_000, middle=1))
    library.scan()
    [group] = library.toolkit.duplicates.exact()
    assert {os.path.basename(file.path) for file in group.files} == {b"stem1.wav", b"copy.wav"}


def file_hash(library: Library, path: Path) -> str:
    [entry] = library.toolkit.catalog.entries([content_of(library, path)])
    return entry.file_hash or ""


def test_file_hash_is_the_fingerprint_until_another_content_has_it(library: Library, tmp_path: Path) -> None:
    one, two = tmp_path / "one" / "stem1.wav", tmp_path / "one" / "stem2.wav"
    put(one, LONG)
    library.scan()
    alone, audio_id = file_hash(library, one), content_of(library, one)
    assert len(alone) == 16
    put(two, TWIN)
    library.scan()
    assert content_of(library, one) == audio_id  # the id is the stable handle
    digests = dict(ask(library.toolkit.database, "SELECT id, digest FROM audio"))
    assert file_hash(library, one) == f"{alone}-{digests[audio_id]}"
    assert file_hash(library, two) == f"{alone}-{digests[content_of(library, two)]}"
    view = dict(ask(library.toolkit.database, "SELECT id, file_hash FROM audio_files"))
    assert view[audio_id] == file_hash(library, one)


def test_a_copy_does_not_change_the_hash(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "a.wav", LONG)
    library.scan()
    alone = file_hash(library, tmp_path / "one" / "a.wav")
    put(tmp_path / "one" / "b.wav", LONG)
    library.scan()
    assert file_hash(library, tmp_path / "one" / "a.wav") == alone


def test_hard_links_are_one_copy(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "a.wav", LONG)
    os.link(tmp_path / "one" / "a.wav", tmp_path / "one" / "b.wav")
    library.scan()
    audio_id = content_of(library, tmp_path / "one" / "a.wav")
    assert content_of(library, tmp_path / "one" / "b.wav") == audio_id
    assert facts(library, audio_id, "copies", "digest") == (1, None)  # known by the inode: nothing to prove
    assert library.toolkit.duplicates.exact() == []
    assert library.toolkit.catalog.stats().wasted_bytes == 0


def test_undecodable_bytes_are_an_audio_file_with_an_error_and_never_a_duplicate(
    library: Library, tmp_path: Path
) -> None:
    put(tmp_path / "one" / "a.wav", b"garbage " * 40)
    put(tmp_path / "two" / "b.wav", b"garbage " * 40)
    report = library.scan()
    assert [error.stage for error in report.errors] == ["decode", "decode"]
    audio_id = content_of(library, tmp_path / "one" / "a.wav")
    assert content_of(library, tmp_path / "two" / "b.wav") == audio_id
    assert facts(library, audio_id, "error IS NULL", "format") == (0, None)
    assert library.toolkit.duplicates.exact() == []
    stats = library.toolkit.catalog.stats()
    assert (stats.duplicate_groups, stats.duplicate_paths, stats.wasted_bytes) == (0, 0, 0)


def test_an_unchanged_broken_file_is_not_read_again_and_is_no_news(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "a.wav", b"garbage " * 40)
    assert library.scan().new_errors() == 1
    report = library.toolkit.sources.scan((), ScanOptions(executor=no_reader))
    assert (len(report.errors), report.new_errors()) == (1, 0)
    assert library.toolkit.catalog.broken() == 1


def test_a_broken_file_that_was_mended_is_one_no_more(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "a.wav", b"garbage " * 40)
    library.scan()
    audio_id = content_of(library, tmp_path / "one" / "a.wav")
    put(tmp_path / "one" / "a.wav", wav(1))
    assert library.scan().counts["updated"] == 1
    assert library.toolkit.catalog.broken() == 0
    assert facts(library, audio_id, "error", "format") == (None, "wav")


def test_empty_files_are_errors_and_tiny_ones_are_skipped(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "empty.wav", b"")
    put(tmp_path / "one" / "tiny.wav", b"x" * 127)
    put(tmp_path / "one" / "least.wav", b"x" * 128)
    report = library.scan()
    told = {os.path.basename(error.path): (error.stage, error.reason) for error in report.errors}
    assert told[b"empty.wav"] == ("read", "empty file (0 bytes)")
    assert told[b"least.wav"][0] == "decode"
    assert [os.path.basename(skipped.path) for skipped in report.skipped] == [b"tiny.wav"]
    assert set(library.paths()) == {os.fsencode(tmp_path / "one" / "least.wav")}
