"""One folder reached by two ways: sources in sources, sources twice, links, mounts."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from ctk_tui.model.errors import UsageError
from tests.support.asking import ask, content_of, decide, decided, dump
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.model.report import ScanReport


def owners(library: Library) -> dict[bytes, set[str]]:
    """Return the names of the sources that have a present path for each base name."""
    found: dict[bytes, set[str]] = {}
    rows = ask(
        library.toolkit.database,
        "SELECT p.rel, s.name FROM paths p JOIN sources s ON s.id = p.source_id WHERE p.state = 'present'",
    )
    for rel, name in rows:
        found.setdefault(os.path.basename(rel), set()).add(name)
    return found


def configure(library: Library, text: str) -> None:
    """Write the configuration as by hand, and read it."""
    library.config.write_text(text)
    library.toolkit.reload()


def reasons(report: ScanReport) -> dict[str, str]:
    return {one.name: f"{one.status} {one.reason}".strip() for one in report.sources}


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    outer = tmp_path / "outer"
    inner = outer / "packs" / "inner"
    put(outer / "kick.wav", wav(1))
    put(outer / "packs" / "snare.wav", wav(2))
    put(inner / "hat.wav", wav(3))
    put(inner / "deep" / "bell.wav", wav(4))
    return outer, inner


def check(library: Library) -> None:
    assert health.inconsistencies(library.toolkit.database) == []
    assert library.toolkit.duplicates.exact() == []
    assert library.toolkit.catalog.stats().wasted_bytes == 0
    library.close()


@pytest.mark.parametrize("order", [("outer", "inner"), ("inner", "outer")])
def test_a_file_belongs_to_the_innermost_source(
    tmp_path: Path, roots: tuple[Path, Path], order: tuple[str, str]
) -> None:
    where = dict(zip(("outer", "inner"), roots, strict=True))
    library = Library(tmp_path / "ctk", {name: where[name] for name in order})
    counts = library.scan().counts
    assert (counts["found"], counts["new"], counts["duplicates"]) == (4, 4, 0)
    assert owners(library) == {
        b"kick.wav": {"outer"}, b"snare.wav": {"outer"}, b"hat.wav": {"inner"}, b"bell.wav": {"inner"},
    }  # fmt: skip
    check(library)


def test_an_inner_source_that_is_added_later_takes_its_files(tmp_path: Path, roots: tuple[Path, Path]) -> None:
    outer, inner = roots
    library = Library(tmp_path / "ctk", {"outer": outer})
    library.scan()
    before = library.paths()
    hat = content_of(library, inner / "hat.wav")
    decide(library, hat)
    os.mkfifo(inner / "deep" / "pipe.wav")
    put(inner / "broken.wav", b"garbage " * 40)
    assert library.scan().new_errors() == 2
    note = library.toolkit.sources.add("inner", inner)
    assert "lies inside the source outer" in note
    assert owners(library)[b"hat.wav"] == {"inner"}
    report = library.scan()
    assert (report.counts["unchanged"], len(report.errors), report.new_errors()) == (4, 2, 0)
    assert library.toolkit.catalog.broken() == 2
    assert before.items() <= library.paths().items()
    assert all(decided(library, hat))
    check(library)


def test_an_inner_source_that_is_removed_gives_its_files_to_the_outer_one(
    tmp_path: Path, roots: tuple[Path, Path]
) -> None:
    outer, inner = roots
    library = Library(tmp_path / "ctk", {"outer": outer, "inner": inner})
    library.scan()
    hat = content_of(library, inner / "hat.wav")
    decide(library, hat)
    assert library.toolkit.sources.remove("inner") == 2
    library.scan()
    assert owners(library)[b"hat.wav"] == {"outer"}
    assert content_of(library, inner / "hat.wav") == hat
    assert all(decided(library, hat))
    check(library)


def test_a_disabled_inner_source_keeps_its_files_from_the_outer_one(tmp_path: Path, roots: tuple[Path, Path]) -> None:
    outer, inner = roots
    library = Library(tmp_path / "ctk", {"outer": outer, "inner": inner})
    library.toolkit.sources.enable("inner", enabled=False)
    assert library.scan().counts["found"] == 2
    assert set(owners(library)) == {b"kick.wav", b"snare.wav"}
    check(library)


def test_a_scan_of_a_folder_by_path_is_of_the_innermost_source(tmp_path: Path, roots: tuple[Path, Path]) -> None:
    outer, inner = roots
    library = Library(tmp_path / "ctk", {"outer": outer, "inner": inner})
    assert library.scan(str(inner / "deep")).counts["found"] == 1
    assert library.scan(str(outer / "packs")).counts["found"] == 1
    assert owners(library) == {b"bell.wav": {"inner"}, b"snare.wav": {"outer"}}
    with pytest.raises(UsageError, match="lies in no source"):
        library.scan(str(tmp_path))
    check(library)


def test_a_scan_of_a_folder_says_nothing_of_its_neighbours(tmp_path: Path, roots: tuple[Path, Path]) -> None:
    outer, _ = roots
    library = Library(tmp_path / "ctk", {"outer": outer})
    library.scan()
    (outer / "kick.wav").unlink()
    (outer / "packs" / "snare.wav").unlink()
    assert library.scan(str(outer / "packs")).counts["missing"] == 1
    assert list(library.paths("missing")) == [os.fsencode(outer / "packs" / "snare.wav")]
    check(library)


def test_moved_between_an_outer_and_an_inner_source(tmp_path: Path, roots: tuple[Path, Path]) -> None:
    outer, inner = roots
    library = Library(tmp_path / "ctk", {"outer": outer, "inner": inner})
    library.scan()
    kick = content_of(library, outer / "kick.wav")
    (outer / "kick.wav").rename(inner / "kick.wav")
    assert library.scan().counts["moved"] == 1
    assert content_of(library, inner / "kick.wav") == kick
    check(library)


def test_an_inner_source_that_comes_and_goes_by_hand(tmp_path: Path, roots: tuple[Path, Path]) -> None:
    """Taken out of the configuration and not pruned, its rows wait; meanwhile the outer one finds the files too."""
    outer, inner = roots
    with_inner = f'[sources.outer]\npath = "{outer}"\n[sources.inner]\npath = "{inner}"\n'
    library = Library(tmp_path / "ctk", {})
    configure(library, with_inner)
    library.scan()
    hat = content_of(library, inner / "hat.wav")
    configure(library, f'[sources.outer]\npath = "{outer}"\n')
    library.scan()
    assert owners(library)[b"hat.wav"] == {"outer", "inner"}
    assert library.toolkit.catalog.stats().wasted_bytes == 0
    (inner / "hat.wav").unlink()
    library.scan()
    configure(library, with_inner)
    assert health.inconsistencies(library.toolkit.database) == []
    library.scan()
    assert owners(library) == {b"kick.wav": {"outer"}, b"snare.wav": {"outer"}, b"bell.wav": {"inner"}}
    assert library.paths("missing") == {os.fsencode(inner / "hat.wav"): hat}
    check(library)


# -------------------- the same folder twice


@pytest.mark.parametrize("by", ["the same path", "a link"])
def test_a_source_twice_is_scanned_once(tmp_path: Path, roots: tuple[Path, Path], by: str) -> None:
    outer, _ = roots
    twin = outer
    if by == "a link":
        twin = tmp_path / "twin"
        twin.symlink_to(outer)
    library = Library(tmp_path / "ctk", {})
    configure(library, f'[sources.first]\npath = "{outer}"\n[sources.second]\npath = "{twin}"\n')
    report = library.scan()
    assert report.counts["found"] == 4
    assert set(library.paths()) == {os.path.join(os.fsencode(outer), rel) for rel in (
        b"kick.wav", b"packs/snare.wav", b"packs/inner/hat.wav", b"packs/inner/deep/bell.wav")}  # fmt: skip
    assert "the same folder as the source first" in reasons(report)["second"]
    check(library)


def test_add_refuses_a_source_twice(tmp_path: Path, roots: tuple[Path, Path]) -> None:
    outer, _ = roots
    (tmp_path / "link").symlink_to(outer)
    library = Library(tmp_path / "ctk", {"first": outer})
    for again in (outer, tmp_path / "link", outer / "packs" / ".."):
        with pytest.raises(UsageError, match="is the source first already"):
            library.toolkit.sources.add("second", again)
    check(library)


def test_a_source_that_becomes_the_second_gives_its_files_to_the_first(
    tmp_path: Path, roots: tuple[Path, Path]
) -> None:
    outer, _ = roots
    library = Library(tmp_path / "ctk", {})
    put(outer / "broken.wav", b"garbage " * 40)
    configure(library, f'[sources.b]\npath = "{outer}"\n')
    library.scan()
    kick = content_of(library, outer / "kick.wav")
    configure(library, f'[sources.a]\npath = "{outer}"\n[sources.b]\npath = "{outer}"\n')
    (outer / "packs" / "snare.wav").unlink()
    report = library.scan()
    assert (report.counts["found"], report.counts["missing"]) == (4, 1)
    assert owners(library) == {name: {"a"} for name in (b"kick.wav", b"hat.wav", b"bell.wav", b"broken.wav")}
    assert library.toolkit.catalog.broken() == 1
    assert content_of(library, outer / "kick.wav") == kick
    check(library)


def test_a_source_through_a_linked_folder_is_known_as_nested(tmp_path: Path, roots: tuple[Path, Path]) -> None:
    outer, _ = roots
    (tmp_path / "shortcut").symlink_to(outer / "packs")
    library = Library(tmp_path / "ctk", {"outer": outer, "short": tmp_path / "shortcut" / "inner"})
    library.scan()
    assert owners(library)[b"hat.wav"] == {"short"}
    assert owners(library)[b"snare.wav"] == {"outer"}
    check(library)


# -------------------- real mounts


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[list[Path]]:
    """Folders that a test mounted something on, unmounted at its end."""
    points: list[Path] = []
    yield points
    for point in reversed(points):
        subprocess.run(["umount", "-l", point], capture_output=True)


def mount(points: list[Path], point: Path, *how: str | Path) -> None:
    point.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *how, point], check=True, capture_output=True)
    points.append(point)


@pytest.mark.needs("mount")
def test_a_source_again_through_a_bind_mount(tmp_path: Path, roots: tuple[Path, Path], mounted: list[Path]) -> None:
    outer, _ = roots
    mount(mounted, tmp_path / "bound", "--bind", outer)
    library = Library(tmp_path / "ctk", {"first": outer, "second": tmp_path / "bound"})
    report = library.scan()
    assert report.counts["found"] == 4
    assert "the same folder" in reasons(report)["second"]
    check(library)


@pytest.mark.needs("mount")
@pytest.mark.parametrize("kind", ["disk", "tmpfs"])
def test_files_again_through_a_bind_mount_are_one_copy(tmp_path: Path, mounted: list[Path], kind: str) -> None:
    """Also where the volume has no identity of its own."""
    drive = tmp_path / "drive"
    if kind == "tmpfs":
        mount(mounted, drive, "-t", "tmpfs", "none")
    for name in ("packs/a.wav", "packs/b.wav"):
        put(drive / name, wav(len(name), frames=90_000 + ord(name[-5])))
    mount(mounted, tmp_path / "other" / "bound", "--bind", drive / "packs")
    library = Library(tmp_path / "ctk", {"drive": drive, "other": tmp_path / "other"})
    library.scan()
    assert len(library.paths()) == 4
    assert ask(library.toolkit.database, "SELECT copies FROM audio") == [(1,), (1,)]
    before = dump(library.toolkit.database)
    assert library.scan().counts["unchanged"] == 4
    assert dump(library.toolkit.database) == before
    check(library)


@pytest.mark.needs("mount")
def test_a_mount_inside_a_source_that_is_unplugged_keeps_its_files(tmp_path: Path, mounted: list[Path]) -> None:
    one = tmp_path / "one"
    put(one / "a.wav", wav(1))
    mount(mounted, one / "stick", "-t", "tmpfs", "none")
    put(one / "stick" / "b.wav", wav(2))
    put(one / "stick" / "sub" / "c.wav", wav(3))
    library = Library(tmp_path / "ctk", {"one": one})
    library.scan()
    before = library.paths()
    subprocess.run(["umount", one / "stick"], check=True)
    assert library.scan().counts["missing"] == 0
    assert library.paths() == before
    (one / "stick").rmdir()
    assert library.scan().counts["missing"] == 0
    assert library.paths() == before
    check(library)


@pytest.mark.needs("mount")
def test_a_file_that_is_deleted_on_a_mount_inside_a_source_is_missing(tmp_path: Path, mounted: list[Path]) -> None:
    one = tmp_path / "one"
    mount(mounted, one / "stick", "-t", "tmpfs", "none")
    put(one / "stick" / "b.wav", wav(2))
    put(one / "stick" / "sub" / "c.wav", wav(3))
    library = Library(tmp_path / "ctk", {"one": one})
    library.scan()
    (one / "stick" / "b.wav").unlink()
    (one / "stick" / "sub" / "c.wav").unlink()
    (one / "stick" / "sub").rmdir()
    assert library.scan().counts["missing"] == 2
    check(library)
