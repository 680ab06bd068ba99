"""What the configuration says of files: left out, protected, in a cloud, small, on a FAT drive; and its changes."""

from __future__ import annotations

import gc
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from ctk_tui.disk.stamps import same_time
from ctk_tui.toolkit.scanning import ScanOptions
from tests.support.asking import ask, content_of, decide, decided, dump
from tests.support.library import Library, put, wav
from tests.support.volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR = 3600 * 10**9
SECOND = 10**9


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "one"


@pytest.fixture
def library(tmp_path: Path, root: Path) -> Iterator[Library]:
    root.mkdir()
    made = Library(tmp_path / "ctk", {})
    configure(made, root)
    yield made
    assert health.inconsistencies(made.toolkit.database) == []
    made.close()


def configure(library: Library, root: Path, scan: str = "", source: str = "") -> None:
    """Write the configuration as by hand, and read it."""
    library.config.write_text(f'[scan]\n{scan}\n[sources.one]\npath = "{root}"\n{source}\n')
    library.toolkit.reload()


def names(library: Library, state: str = "present") -> set[str]:
    return {os.fsdecode(os.path.basename(path)) for path in library.paths(state)}


# -------------------- excludes


def test_excludes_of_all_and_of_one_source(library: Library, root: Path) -> None:
    for name in ("a.wav", "demos/b.wav", "sub/demos/c.wav", "._d.wav", ".git/e.wav", "x-draft.wav", "Demos/f.wav"):
        put(root / name, wav(len(name)))
    configure(library, root, 'exclude = ["**/.git/**", "**/._*"]', 'exclude = ["**/demos/**", "*-draft.wav"]')
    library.scan()
    assert names(library) == {"a.wav", "f.wav"}


