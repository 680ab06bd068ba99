"""Volumes that fill up, before and in the middle: each file that is not done for it is in the report, none is lost."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctk_tui.disk import rename
from ctk_tui.disk.folder import Folder
from ctk_tui.files.journal import Journal, JournalError
from ctk_tui.model.job import Job
from tests.support.changing import contents, difference, paired, quarantined, tree
from tests.support.library import Library, put, wav
from tests.support.mounts import fill, mounted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctk_tui.files.record import Line
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


@pytest.mark.parametrize("moment", ["none", "begun", "copied", "ready", "placed", "settled", "synced"])
def test_copies_that_fill_their_volume(
    tmp_path: Path, drive: Path, at_step: Callable[..., None], moment: str
) -> None:  # fmt: skip
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "drive": drive / "Samples"})
    for at in range(8):
        put(tmp_path / "one" / f"{at}.wav", wav(at, frames=40_000))
    library.scan()
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
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "drive": drive / "Samples"})
    for at in range(8):
        put(tmp_path / "one" / f"{at}.wav", wav(at, frames=40_000))
    library.scan()
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


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """Return the volumes on which no journal can take a single byte more: a page that is half full always can."""
    volumes: set[Path] = set()
    write = Journal.write

    def refuse(journal: Journal, *lines: Line) -> None:
        if any(journal.shelf.parent.startswith(os.fsencode(volume)) for volume in volumes):
            raise OSError(errno.ENOSPC, "No space left on device")
        write(journal, *lines)

    monkeypatch.setattr(Journal, "write", refuse)
    return volumes


def stranded(library: Library, copy: Path, at_step: Callable[..., None], spoil: Callable[[], object]) -> None:
    """Move a sound whose original is written when its copy has its name already: both stay."""
    [original] = [Path(os.fsdecode(path)) for path in library.paths()]

    def disturb() -> None:
        spoil()
        original.write_bytes(b"saved meanwhile")

    at_step("placed", disturb)
    plan = library.toolkit.files.plan_move(library.toolkit.catalog.search("*"), copy.parent)
    report = library.toolkit.files.apply(plan)
    assert (report.done, [one.kind for one in report.failed]) == (0, ["changed"])
    assert f"the copy {copy} stays for now" in report.failed[0].reason
    assert [note.partition(": ")[0] for note in report.notes] == [f"the copy {copy} stays for now"]
    assert (original.read_bytes(), copy.read_bytes()) == (b"saved meanwhile", wav(0))
    assert len(library.toolkit.files.interrupted()) == 1


@pytest.fixture
def single(tmp_path: Path, drive: Path) -> Iterator[Library]:
    """Return a library with one sound and an empty drive."""
    put(tmp_path / "one" / "0.wav", wav(0))
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "drive": drive / "Samples"})
    library.scan()
    yield library
    library.close()


def test_a_copy_whose_original_stays_and_that_cannot_go_yet(
    single: Library, drive: Path, at_step: Callable[..., None], full: set[Path]
) -> None:
    """A copy too many is no loss: it is told of, and taken away when its journal has room for a line."""
    files, copy = single.toolkit.files, drive / "Samples" / "new" / "0.wav"
    stranded(single, copy, at_step, lambda: full.add(drive))
    full.clear()
    [recovery] = files.recover()
    assert (recovery.completed, recovery.rolled_back) == (0, 1)
    assert (files.interrupted(), copy.exists(), quarantined(drive)) == ([], False, ["0.wav"])


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_copy_that_a_recovery_cannot_take_away_either(
    single: Library,
    drive: Path,
    at_step: Callable[..., None],
    full: set[Path],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    """Its journal has no end before the copy is gone, even where the short last line would fit."""
    files, copy = single.toolkit.files, drive / "Samples" / "new" / "0.wav"
    stranded(single, copy, at_step, lambda: full.add(drive))
    full.clear()
    with monkeypatch.context() as patched:
        write = Journal.write

        def refuse(journal: Journal, *lines: Line) -> None:
            if any(line.get("op") == "discard" for line in lines):
                raise OSError(number, os.strerror(number))
            write(journal, *lines)

        patched.setattr(Journal, "write", refuse)
        with pytest.raises(JournalError, match=f"the copy {copy} stays for now"):
            files.recover()
    assert (len(files.interrupted()), copy.exists()) == (1, True)
    [recovery] = files.recover()
    assert (recovery.completed, recovery.rolled_back) == (0, 1)
    assert (files.interrupted(), copy.exists(), quarantined(drive)) == ([], False, ["0.wav"])


def test_a_copy_that_cannot_go_for_what_the_system_says(
    single: Library, drive: Path, at_step: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What refused the move is told first, and the copy waits for a recovery."""
    files, copy = single.toolkit.files, drive / "Samples" / "new" / "0.wav"
    look = Folder.look

    def failing(folder: Folder, name: bytes) -> os.stat_result | None:
        if folder.path.startswith(os.fsencode(drive)) and b".ctk-quarantine/" in folder.path:
            raise OSError(errno.EIO, "Input/output error")
        return look(folder, name)

    with monkeypatch.context() as patched:
        stranded(single, copy, at_step, lambda: patched.setattr(Folder, "look", failing))
        with pytest.raises(JournalError, match=f"the copy {copy} stays for now"):
            files.recover()
    [recovery] = files.recover()
    assert (recovery.completed, recovery.rolled_back) == (0, 1)
    assert (files.interrupted(), copy.exists(), quarantined(drive)) == ([], False, ["0.wav"])


