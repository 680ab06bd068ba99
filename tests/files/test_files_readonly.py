"""Drives that cannot be written any more while an interrupted operation waits on them: only they have to wait."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import pytest

from ctk_tui.files.journal import Journal
from ctk_tui.model.errors import JournalError
from tests.support.changing import contents, difference, quarantined, spread, tree
from tests.support.library import Library, put, wav
from tests.support.mounts import mounted, remount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ctk_tui.files.record import Line

pytestmark = pytest.mark.needs("mount")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Path]:
    """Return a second drive."""
    with mounted("none", tmp_path / "other", "-t", "tmpfs") as place:
        yield place


def interrupted(library: Library, at_step: Callable[..., None], moment: str) -> None:
    """Clean up, and be killed at a moment."""

    def end() -> None:
        raise KeyboardInterrupt

    at_step(moment, end)
    with pytest.raises(KeyboardInterrupt):
        library.toolkit.files.apply(library.toolkit.files.plan_duplicates())
    assert len(library.toolkit.files.interrupted()) == 1


def is_open(place: Path) -> bool:
    """Return whether a drive has an operation that is not at its end."""
    return any((place / "Samples" / ".ctk-quarantine").glob("*.open"))


@pytest.mark.parametrize("moment", ["begun", "renamed", "settled", "synced"])
def test_only_the_drive_that_is_read_only_waits(
    tmp_path: Path, drive: Path, other: Path, at_step: Callable[..., None], moment: str
) -> None:
    library = spread(tmp_path, drive, other)
    roots = (tmp_path / "one", drive / "Samples", other / "Samples")
    files, before, there = library.toolkit.files, tree(*roots), contents(*roots)
    interrupted(library, at_step, moment)
    locked, free = (drive, other) if is_open(drive) else (other, drive)
    remount(locked, "ro")
    try:
        report = files.apply(files.plan_duplicates())
        assert {one.kind for one in report.failed} <= {"read-only"}
        assert all(os.fsdecode(one.path).startswith(str(locked)) for one in report.failed)
        assert all(f"{locked} is read-only" in one.reason for one in report.failed)
        assert len(quarantined(free)) == 3
        assert f"{locked} is read-only; mount it so that it can be written again" in report.notes[-1]
        with pytest.raises(JournalError, match=f"{locked} is read-only") as told:
            files.recover()
        assert "mount it so that it can be written" in told.value.hint
        assert len(files.interrupted()) == 1
        assert contents(*roots) == there
    finally:
        remount(locked, "rw")
    assert len(files.recover()) == 1
    assert files.interrupted() == []
    while [one for one in files.history() if one.kind != "undo" and one.state in ("applied", "partial")]:
        assert files.undo(files.reversal()).failed == ()
    assert difference(before, tree(*roots)) == []
    library.close()


def test_what_was_brought_to_an_end_is_told_beside_all_drives_that_wait(
    tmp_path: Path, drive: Path, other: Path, at_step: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = spread(tmp_path, drive, other)
    interrupted(library, at_step, "synced")
    locked = {drive, other}
    with monkeypatch.context() as patched:
        write = Journal.write

        def refuse(journal: Journal, *lines: Line) -> None:
            if any(journal.shelf.parent.startswith(os.fsencode(place)) for place in locked):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS))
            write(journal, *lines)

        patched.setattr(Journal, "write", refuse)
        with pytest.raises(JournalError) as both:
            library.toolkit.files.recover()
        assert all(f"{place} is read-only" in both.value.message for place in locked)
        assert both.value.recovered == ()
        locked.remove(other)
        with pytest.raises(JournalError) as one:
            library.toolkit.files.recover()
        assert f"{other} is" not in one.value.message
        assert [(recovery.completed, recovery.rolled_back) for recovery in one.value.recovered] == [(3, 0)]
    [recovery] = library.toolkit.files.recover()
    assert (recovery.completed, recovery.rolled_back) == (3, 0)
    library.close()


@pytest.mark.parametrize("number", [errno.EROFS, errno.EIO])
def test_a_drive_that_becomes_read_only_during_the_recovery(
    tmp_path: Path,
    drive: Path,
    other: Path,
    at_step: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    """As a system does with a drive that fails: the journals are open already."""
    library = spread(tmp_path, drive, other)
    roots = (tmp_path / "one", drive / "Samples", other / "Samples")
    files, before = library.toolkit.files, tree(*roots)
    interrupted(library, at_step, "synced")
    with monkeypatch.context() as patched:
        write = Journal.write

        def refuse(journal: Journal, *lines: Line) -> None:
            if journal.shelf.parent.startswith(os.fsencode(drive)):
                raise OSError(number, os.strerror(number))
            write(journal, *lines)

        patched.setattr(Journal, "write", refuse)
        with pytest.raises(JournalError, match=f"interrupted at {drive}"):
            files.recover()
        assert len(files.interrupted()) == 1
        assert (is_open(drive), is_open(other)) == (True, False)
    assert len(files.recover()) == 1
    assert files.undo(files.reversal()).failed == ()
    assert difference(before, tree(*roots)) == []
    library.close()


@pytest.mark.parametrize("moment", ["begun", "copied", "ready", "placed", "told", "renamed"])
@pytest.mark.parametrize("locked", ["from", "to"])
def test_a_move_between_two_drives_of_which_one_is_read_only_now(
    tmp_path: Path, drive: Path, other: Path, at_step: Callable[..., None], moment: str, locked: str
) -> None:
    roots = {"drive": drive / "Samples", "other": other / "Samples"}
    library = Library(tmp_path / "config", roots)
    put(drive / "Samples" / "0.wav", wav(0))
    library.scan()
    files, before = library.toolkit.files, tree(*roots.values())

    def end() -> None:
        raise KeyboardInterrupt

    at_step(moment, end)
    with pytest.raises(KeyboardInterrupt):
        files.apply(files.plan_move(library.toolkit.catalog.search("*"), other / "Samples" / "new"))
    place = drive if locked == "from" else other
    remount(place, "ro")
    with ExitStack() as stack:
        stack.callback(remount, place, "rw")
        with suppress(JournalError):  # at some of these moments nothing waits there
            files.recover()
        assert wav(0) in contents(*roots.values())
    files.recover()
    assert files.interrupted() == []
    library.scan()
    there = {name for name in tree(*roots.values()) if name.endswith(".wav")}
    assert {os.fsdecode(path) for path in library.paths()} == there
    while [one for one in files.history() if one.kind != "undo" and one.state in ("applied", "partial")]:
        assert files.undo(files.reversal()).failed == ()
    assert difference(before, tree(*roots.values())) == []
    library.close()
