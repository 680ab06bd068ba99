"""Sources whose root ctk itself emptied, on volumes without an identity: what can be undone, and what must not be."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.changing import difference, quarantined, tree
from tests.support.library import Library, put, wav
from tests.support.mounts import mounted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ctk_tui.model.report import SourceOutcome

pytestmark = pytest.mark.needs("mount")


@pytest.fixture
def flat(tmp_path: Path, drive: Path) -> Iterator[Library]:
    """Return sounds whose copies lie side by side in the root of a source, which is where a drive is mounted."""
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "drive": drive})
    for at in range(3):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
        put(drive / f"{at} copy.wav", wav(at))
    library.scan()
    yield library
    library.close()


def found(library: Library) -> SourceOutcome:
    """Scan, and return what became of the drive."""
    return next(one for one in library.scan().sources if one.name == "drive")


def unmounted(library: Library, drive: Path) -> None:
    """The drive goes: nothing of it may be called missing."""
    subprocess.run(["umount", str(drive)], check=True)
    try:
        before = library.paths()
        assert any(path.startswith(os.fsencode(drive)) for path in before)
        assert found(library).status == "offline"
        assert (library.paths(), library.paths("missing")) == (before, {})
    finally:
        subprocess.run(["mount", "-t", "tmpfs", "none", str(drive)], check=True)  # the fixture takes it away


@pytest.mark.parametrize("scanned", [False, True])
def test_a_root_that_a_clean_up_emptied(flat: Library, drive: Path, *, scanned: bool) -> None:
    files, before = flat.toolkit.files, tree(drive)
    assert files.apply(files.plan_duplicates()).failed == ()
    assert os.listdir(drive) == [".ctk-quarantine"]
    if scanned:
        assert (found(flat).status, flat.paths("missing"), len(flat.paths("quarantined"))) == ("ok", {}, 3)
    undone = files.undo(files.reversal())
    assert (undone.done, undone.failed, difference(before, tree(drive))) == (3, (), [])
    unmounted(flat, drive)


@pytest.mark.parametrize("inside", [True, False])
def test_a_root_that_an_interrupted_clean_up_emptied(
    tmp_path: Path, drive: Path, at_step: Callable[..., None], *, inside: bool
) -> None:
    """The catalog was told of nothing, but the quarantine folder is there: in the root, or where the user wants it."""
    root = drive if inside else drive / "Samples"
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "drive": root})
    if not inside:
        (drive / "Removed").mkdir()
        with library.config.open("a") as file:
            file.write(f'quarantine = "{drive / "Removed"}"\n')
        library.toolkit.reload()
    for at in range(3):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
        put(root / f"{at} copy.wav", wav(at))
    library.scan()
    files, before = library.toolkit.files, tree(root)

    def end() -> None:
        raise KeyboardInterrupt

    at_step("synced", end)
    with pytest.raises(KeyboardInterrupt):
        files.apply(files.plan_duplicates())
    assert (len(quarantined(drive)), len(library.paths())) == (3, 6)
    [recovery] = files.recover()
    assert (recovery.completed, len(library.paths("quarantined"))) == (3, 3)
    undone = files.undo(files.reversal())
    assert (undone.done, undone.failed, difference(before, tree(root))) == (3, (), [])
    library.close()


def test_a_root_whose_files_went_to_another_source_on_its_volume(tmp_path: Path, drive: Path) -> None:
    library = Library(tmp_path / "config", {"flat": drive / "flat", "new": drive / "new"})
    for at in range(3):
        put(drive / "flat" / f"{at}.wav", wav(at))
    library.scan()
    files, before = library.toolkit.files, tree(drive)
    assert files.apply(files.plan_move(library.toolkit.catalog.search("*"), drive / "new")).failed == ()
    assert os.listdir(drive / "flat") == []
    undone = files.undo(files.reversal())
    assert (undone.done, undone.failed, difference(before, tree(drive))) == (3, (), [])
    library.close()


def test_a_root_whose_files_went_to_another_volume(tmp_path: Path, drive: Path) -> None:
    library = Library(tmp_path / "config", {"drive": drive})
    for at in range(3):
        put(drive / f"{at}.wav", wav(at))
    library.scan()
    files, before = library.toolkit.files, tree(drive)
    with mounted("none", tmp_path / "other", "-t", "tmpfs") as other:
        plan = files.plan_move(library.toolkit.catalog.search("*"), other / "new")
        assert files.apply(plan, to=other / "new").failed == ()
        assert os.listdir(drive) == [".ctk-quarantine"]
        undone = files.undo(files.reversal())
        assert (undone.done, undone.failed, difference(before, tree(drive))) == (3, (), [])
    library.close()


def test_a_drive_that_is_away_after_a_clean_up(tmp_path: Path, flat: Library, drive: Path) -> None:
    """Where a drive was is an empty folder: nothing there tells that it is the drive, whatever the catalog knows."""
    files = flat.toolkit.files
    put(drive / "alone.wav", wav(9))
    for name in ("8.wav", "8 copy.wav"):
        put(tmp_path / "one" / name, wav(8))
    flat.scan()
    assert files.apply(files.plan_duplicates()).failed == ()
    assert quarantined(tmp_path / "one") == ["8 copy.wav"]
    unmounted(flat, drive)
    assert found(flat).status == "offline"  # another one of its kind, as after the next start
    assert flat.paths("missing") == {}


def test_a_clean_up_of_what_lay_below_the_mount_point(tmp_path: Path) -> None:
    """Removed files in the folder where a drive is mounted are not the drive's."""
    place = tmp_path / "place"
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "drive": place})
    put(tmp_path / "one" / "0.wav", wav(0))
    put(place / "0 copy.wav", wav(0))
    library.scan()
    assert library.toolkit.files.apply(library.toolkit.files.plan_duplicates()).failed == ()
    assert os.listdir(place) == [".ctk-quarantine"]
    with mounted("none", place, "-t", "tmpfs"):
        put(place / "1.wav", wav(1))
        library.scan("drive", accept_volume=True)
        before = library.paths()
        assert len(before) == 2
    assert found(library).status == "offline"
    assert (library.paths(), library.paths("missing")) == (before, {})
    library.close()