def test_a_copy_whose_original_cannot_be_looked_after(
    single: Library, tmp_path: Path, drive: Path, at_step: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the system says when the original should go leaves the rest to a recovery, too."""
    files, copy = single.toolkit.files, drive / "Samples" / "new" / "0.wav"
    look = Folder.look

    def failing(folder: Folder, name: bytes) -> os.stat_result | None:
        if folder.path.startswith(os.fsencode(tmp_path / "one" / ".ctk-quarantine")):
            raise OSError(errno.EIO, "Input/output error")
        return look(folder, name)

    with monkeypatch.context() as patched:
        at_step("placed", lambda: patched.setattr(Folder, "look", failing))
        report = files.apply(files.plan_move(single.toolkit.catalog.search("*"), copy.parent))
    assert (report.done, [one.path for one in report.failed]) == (0, [os.fsencode(tmp_path / "one" / "0.wav")])
    assert f"the copy {copy} stays for now: " in report.failed[0].reason
    [recovery] = files.recover()
    assert (recovery.completed, recovery.rolled_back) == (0, 1)
    assert ((tmp_path / "one" / "0.wav").read_bytes(), copy.exists(), quarantined(drive)) == (wav(0), False, ["0.wav"])


def test_a_moved_file_whose_old_name_is_taken_before_its_copy_can_be_told(
    tmp_path: Path, drive: Path, at_step: Callable[..., None], full: set[Path]
) -> None:  # fmt: skip
    """The journal of the other half has its end: what stands there still tells that the original has gone."""
    original, copy = tmp_path / "one" / "0.wav", drive / "Samples" / "new" / "0.wav"
    put(original, wav(0))
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "drive": drive / "Samples"})
    library.scan()
    files = library.toolkit.files
    plan = files.plan_move(library.toolkit.catalog.search("*"), copy.parent)
    at_step("placed", lambda: full.add(drive))
    report = files.apply(plan)
    assert (report.done, report.failed, original.exists()) == (1, (), False)
    assert [one.id for one in files.interrupted()] == [report.entry]
    put(original, wav(1))
    full.clear()
    [recovery] = files.recover()
    assert (recovery.completed, recovery.rolled_back) == (1, 0)
    assert (original.read_bytes(), copy.read_bytes(), quarantined(drive)) == (wav(1), wav(0), [])
    original.unlink()
    assert files.undo(files.reversal(report.entry)).failed == ()
    assert (original.read_bytes(), copy.exists()) == (wav(0), False)
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
        roots = {"one": tmp_path / "one", "drive": drive / "Samples", "other": other / "Samples"}
        library = Library(tmp_path / "config", roots)
        stack.callback(library.close)
        for at in range(6):
            put(tmp_path / "one" / f"{at}.wav", wav(at))
            put((drive if at % 2 else other) / "Samples" / "sub" / f"{at} copy.wav", wav(at))
        library.scan()
        files, before = library.toolkit.files, tree(*roots.values())
        plan = files.plan_duplicates()
        at_step("settled", lambda: fill(drive))
        report = files.apply(plan)
        assert report.done + len(report.failed) == 6
        assert sorted(quarantined(other)) == ["0 copy.wav", "2 copy.wav", "4 copy.wav"]
        undone = files.undo(files.reversal(report.entry))
        assert {one.kind for one in undone.failed} <= {"space"}
        (drive / "filler").unlink()
        everything_back(library, before, *roots.values())