def test_excludes_are_blind_to_case_where_the_volume_is(
    library: Library, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Volumes(monkeypatch).mount(root, "uuid:stick", fstype="exfat")
    put(root / "Demos" / "f.wav", wav(1))
    put(root / "a.wav", wav(2))
    configure(library, root, source='exclude = ["demos/**"]')
    library.scan()
    assert names(library) == {"a.wav"}


def test_a_quarantine_is_never_walked_whatever_is_configured(library: Library, root: Path) -> None:
    put(root / ".ctk-quarantine" / "a.wav", wav(1))
    put(root / "sub" / ".ctk-quarantine" / "deep" / "a.wav", wav(1))
    put(root / ".ctk-tmp-123.wav", wav(2))
    configure(library, root, "exclude = []")
    assert library.scan().counts["found"] == 0


@pytest.mark.parametrize("how", ["exclude a folder", "exclude a file", "exclude for one source", "extension"])
def test_what_is_left_out_later_leaves_the_catalog(library: Library, root: Path, how: str) -> None:
    """Not as missing: it lies there. What was decided of it waits."""
    put(root / "a.wav", wav(1))
    put(root / "sub" / "deep" / "b.flac", b"garbage " * 40)
    library.scan()
    garbage = content_of(library, root / "sub" / "deep" / "b.flac")
    decide(library, garbage)
    configure(library, root, *{
        "exclude a folder": ('exclude = ["sub/**"]',),
        "exclude a file": ('exclude = ["**/b.*"]',),
        "exclude for one source": ("", 'exclude = ["**/deep/**"]'),
        "extension": ('extensions = [".wav"]',),
    }[how])  # fmt: skip
    counts = library.scan().counts
    assert (counts["found"], counts["unchanged"], counts["missing"]) == (1, 1, 0)
    assert (names(library), names(library, "missing")) == ({"a.wav"}, set())
    assert library.toolkit.catalog.broken() == 0
    configure(library, root)
    library.scan()
    assert content_of(library, root / "sub" / "deep" / "b.flac") == garbage
    assert decided(library, garbage)[:2] == (True, True)
    assert library.toolkit.catalog.broken() == 1


def test_a_larger_least_size_leaves_small_files_out(library: Library, root: Path) -> None:
    put(root / "large.wav", wav(1))
    put(root / "small.wav", wav(2, frames=100))
    library.scan()
    small = content_of(library, root / "small.wav")
    configure(library, root, "min_file_size = 300")
    report = library.scan()
    assert [os.path.basename(one.path) for one in report.skipped] == [b"small.wav"]
    assert (report.counts["unchanged"], report.counts["skipped"], report.counts["missing"]) == (1, 1, 0)
    assert (names(library), names(library, "missing")) == ({"large.wav"}, set())
    configure(library, root)
    library.scan()
    assert content_of(library, root / "small.wav") == small


def test_a_file_that_shrank_below_the_least_size_is_missing(library: Library, root: Path) -> None:
    put(root / "a.wav", wav(1))
    library.scan()
    put(root / "a.wav", b"x" * 20)
    counts = library.scan().counts
    assert (counts["skipped"], counts["missing"]) == (1, 1)
    put(root / "a.wav", b"")
    report = library.scan()
    assert ([error.reason for error in report.errors], report.counts["missing"]) == (["empty file (0 bytes)"], 0)


def test_audio_like_extensions_that_are_not_scanned_are_counted(library: Library, root: Path) -> None:
    for name in ("a.wav", "b.rx2", "sub/c.RX2", "d.ape", "e.txt", "f"):
        put(root / name, wav(1))
    report = library.scan()
    assert report.other_extensions == {".rx2": 2, ".ape": 1}
    assert library.scan().other_extensions == report.other_extensions


# -------------------- protection


def protected(library: Library) -> set[str]:
    rows = ask(library.toolkit.database, "SELECT rel FROM paths WHERE protected")
    return {os.fsdecode(rel) for (rel,) in rows}


def test_protection_by_pattern_and_its_changes(library: Library, root: Path) -> None:
    everything = {"a.wav", "Live Projects/song/b.wav", "Live Projects/c.wav"}
    for at, name in enumerate(everything):
        put(root / name, wav(at))
    library.scan()
    assert protected(library) == set()
    configure(library, root, source='protect = ["Live Projects/**"]')
    assert protected(library) == everything - {"a.wav"}  # at once, without a scan
    library.scan()
    assert protected(library) == everything - {"a.wav"}
    configure(library, root, source="protected = true")
    assert protected(library) == everything
    (root / "a.wav").rename(root / "z.wav")
    library.scan()
    assert "z.wav" in protected(library)
    configure(library, root)
    assert protected(library) == set()


def test_a_file_that_moves_out_of_a_protected_part_is_protected_no_more(library: Library, root: Path) -> None:
    put(root / "keep" / "a.wav", wav(1))
    configure(library, root, source='protect = ["keep/**"]')
    library.scan()
    assert protected(library) == {"keep/a.wav"}
    (root / "keep" / "a.wav").rename(root / "a.wav")
    library.scan()
    assert protected(library) == set()


# -------------------- FAT


@pytest.mark.parametrize(
    ("apart", "same"),
    [(0, True), (2 * SECOND, True), (3 * SECOND, False), (HOUR, True), (HOUR + 2 * SECOND, True),
     (HOUR - 2 * SECOND, True), (HOUR // 2, False), (26 * HOUR, True), (27 * HOUR, False), (HOUR + 3 * SECOND, False)],
)  # fmt: skip
def test_coarse_times(apart: int, same: bool) -> None:
    now = 1_700_000_000 * SECOND
    assert same_time(now, now + apart, coarse=True) is same
    assert same_time(now + apart, now, coarse=True) is same
    assert same_time(now, now + apart, coarse=False) is (apart == 0)


def test_a_fat_drive_after_the_clock_changed(library: Library, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Volumes(monkeypatch).mount(root, "uuid:1234-ABCD", fstype="vfat")
    for name in ("a.wav", "b.wav"):
        put(root / name, wav(ord(name[0])))
    library.scan()
    for name, by in (("a.wav", HOUR), ("b.wav", HOUR // 2)):
        when = (root / name).stat().st_mtime_ns + by
        os.utime(root / name, ns=(when, when))
    counts = library.scan().counts
    assert (counts["unchanged"], counts["updated"]) == (1, 1)


# -------------------- clouds


def sparse(path: Path, size: int) -> None:
    """Make a file of a size that holds no block: how sync programs leave a placeholder on Linux."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)


def test_placeholders_are_listed_and_never_opened(library: Library, root: Path) -> None:
    sparse(root / "Dropbox" / "a.wav", 1000)
    sparse(root / "Dropbox" / "b.wav", 1000)
    report = library.toolkit.sources.scan((), ScanOptions(executor=lambda: pytest.fail("a file is read")))
    assert (report.counts["found"], report.counts["new"], report.errors) == (2, 2, [])
    rows = ask(library.toolkit.database, "SELECT fingerprint, format, a.size, cloud FROM audio a JOIN paths p"
                                         " ON p.audio_id = a.id")  # fmt: skip
    assert rows == [(None, None, 1000, 1)] * 2
    assert library.toolkit.duplicates.exact() == []
    before = dump(library.toolkit.database)
    report = library.toolkit.sources.scan((), ScanOptions(executor=lambda: pytest.fail("a file is read")))
    assert report.counts["unchanged"] == 2
    assert dump(library.toolkit.database) == before


def test_a_placeholder_whose_bytes_came(library: Library, root: Path) -> None:
    file = root / "Dropbox" / "a.wav"
    sparse(file, 844)
    library.scan()
    audio_id = content_of(library, file)
    decide(library, audio_id)
    when = file.stat().st_mtime_ns
    put(file, wav(1))
    os.sync()  # ext4 gives a file its blocks late
    os.utime(file, ns=(when, when))
    library.scan()
    assert content_of(library, file) == audio_id
    assert ask(library.toolkit.database, "SELECT format, cloud FROM audio a JOIN paths p ON p.audio_id = a.id") == [
        ("wav", 0)
    ]
    assert decided(library, audio_id)[:2] == (True, True)


def test_a_file_that_went_into_the_cloud_is_what_it_was(library: Library, root: Path) -> None:
    file = root / "Dropbox" / "a.wav"
    put(file, wav(1))
    os.sync()
    library.scan()
    audio_id = content_of(library, file)
    when = file.stat().st_mtime_ns
    sparse(file, 844)
    os.utime(file, ns=(when, when))
    report = library.toolkit.sources.scan((), ScanOptions(executor=lambda: pytest.fail("a file is read")))
    assert report.counts["unchanged"] == 1
    [entry] = library.toolkit.catalog.entries([audio_id])
    assert (entry.format, entry.cloud) == ("wav", True)


def test_placeholders_are_read_where_the_user_wants_that(library: Library, root: Path) -> None:
    sparse(root / "Dropbox" / "a.wav", 1000)
    library.scan()
    configure(library, root, source='read = "all"')
    report = library.scan()
    assert [error.stage for error in report.errors] == ["decode"]  # 1,000 zeros are no sound
    assert ask(library.toolkit.database, "SELECT cloud FROM paths") == [(0,)]


def test_a_sparse_file_outside_of_clouds_is_a_file(library: Library, root: Path) -> None:
    sparse(root / "a.wav", 1000)
    assert [error.stage for error in library.scan().errors] == ["decode"]


def test_placeholders_of_macos_stand_for_their_files(library: Library, root: Path) -> None:
    put(root / ".kick.wav.icloud", b"bplist" * 30)
    put(root / ".notes.txt.icloud", b"bplist" * 30)
    library.scan()
    assert names(library) == {"kick.wav"}
    assert ask(
        library.toolkit.database, "SELECT cloud, fingerprint FROM audio a JOIN paths p ON p.audio_id = a.id"
    ) == [(1, None)]
    (root / ".kick.wav.icloud").unlink()
    put(root / "kick.wav", wav(1))
    library.scan()
    assert names(library) == {"kick.wav"}
    assert ask(library.toolkit.database, "SELECT cloud FROM paths") == [(0,)]
    put(root / ".kick.wav.icloud", b"bplist" * 30)  # both, as while it is uploaded
    assert library.scan().counts["unchanged"] == 1
    assert ask(library.toolkit.database, "SELECT cloud FROM paths") == [(0,)]


def test_python_collects_as_often_as_before_a_scan(tmp_path: Path) -> None:
    library = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    put(tmp_path / "one" / "a.wav", wav(1))
    before, during = gc.get_threshold(), []

    def executor() -> ThreadPoolExecutor:
        during.append(gc.get_threshold())
        return ThreadPoolExecutor(1)

    library.toolkit.sources.scan((), ScanOptions(executor=executor))
    assert during != [before]
    assert gc.get_threshold() == before
    library.close()
