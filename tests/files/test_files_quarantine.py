"""Where removed files go: a folder that is ours alone, on the volume of the file; what excludes what; full disks."""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ctk_tui.disk.flock import open_lock, try_lock
from ctk_tui.files.entry import Entry
from ctk_tui.model.errors import Busy
from tests.support.changing import contents, difference, quarantined, tree
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.model.journal import FilesReport


def told(report: FilesReport) -> list[tuple[str, str]]:
    return [(os.path.basename(os.fsdecode(one.path)), one.kind) for one in report.failed]


# --- the quarantine folder -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["link", "file", "another's"])
def test_a_quarantine_folder_that_is_not_ours(library: Library, tmp_path: Path, what: str) -> None:
    place = tmp_path / "two" / ".ctk-quarantine"
    if what == "link":
        (tmp_path / "elsewhere").mkdir()
        place.symlink_to(tmp_path / "elsewhere")
    elif what == "file":
        place.write_bytes(b"x")
    elif os.geteuid() == 0:
        place.mkdir()
        os.chown(place, 12345, 12345)
    else:
        pytest.skip("only root can give a folder to somebody else")
    report = library.toolkit.files.apply(library.toolkit.files.plan_duplicates())
    assert (report.done, len(report.failed)) == (0, 3)
    assert contents(tmp_path / "two").total() == 3
    assert not (tmp_path / "elsewhere").exists() or list((tmp_path / "elsewhere").iterdir()) == []


def test_a_link_inside_the_quarantine_folder(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = library.toolkit.files
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr("ctk_tui.toolkit.fileworks.Entry", partial(Entry, id="01J00000000000000000000000"))
    place = tmp_path / "two" / ".ctk-quarantine"
    place.mkdir(0o700)
    (place / "01J00000000000000000000000").symlink_to(tmp_path / "elsewhere")
    report = files.apply(files.plan_duplicates())
    assert (report.done, len(report.failed)) == (0, 3)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_quarantine_folder_is_for_nobody_else(library: Library, tmp_path: Path) -> None:
    place = tmp_path / "two" / ".ctk-quarantine"
    place.mkdir(0o777)
    place.chmod(0o777)
    library.toolkit.files.apply(library.toolkit.files.plan_duplicates())
    assert {oct(path.stat().st_mode & 0o777) for path in (place, *place.iterdir()) if path.is_dir()} == {"0o700"}
    assert (next(place.glob("*/journal.jsonl")).stat().st_mode & 0o777) == 0o600


def test_a_quarantine_that_the_configuration_names(tmp_path: Path) -> None:
    (tmp_path / "removed").mkdir()
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "two": tmp_path / "two"})
    text = library.config.read_text().replace("[sources.two]", f'[sources.two]\nquarantine = "{tmp_path}/removed"')
    text = text.replace("[sources.one]", f'[sources.one]\nquarantine = "{tmp_path}/removed"')
    library.config.write_text(text)
    library.toolkit.reload()
    for name in ("one/a.wav", "one/sub/x.wav", "two/sub/x.wav"):
        put(tmp_path / name, wav(1))
    library.scan()
    before = tree(tmp_path / "one", tmp_path / "two")
    files = library.toolkit.files
    assert files.apply(files.plan_duplicates(rules=["in:**/a.wav"])).done == 2
    assert quarantined(tmp_path / "removed") == ["x.wav", "x.wav.2"]
    assert not (tmp_path / "two" / ".ctk-quarantine").exists()
    assert files.undo(files.reversal()).failed == ()
    assert difference(before, tree(tmp_path / "one", tmp_path / "two")) == []
    library.close()


def test_another_ctk_at_the_same_quarantine(library: Library, tmp_path: Path) -> None:
    place = tmp_path / "two" / ".ctk-quarantine"
    place.mkdir(0o700)
    held = open_lock(place / "lock", create=True)
    assert try_lock(held, alone=True)
    report = library.toolkit.files.apply(library.toolkit.files.plan_duplicates())
    assert (report.done, "another ctk changes files" in report.failed[0].reason) == (0, True)
    os.close(held)
    assert library.toolkit.files.apply(library.toolkit.files.plan_duplicates()).done == 3


