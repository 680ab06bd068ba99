"""A catalog on a disk that is full or may only be read, and a source that may only be read: told, and nothing lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from ctk_tui.model.errors import CatalogError, CatalogReadOnly
from tests.support.asking import ask, decide, decided, dump
from tests.support.library import Library, put, wav
from tests.support.mounts import fill, mounted, remount

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.needs("mount")
FEW, MANY = 20, 1500


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    for at in range(FEW):
        put(tmp_path / "lib" / f"{at}.wav", wav(at))
    return tmp_path / "lib"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for the catalog of a few files."""
    with mounted("none", tmp_path / "small", "-t", "tmpfs", "-o", "size=1m") as place:
        yield place


def whole(library: Library) -> None:
    """Hold a catalog to what SQLite and its own rules ask."""
    assert health.faults(library.toolkit.database) == []
    assert health.inconsistencies(library.toolkit.database) == []


def test_a_disk_that_fills_while_a_scan_runs(tmp_path: Path, sounds: Path, small: Path) -> None:
    library = Library(small / "ctk", {"lib": sounds})
    library.scan()
    [kept] = ask(library.toolkit.database, "SELECT audio_id FROM paths WHERE rel = ?", b"0.wav")
    decide(library, *kept)
    for at in range(FEW, MANY):
        put(sounds / f"{at % 7}" / f"{at}.wav", wav(at))
    with pytest.raises(CatalogError, match="the disk that holds the catalog is full") as told:
        library.scan()
    assert told.value.hint.startswith("make room there")
    known = len(library.paths())
    assert FEW <= known < MANY
    whole(library)
    assert library.toolkit.jobs.list()[0].state in {"failed", "dead"}
    library.close()

    remount(small, "size=64m")
    library.toolkit = library.open()
    whole(library)
    report = library.scan()
    assert (report.counts["unchanged"], report.counts["new"]) == (known, MANY - known)
    assert decided(library, *kept) == (True, True, True, True)
    whole(library)
    undisturbed = Library(tmp_path / "other", {"lib": sounds})
    undisturbed.scan()
    assert dump(library.toolkit.database) == dump(undisturbed.toolkit.database)
    undisturbed.close()
    library.close()


def test_a_disk_that_was_full_before(sounds: Path, small: Path) -> None:
    library = Library(small / "ctk", {"lib": sounds})
    library.scan()
    before = dump(library.toolkit.database)
    library.close()
    filler = fill(small)
    with pytest.raises(CatalogError, match="the disk that holds the catalog is full"):
        library.open()  # SQLite needs a small file beside it, even to read
    filler.unlink()
    library.toolkit = library.open()
    fill(small)
    put(sounds / "more.wav", wav(1000))
    lying = sorted(library.database.parent.iterdir())
    with pytest.raises(CatalogError, match="cannot be locked: no space left on device") as told:
        library.scan()
    assert told.value.hint == "make room there"
    assert sorted(library.database.parent.iterdir()) == lying
    assert dump(library.toolkit.database) == before
    filler.unlink()
    assert library.scan().counts["new"] == 1
    whole(library)
    library.close()


def test_no_room_for_a_first_catalog(sounds: Path, small: Path) -> None:
    library = Library(small / "ctk", {"lib": sounds})
    library.close()
    for file in library.database.parent.glob("catalog.db*"):
        file.unlink()
    filler = fill(small)
    with pytest.raises(CatalogError, match="the disk that holds the catalog is full"):
        library.open()
    filler.unlink()
    library.toolkit = library.open()
    assert library.scan().counts["new"] == FEW
    library.close()


def test_a_catalog_on_a_mount_that_may_only_be_read(sounds: Path, small: Path) -> None:
    library = Library(small / "ctk", {"lib": sounds})
    library.scan()
    before = dump(library.toolkit.database)
    library.close()
    remount(small, "ro")
    library.toolkit = library.open()
    assert dump(library.toolkit.database) == before
    assert len(library.toolkit.catalog.search("wav")) == FEW
    with pytest.raises(CatalogReadOnly, match="cannot be written: read-only file system"):
        library.scan()
    with pytest.raises(CatalogReadOnly, match="cannot be written"):
        library.toolkit.sources.relocate("lib", sounds)
    library.close()
    remount(small, "rw")
    library.toolkit = library.open()
    assert library.scan().counts["unchanged"] == FEW
    library.close()


def test_a_source_that_may_only_be_read_is_scanned_like_any(tmp_path: Path, sounds: Path) -> None:
    undisturbed = Library(tmp_path / "other", {"lib": sounds})
    undisturbed.scan()
    with mounted(sounds, tmp_path / "frozen", "--bind", "-o", "ro") as frozen:
        remount(frozen, "ro,bind")
        with pytest.raises(OSError, match="Read-only file system"):
            (frozen / "new.wav").touch()
        library = Library(tmp_path / "ctk", {"lib": frozen})
        for counted in ("new", "unchanged"):
            report = library.scan()
            assert (report.counts[counted], report.errors) == (FEW, [])
        files = "SELECT p.rel, p.mtime_ns, a.fingerprint FROM paths p JOIN audio a ON a.id = p.audio_id ORDER BY p.rel"
        assert ask(library.toolkit.database, files) == ask(undisturbed.toolkit.database, files)
        library.close()
    undisturbed.close()
