"""Volumes that fill up, before and in the middle: each file that is not done for it is in the report, none is lost."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ctk_tui.disk import rename
from ctk_tui.disk.folder import Folder
from ctk_tui.model.errors import JournalError
from ctk_tui.model.job import Job
from tests.support.changing import contents, difference, paired, quarantined, spread, tree
from tests.support.library import Library, put, wav
from tests.support.mounts import fill, mounted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctk_tui.model.journal import FilesReport

pytestmark = pytest.mark.needs("mount")
COPIES = 60
"""More than are told as done together."""


def require_told(report: FilesReport, planned: int, drive: Path) -> None:
    """Every file is done or in the report, with the volume that has no room."""
    assert report.done + len(report.failed) == planned
    assert len({one.path for one in report.failed}) == len(report.failed) > 0
    assert {one.kind for one in report.failed} == {"space"}
    assert all(f"no space left on {drive}" in one.reason for one in report.failed), report.failed[0]


def everything_back(library: Library, before: dict[str, tuple[object, ...]], *roots: Path) -> None:
    """Once there is room again, what was done is found out and undone."""
    files = library.toolkit.files
    files.recover()
    assert files.interrupted() == []
    there = {name for name in tree(*roots) if name.endswith(".wav")}
    assert {os.fsdecode(path) for path in library.paths()} == there
    while [one for one in files.history() if one.kind != "undo" and one.state in ("applied", "partial")]:
        assert files.undo(files.reversal()).failed == ()
    assert difference(before, tree(*roots)) == []


def test_no_room_for_a_journal(tmp_path: Path, drive: Path) -> None:
    library = paired(tmp_path, drive)
    files, before = library.toolkit.files, tree(drive / "Samples", tmp_path / "one")
    plan = files.plan_duplicates()
    filler = fill(drive)
    require_told(files.apply(plan), 3, drive)
    assert difference(before, tree(drive / "Samples", tmp_path / "one")) == []
    filler.unlink()
    assert files.interrupted() == []
    assert [one.name for one in (drive / "Samples" / ".ctk-quarantine").iterdir()] == ["lock"]
    assert files.apply(plan).failed == ()
    everything_back(library, before, drive / "Samples", tmp_path / "one")
    library.close()


def test_room_comes_back_for_the_second_file(tmp_path: Path, drive: Path) -> None:
    """The journal lacks nothing of what it could not take at first: it is enough to bring all back."""
    library = paired(tmp_path, drive)
    files, before = library.toolkit.files, tree(drive / "Samples")
    plan = files.plan_duplicates()
    filler = fill(drive)

    class Freeing(Job):
        def check(self) -> None:
            if self.counts.get("refused"):
                filler.unlink(missing_ok=True)

    report = files.apply(plan, job=Freeing())
    assert (report.done, [one.kind for one in report.failed]) == (2, ["space"])
    library.close()
    fresh = Library(tmp_path / "fresh", {})
    assert fresh.toolkit.files.undo(fresh.toolkit.files.reversal_from(drive / "Samples")).failed == ()
    assert difference(before, tree(drive / "Samples")) == []
    fresh.close()


@pytest.mark.parametrize("moment", ["begun", "renamed", "settled", "synced", "told"])
def test_room_runs_out_in_the_middle(
    tmp_path: Path, drive: Path, at_step: Callable[..., None], moment: str
) -> None:  # fmt: skip
    """What is done and cannot be told any more is told when there is room again."""
    library = paired(tmp_path, drive, COPIES)
    files, before = library.toolkit.files, tree(drive / "Samples", tmp_path / "one")
    there = contents(drive, tmp_path / "one")
    plan = files.plan_duplicates()
    at_step(moment, lambda: fill(drive))
    report = files.apply(plan)
    assert 0 < report.done == len(quarantined(drive)) == len(library.paths("quarantined"))
    require_told(report, COPIES, drive)
    assert contents(drive, tmp_path / "one") == there
    # A page that is half full may still take the last lines.
    assert bool(files.interrupted()) == any("doctor --repair" in note for note in report.notes)
    again = files.apply(plan)
    assert (again.done, {one.kind for one in again.failed}) == (0, {"space", "outside"})
    [refused] = {one.kind for one in files.undo(files.reversal(report.entry)).failed}
    assert refused == "space"
    assert contents(drive, tmp_path / "one") == there
    (drive / "filler").unlink()
    everything_back(library, before, drive / "Samples", tmp_path / "one")
    library.close()


def eight(tmp_path: Path, drive: Path) -> Library:
    """Return eight sounds that together are larger than the drive, where they are to go."""
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "drive": drive / "Samples"})
    for at in range(8):
        put(tmp_path / "one" / f"{at}.wav", wav(at, frames=40_000))
    library.scan()
    return library


@pytest.mark.parametrize("moment", ["none", "begun", "copied", "ready", "placed", "settled", "synced"])
def test_copies_that_fill_their_volume(
    tmp_path: Path, drive: Path, at_step: Callable[..., None], moment: str
) -> None:  # fmt: skip
    library = eight(tmp_path, drive)
    files, before = library.toolkit.files, tree(drive / "Samples", tmp_path / "one")
    plan = files.plan_copy(library.toolkit.catalog.search("*"), drive / "Samples" / "new")
    if moment != "none":
        at_step(moment, lambda: fill(drive))
    report = files.apply(plan)
    require_told(report, 8, drive)
    assert report.done == len(list((drive / "Samples").glob("new/*")))
    assert not list(drive.glob("**/.ctk-tmp*"))
    (drive / "filler").unlink(missing_ok=True)
    everything_back(library, before, drive / "Samples", tmp_path / "one")
    library.close()


@pytest.mark.parametrize("moment", ["none", "begun", "copied", "ready", "placed", "told", "renamed"])
def test_a_move_to_a_volume_that_fills_up(
    tmp_path: Path, drive: Path, at_step: Callable[..., None], moment: str
) -> None:  # fmt: skip
    library = eight(tmp_path, drive)
    files, before = library.toolkit.files, tree(drive / "Samples", tmp_path / "one")
    there = contents(drive, tmp_path / "one")
    plan = files.plan_move(library.toolkit.catalog.search("*"), drive / "Samples" / "new")
    if moment != "none":
        at_step(moment, lambda: fill(drive))
    report = files.apply(plan)
    require_told(report, 8, drive)
    assert len(list((tmp_path / "one").glob("*.wav"))) == 8 - report.done
    assert len(list((drive / "Samples").glob("new/*"))) == report.done
    assert contents(drive, tmp_path / "one") >= there
    (drive / "filler").unlink(missing_ok=True)
    everything_back(library, before, drive / "Samples", tmp_path / "one")
    library.close()


@pytest.mark.parametrize("moment", ["begun", "renamed", "settled", "synced"])
def test_not_a_byte_is_left_for_the_journal(
    tmp_path: Path, drive: Path, at_step: Callable[..., None], full: set[Path], moment: str
) -> None:  # fmt: skip
    library = paired(tmp_path, drive)
    files, before = library.toolkit.files, tree(drive / "Samples", tmp_path / "one")
    at_step(moment, lambda: full.add(drive))
    report = files.apply(files.plan_duplicates())
    done = 3 if moment == "synced" else 1
    assert (report.done, len(quarantined(drive)), len(library.paths("quarantined"))) == (done, done, done)
    if done < 3:
        require_told(report, 3, drive)
    assert [one.id for one in files.interrupted()] == [report.entry]
    assert f"no space left on {drive}" in report.notes[-1]
    with pytest.raises(JournalError, match="no space left") as told:
        files.recover()
    assert "make room there" in told.value.hint
    assert [one.id for one in files.interrupted()] == [report.entry]
    full.clear()
    everything_back(library, before, drive / "Samples", tmp_path / "one")
    library.close()


@pytest.fixture
def sticky(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Keep journals and their markers where they are, as on a drive that became read-only, until this is emptied."""
    on, unlink = [True], os.unlink

    def refuse(path: str | bytes, *, dir_fd: int | None = None) -> None:
        if on and os.fsencode(path).endswith((b".open", b"journal.jsonl")):
            raise OSError(errno.EROFS, "Read-only file system")
        unlink(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", refuse)
    return on


def test_a_full_drive_that_becomes_read_only(tmp_path: Path, drive: Path, sticky: list[bool]) -> None:
    """The journal without a line cannot be taken away: that is told, and each file is named."""
    library = paired(tmp_path, drive)
    files, before = library.toolkit.files, tree(drive / "Samples", tmp_path / "one")
    fill(drive)
    report = files.apply(files.plan_duplicates())
    require_told(report, 3, drive)
    assert f"{drive} is read-only" in report.notes[-1]
    sticky.clear()
    (drive / "filler").unlink()
    everything_back(library, before, drive / "Samples", tmp_path / "one")
    assert not any((drive / "Samples" / ".ctk-quarantine").glob("*.open"))
    library.close()


@pytest.mark.parametrize("late", [False, True])
def test_a_journal_that_is_made_by_half(
    tmp_path: Path, drive: Path, sticky: list[bool], monkeypatch: pytest.MonkeyPatch, *, late: bool
) -> None:
    """Its marker cannot go: the next files are refused for the same reason, or done where there is room again."""
    library = paired(tmp_path, drive)
    files, before = library.toolkit.files, tree(drive / "Samples", tmp_path / "one")
    fails, sync = [1, 2], Folder.sync

    def refuse(folder: Folder) -> None:
        if fails and os.path.basename(os.path.dirname(folder.path) if late else folder.path) == b".ctk-quarantine":
            fails.pop()
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(folder)

    monkeypatch.setattr(Folder, "sync", refuse)
    report = files.apply(files.plan_duplicates())
    assert (report.done, [one.kind for one in report.failed]) == (1, ["space"] * 2), report.failed
    sticky.clear()
    everything_back(library, before, drive / "Samples", tmp_path / "one")
    library.close()


@pytest.mark.parametrize("moment", ["begun", "wrong"])
def test_no_room_to_say_that_an_empty_file_takes_a_name(
    tmp_path: Path,
    drive: Path,
    at_step: Callable[..., None],
    full: set[Path],
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    """Where a volume has neither the exclusive rename nor links: forth, and back after a keeper was written."""

    def unable(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    def unknown(*_: object) -> None:
        raise OSError(errno.EINVAL, "no such flag here")

    library = paired(tmp_path, drive)
    files, before = library.toolkit.files, tree(drive / "Samples")
    monkeypatch.setattr(rename, "_by_flag", unknown)
    monkeypatch.setattr(rename, "_by_link", unable)

    def spoil() -> None:
        (tmp_path / "one" / "0.wav").write_bytes(b"saved meanwhile")
        at_step("wrong", lambda: full.add(drive))

    if moment == "wrong":
        at_step("renamed", spoil)
    else:
        at_step(moment, lambda: full.add(drive))
    report = files.apply(files.plan_duplicates())
    assert (report.done, [one.kind for one in report.failed[1:]]) == (0, ["space"] * 2)
    assert bool(report.entry) == (moment == "wrong")  # the entry by which what lies there comes back
    assert ("it lies at" in report.failed[0].reason) == (moment == "wrong")
    assert f"no space left on {drive}" in report.failed[0].reason
    assert quarantined(drive) == (["0 copy.wav"] if moment == "wrong" else [])
    full.clear()
    before |= tree(tmp_path / "one")  # the keeper was written by this test
    everything_back(library, before, drive / "Samples", tmp_path / "one")
    library.close()


@pytest.mark.parametrize("moment", ["begun", "renamed", "synced"])
def test_an_undo_that_fills_up(tmp_path: Path, drive: Path, at_step: Callable[..., None], moment: str) -> None:
    library = paired(tmp_path, drive, COPIES)
    files, before = library.toolkit.files, tree(drive / "Samples", tmp_path / "one")
    there = contents(drive, tmp_path / "one")
    entry = files.apply(files.plan_duplicates()).entry
    at_step(moment, lambda: fill(drive))
    report = files.undo(files.reversal(entry))
    require_told(report, COPIES, drive)
    assert len(quarantined(drive)) == len(report.failed)
    assert contents(drive, tmp_path / "one") == there
    (drive / "filler").unlink()
    everything_back(library, before, drive / "Samples", tmp_path / "one")
    library.close()


def test_another_volume_goes_on(tmp_path: Path, drive: Path, at_step: Callable[..., None]) -> None:
    """What waits for room on one drive does not stop what is done on others, now and in the next operation."""
    with ExitStack() as stack:
        other = stack.enter_context(mounted("none", tmp_path / "other", "-t", "tmpfs"))
        library = spread(tmp_path, drive, other)
        stack.callback(library.close)
        roots = (tmp_path / "one", drive / "Samples", other / "Samples")
        files, before = library.toolkit.files, tree(*roots)
        plan = files.plan_duplicates()
        at_step("settled", lambda: fill(drive))
        report = files.apply(plan)
        assert report.done + len(report.failed) == 6
        assert sorted(quarantined(other)) == ["0 copy.wav", "2 copy.wav", "4 copy.wav"]
        undone = files.undo(files.reversal(report.entry))
        assert {one.kind for one in undone.failed} <= {"space"}
        (drive / "filler").unlink()
        everything_back(library, before, *roots)