def test_a_scan_and_an_apply_exclude_each_other(library: Library) -> None:
    plan = library.toolkit.files.plan_duplicates()
    with pytest.raises(Busy, match="apply"):
        library.toolkit.jobs.run("apply", lambda _: library.toolkit.files.apply(plan))


# --- volumes ---------------------------------------------------------------------------------------------------------


@pytest.mark.needs("mount")
def test_a_volume_that_becomes_full(library: Library, tmp_path: Path, drive: Path) -> None:
    files = library.toolkit.files
    for at in range(4):
        put(tmp_path / "one" / "big" / f"{at}.wav", wav(20 + at, frames=100_000))
    library.scan()
    before = tree(tmp_path / "one", tmp_path / "two")
    plan = files.plan_move(library.toolkit.catalog.search("name+ dir:big"), drive / "new")
    report = files.apply(plan)
    assert (report.done, [kind for _, kind in told(report)]) == (2, ["space"] * 2)
    assert sorted(path.name for path in (drive / "new").glob("*.wav")) == ["0.wav", "1.wav"]
    assert sorted(path.name for path in (tmp_path / "one" / "big").iterdir()) == ["2.wav", "3.wav"]
    assert report.notes
    assert files.undo(files.reversal()).failed == ()
    assert difference(before, tree(tmp_path / "one", tmp_path / "two")) == []


@pytest.mark.needs("mount")
def test_a_volume_that_is_read_only(tmp_path: Path, drive: Path) -> None:
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "drive": drive})
    put(tmp_path / "one" / "0.wav", wav(0))
    put(drive / "0 copy.wav", wav(0))
    library.scan()
    files = library.toolkit.files
    plan = files.plan_duplicates()
    assert len(plan.operations) == 1
    subprocess.run(["mount", "-o", "remount,ro", str(drive)], check=True)
    assert [one.kind for one in files.plan_duplicates().refused] == ["read-only"]
    assert told(files.apply(plan)) == [("0 copy.wav", "read-only")]
    subprocess.run(["mount", "-o", "remount,rw", str(drive)], check=True)
    assert files.apply(plan).done == 1
    library.close()


@pytest.mark.needs("mount")
def test_quarantine_stays_on_the_volume_of_the_file(library: Library, tmp_path: Path) -> None:
    inner = tmp_path / "two" / "packs" / "drive"
    inner.mkdir(parents=True)
    with ExitStack() as stack:
        subprocess.run(["mount", "-t", "tmpfs", "none", str(inner)], check=True)
        stack.callback(subprocess.run, ["umount", "--lazy", str(inner)], check=True)
        put(inner / "deep" / "0 copy.wav", wav(0))
        library.scan()
        before = tree(tmp_path / "one", tmp_path / "two")
        files = library.toolkit.files
        assert files.apply(files.plan_duplicates()).failed == ()
        assert quarantined(inner) == ["0 copy.wav"]
        assert len(quarantined(tmp_path / "two")) == 4
        assert files.undo(files.reversal()).failed == ()
        assert difference(before, tree(tmp_path / "one", tmp_path / "two")) == []


@pytest.mark.needs("mount")
def test_a_bind_mount_inside_a_source(library: Library, tmp_path: Path) -> None:
    """It has the device number of the rest, and all the same no rename leads out of it."""
    (tmp_path / "elsewhere").mkdir()
    inner = tmp_path / "two" / "bound"
    inner.mkdir()
    put(tmp_path / "elsewhere" / "0 copy.wav", wav(0))
    with ExitStack() as stack:
        subprocess.run(["mount", "--bind", str(tmp_path / "elsewhere"), str(inner)], check=True)
        stack.callback(subprocess.run, ["umount", "--lazy", str(inner)], check=True)
        library.scan()
        files = library.toolkit.files
        report = files.apply(files.plan_duplicates())
        assert report.failed == ()
        assert quarantined(tmp_path / "elsewhere") == ["0 copy.wav"]
        moved = files.apply(files.plan_move(library.toolkit.catalog.search("alone"), inner))
        assert (moved.done, (inner / "alone.wav").read_bytes()) == (1, wav(9))
        assert files.undo(files.reversal()).failed == ()
