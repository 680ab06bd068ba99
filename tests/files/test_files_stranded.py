"""Copies of moves whose originals stay: each is taken away again, now or by a recovery, and none is forgotten."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctk_tui.disk.folder import Folder
from ctk_tui.files.journal import Journal
from ctk_tui.model.errors import JournalError
from tests.support.changing import quarantined
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctk_tui.files.record import Line

pytestmark = pytest.mark.needs("mount")


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
