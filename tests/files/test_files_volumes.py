"""Volumes that give up in the middle: too full for a journal, a file that cannot be renamed; and a FAT volume."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from ctk_tui.files import steps
from ctk_tui.files.journal import JournalError
from ctk_tui.model.job import Job
from tests.support.changing import contents, difference, quarantined, tree
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def filled(tmp_path: Path, drive: Path, copies: int = 3) -> Library:
    """Return a scanned library whose copies lie on the drive."""
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "drive": drive / "Samples"})
    for at in range(copies):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
        put(drive / "Samples" / "sub" / f"{at} copy.wav", wav(at))
    library.scan()
    return library


def fill_up(drive: Path) -> None:
    """Leave not a byte on the drive."""
    with open(drive / "rest", "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 12))


def at_step(monkeypatch: pytest.MonkeyPatch, name: str, work: Callable[[], object]) -> None:
    """Do something once, at a moment of an apply."""

    def passed(moment: str) -> None:
        if moment == name:
            monkeypatch.setattr(steps, "on_step", lambda _: None)
            work()

    monkeypatch.setattr(steps, "on_step", passed)


@pytest.mark.needs("mount")
def test_no_room_for_a_journal(tmp_path: Path, drive: Path) -> None:
    library = filled(tmp_path, drive)
    files, before = library.toolkit.files, tree(drive / "Samples", tmp_path / "one")
    plan = files.plan_duplicates()
    fill_up(drive)
    report = files.apply(plan)
    assert (report.done, [one.kind for one in report.failed]) == (0, ["space"] * 3)
    assert sorted(os.path.basename(one.path) for one in report.failed) == [b"%d copy.wav" % at for at in range(3)]
    assert difference(before, tree(drive / "Samples", tmp_path / "one")) == []
    (drive / "rest").unlink()
    assert files.interrupted() == []
    assert [one.name for one in (drive / "Samples" / ".ctk-quarantine").iterdir()] == ["lock"]
    assert files.apply(plan).failed == ()
    assert files.undo(files.reversal()).failed == ()
    assert difference(before, tree(drive / "Samples", tmp_path / "one")) == []
    library.close()


@pytest.mark.needs("mount")
def test_room_comes_back_for_the_second_file(tmp_path: Path, drive: Path) -> None:
    """The journal lacks nothing of what it could not take at first: it is enough to bring all back."""
    library = filled(tmp_path, drive)
    files, before = library.toolkit.files, tree(drive / "Samples")
    plan = files.plan_duplicates()
    fill_up(drive)

    class Freeing(Job):
        def check(self) -> None:
            if self.counts.get("refused"):
                (drive / "rest").unlink(missing_ok=True)

    report = files.apply(plan, job=Freeing())
    assert (report.done, [one.kind for one in report.failed]) == (2, ["space"])
    library.close()
    fresh = Library(tmp_path / "fresh", {})
    assert fresh.toolkit.files.undo(fresh.toolkit.files.reversal_from(drive / "Samples")).failed == ()
    assert difference(before, tree(drive / "Samples")) == []
    fresh.close()


@pytest.mark.needs("mount")
@pytest.mark.parametrize("moment", ["begun", "renamed", "settled", "synced"])
def test_room_runs_out_in_the_middle(
    tmp_path: Path, drive: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:  # fmt: skip
    """What is done and cannot be told any more is told when there is room again."""
    library = filled(tmp_path, drive, copies=20)
    files, before = library.toolkit.files, tree(drive / "Samples", tmp_path / "one")
    there = contents(drive, tmp_path / "one")
    at_step(monkeypatch, moment, lambda: fill_up(drive))
    with pytest.raises(JournalError, match="no space left") as told:
        files.apply(files.plan_duplicates())
    assert "make room there" in told.value.hint
    assert contents(drive, tmp_path / "one") == there
    (drive / "rest").unlink()
    files.recover()
    assert files.interrupted() == []
    assert len(library.paths("quarantined")) == len(quarantined(drive))
    if quarantined(drive):
        assert files.undo(files.reversal()).failed == ()
    assert difference(before, tree(drive / "Samples", tmp_path / "one")) == []
    library.close()


@pytest.mark.needs("mount", "mkfs.ext4", "chattr")
def test_a_file_that_becomes_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image, place = tmp_path / "image", tmp_path / "drive"
    image.touch()
    os.truncate(image, 16 << 20)
    place.mkdir()
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True)
    try:
        library = filled(tmp_path, place)
        path = place / "Samples" / "sub" / "0 copy.wav"
        at_step(monkeypatch, "begun", lambda: subprocess.run(["chattr", "+i", str(path)], check=True))
        report = library.toolkit.files.apply(library.toolkit.files.plan_duplicates())
        assert [(one.path, one.kind) for one in report.failed] == [(os.fsencode(path), "read-only")]
        assert (report.done, path.read_bytes()) == (2, wav(0))
        assert quarantined(place) == ["1 copy.wav", "2 copy.wav"]
        library.close()
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.soak
@pytest.mark.needs("mount", "mkfs.vfat", "/sys/module/vfat")
def test_there_and_back_on_a_fat_volume(tmp_path: Path) -> None:
    """No hard links, no permissions, times of two seconds, inode numbers that change with every mount."""
    image, place = tmp_path / "image", tmp_path / "drive"
    image.touch()
    os.truncate(image, 16 << 20)
    place.mkdir()
    subprocess.run(["mkfs.vfat", str(image)], check=True, capture_output=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True)
    try:
        library = filled(tmp_path, place)
        files, before = library.toolkit.files, tree(place / "Samples")
        assert files.apply(files.plan_duplicates()).failed == ()
        assert quarantined(place) == ["0 copy.wav", "1 copy.wav", "2 copy.wav"]
        subprocess.run(["umount", str(place)], check=True)
        subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True)
        assert files.undo(files.reversal()).failed == ()
        assert difference(before, tree(place / "Samples")) == []
        library.close()
    finally:
        subprocess.run(["umount", str(place)], check=True)
