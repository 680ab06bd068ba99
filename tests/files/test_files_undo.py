"""Undo, redo, restore: what was done comes back, name, bytes, times and permissions, with the catalog or without."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from ctk_tui.config import edit
from ctk_tui.model.errors import UsageError
from tests.support.changing import difference, quarantined, tree
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ctk_tui.model.plan import Plan
    from ctk_tui.toolkit.files import FilesFacade


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "config", {"one": tmp_path / "one", "two": tmp_path / "two"})
    for at in range(4):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
        put(tmp_path / "two" / "sub" / f"{at} copy.wav", wav(at))
    put(tmp_path / "two" / "sub" / "0 copy.wav.asd", b"analysis")
    put(tmp_path / "one" / "alone.wav", wav(9))
    made.scan()
    yield made
    assert health.inconsistencies(made.toolkit.database) == []
    made.close()


def files(library: Library) -> FilesFacade:
    return library.toolkit.files


def now(tmp_path: Path) -> dict[str, tuple[object, ...]]:
    return tree(tmp_path / "one", tmp_path / "two")


def states(library: Library) -> list[tuple[str, str, int]]:
    return [(one.kind, one.state, one.operations) for one in files(library).history()]


def test_undo_and_redo_and_undo(library: Library, tmp_path: Path) -> None:
    before = now(tmp_path)
    first = files(library).apply(files(library).plan_duplicates(with_sidecars=True))
    after = now(tmp_path)
    undone = files(library).undo(files(library).reversal())
    assert (undone.kind, undone.done, undone.failed) == ("undo", 5, ())
    assert difference(before, now(tmp_path)) == []
    assert states(library) == [("undo", "applied", 5), ("clean-up", "undone", 5)]
    with pytest.raises(UsageError, match="nothing to undo"):
        files(library).reversal()
    with pytest.raises(UsageError, match="nothing of it is in force"):
        files(library).reversal(first.entry)
    reversal = files(library).reversal(undone.entry)
    assert reversal.kind == "redo"
    redone = files(library).undo(reversal)
    assert (redone.kind, redone.done, redone.failed) == ("redo", 5, ())
    assert difference(after, now(tmp_path)) == []
    assert [one.state for one in files(library).history()][-1] == "applied"
    assert files(library).undo(files(library).reversal()).failed == ()
    assert difference(before, now(tmp_path)) == []
    assert set(library.scan().counts.items()) >= {("unchanged", 9), ("found", 9)}


def test_a_redo_needs_its_keepers_again(library: Library, tmp_path: Path) -> None:
    files(library).apply(files(library).plan_duplicates())
    undone = files(library).undo(files(library).reversal())
    (tmp_path / "one" / "0.wav").unlink()
    (tmp_path / "one" / "1.wav").write_bytes(b"another")
    report = files(library).undo(files(library).reversal(undone.entry))
    assert (report.done, [one.kind for one in report.failed]) == (2, ["keeper", "keeper"])
    assert sorted(path.name for path in (tmp_path / "two" / "sub").glob("*.wav")) == ["0 copy.wav", "1 copy.wav"]


def test_some_files_come_back(library: Library, tmp_path: Path) -> None:
    before = now(tmp_path)
    entry = files(library).apply(files(library).plan_duplicates(with_sidecars=True)).entry
    ids = library.toolkit.catalog.search("0.wav")
    report = files(library).undo(files(library).reversal(ids=ids, kind="restore"))
    assert (report.kind, report.done) == ("restore", 2)  # its sidecar too
    assert quarantined(tmp_path) == ["1 copy.wav", "2 copy.wav", "3 copy.wav"]
    path = os.fsencode(tmp_path / "two" / "sub" / "1 copy.wav")
    assert files(library).undo(files(library).reversal(entry, paths=[path], kind="restore")).done == 1
    assert states(library)[-1] == ("clean-up", "partial", 5)
    folder = os.fsencode(tmp_path / "two")
    assert files(library).undo(files(library).reversal(paths=[folder], kind="restore")).done == 2
    assert states(library)[-1] == ("clean-up", "undone", 5)
    assert difference(before, now(tmp_path)) == []
    with pytest.raises(UsageError, match="in quarantine"):
        files(library).reversal(paths=[folder], kind="restore")


def test_a_name_that_was_taken_meanwhile(library: Library, tmp_path: Path) -> None:
    files(library).apply(files(library).plan_duplicates())
    put(tmp_path / "two" / "sub" / "0 copy.wav", wav(50))
    reversal = files(library).reversal()
    assert [(os.path.basename(one.path), one.kind) for one in reversal.refused] == [(b"0 copy.wav", "exists")]
    assert files(library).undo(reversal).done == 3
    assert (tmp_path / "two" / "sub" / "0 copy.wav").read_bytes() == wav(50)
    assert quarantined(tmp_path) == ["0 copy.wav"]
    library.scan()
    (tmp_path / "two" / "sub" / "0 copy.wav").unlink()
    library.scan()
    report = files(library).undo(files(library).reversal())
    assert (report.done, report.failed) == (1, ())
    assert (tmp_path / "two" / "sub" / "0 copy.wav").read_bytes() == wav(0)


def test_a_parent_folder_that_vanished(library: Library, tmp_path: Path) -> None:
    (tmp_path / "two" / "sub").chmod(0o750)
    before = now(tmp_path)
    files(library).apply(files(library).plan_duplicates(with_sidecars=True))
    (tmp_path / "two" / "sub").rmdir()
    assert files(library).undo(files(library).reversal()).failed == ()
    after = now(tmp_path)
    assert [one for one in difference(before, after) if not one.endswith(": time")] == []


def test_what_was_changed_since_stays(library: Library, tmp_path: Path) -> None:
    ids = library.toolkit.catalog.search("dir:sub")
    files(library).apply(files(library).plan_copy(ids, tmp_path / "project"))
    names = sorted(path.name for path in (tmp_path / "project").iterdir())
    status = (tmp_path / "project" / names[0]).stat()
    (tmp_path / "project" / names[0]).write_bytes(wav(60))
    os.utime(tmp_path / "project" / names[0], ns=(status.st_atime_ns, status.st_mtime_ns))  # only the bytes tell
    (tmp_path / "project" / names[1]).write_bytes(b"mine now")
    report = files(library).undo(files(library).reversal())
    assert (report.done, [one.kind for one in report.failed]) == (2, ["changed", "changed"])
    assert sorted(path.name for path in (tmp_path / "project").iterdir()) == names[:2]


def test_a_copy_is_not_taken_away_when_it_is_the_last(library: Library, tmp_path: Path) -> None:
    search = library.toolkit.catalog.search
    files(library).apply(files(library).plan_copy(search("alone"), tmp_path / "project"))
    files(library).apply(files(library).plan_copy(search("alone"), tmp_path / "linked", kind="hardlink"))
    link, copy = [one.id for one in files(library).history()]
    files(library).apply(files(library).plan_delete(search("alone")), last_copies=True)
    for entry in (copy, link):
        report = files(library).undo(files(library).reversal(entry))
        assert (report.done, [one.kind for one in report.failed]) == (0, ["keeper"])
    assert (tmp_path / "project" / "alone.wav").read_bytes() == wav(9)
    put(tmp_path / "two" / "alone again.wav", wav(9))
    library.scan()
    assert files(library).undo(files(library).reversal(copy)).failed == ()
    assert files(library).undo(files(library).reversal(link)).failed == ()


def test_a_hard_link_goes_where_its_original_has_another_name_now(library: Library, tmp_path: Path) -> None:
    search, before = library.toolkit.catalog.search, now(tmp_path)
    files(library).apply(files(library).plan_copy(search("alone"), tmp_path / "two" / "linked", kind="hardlink"))
    [link] = files(library).history()
    os.rename(tmp_path / "one" / "alone.wav", tmp_path / "one" / "lonely.wav")
    library.scan()
    report = files(library).undo(files(library).reversal(link.id))
    assert (report.done, report.failed) == (1, ())
    os.rename(tmp_path / "one" / "lonely.wav", tmp_path / "one" / "alone.wav")
    assert [one for one in difference(before, now(tmp_path)) if not one.endswith(": time")] == []
    library.scan()


def test_a_left_link_comes_back_with_its_file_alone(library: Library, tmp_path: Path) -> None:
    """Done again after the file got another name, the move has nothing to move, and its link nowhere to lead."""
    ids = library.toolkit.catalog.search("alone")
    files(library).apply(files(library).plan_move(ids, tmp_path / "two" / "new", leave_symlink=True))
    undone = files(library).undo(files(library).reversal())
    before = now(tmp_path)
    files(library).apply(files(library).plan_rename(ids, "{name} x"))
    report = files(library).undo(files(library).reversal(undone.entry))
    assert (report.done, [one.kind for one in report.failed]) == (0, ["missing", "skipped"])
    assert not (tmp_path / "one" / "alone.wav").is_symlink()
    assert files(library).undo(files(library).reversal()).failed == ()
    assert difference(before, now(tmp_path)) == []
    again = files(library).undo(files(library).reversal(undone.entry))
    assert (again.kind, again.done, again.failed) == ("redo", 1, ())
    assert (tmp_path / "one" / "alone.wav").readlink() == tmp_path / "two" / "new" / "alone.wav"


def test_places_that_are_protected_or_offline_now(library: Library, tmp_path: Path) -> None:
    files(library).apply(files(library).plan_duplicates())
    edit.protect(library.config, "two", "sub/**")
    library.toolkit.reload()
    assert {one.kind for one in files(library).reversal().refused} == {"protected"}
    (tmp_path / "two").rename(tmp_path / "unplugged")
    reversal = files(library).reversal()
    assert (reversal.steps, {one.kind for one in reversal.refused}) == ((), {"offline"})
    assert [one.offline for one in files(library).history()] == [True]
    assert len(files(library).steps(files(library).history()[0].id)) == 4
    (tmp_path / "unplugged").rename(tmp_path / "two")


def test_folders_that_others_changed_keep_their_time(library: Library, tmp_path: Path) -> None:
    files(library).apply(files(library).plan_duplicates(with_sidecars=True))
    put(tmp_path / "two" / "sub" / "new.txt", b"x")
    files(library).undo(files(library).reversal())
    assert (tmp_path / "two" / "sub").stat().st_mtime > time.time() - 60


def test_several_entries_one_after_the_other(library: Library, tmp_path: Path) -> None:
    shots = [now(tmp_path)]
    search, parse = library.toolkit.catalog.search, library.toolkit.catalog.parse
    deep = tmp_path / "one" / "deep" / "er"
    plans: tuple[Callable[[], Plan], ...] = (
        lambda: files(library).plan_rename(search("name+ dir:sub"), "x{n:02}"),
        lambda: files(library).plan_move(search("x0"), deep, query=parse("name:x0")),
        lambda: files(library).plan_duplicates(),
        lambda: files(library).plan_copy(search("alone"), tmp_path / "two" / "again"),
    )
    for plan in plans:
        report = files(library).apply(plan())
        assert (report.failed, bool(report.done)) == ((), True)
        shots.append(now(tmp_path))
    for shot in reversed(shots[:-1]):
        assert files(library).undo(files(library).reversal()).failed == ()
        assert difference(shot, now(tmp_path)) == []
    assert library.scan().counts["unchanged"] == 9


@pytest.mark.parametrize("which", ["quarantine", "around", "entry"])
def test_without_the_catalog(library: Library, tmp_path: Path, which: str) -> None:
    before = now(tmp_path)
    entry = files(library).apply(files(library).plan_duplicates(with_sidecars=True)).entry
    library.close()
    for file in (tmp_path / "config").glob("catalog.db*"):
        file.unlink()
    library.toolkit = library.open()
    place = tmp_path / "two" / ".ctk-quarantine"
    named = {"quarantine": place, "around": tmp_path / "two", "entry": place / entry}[which]
    reversal = files(library).reversal_from(named)
    assert (len(reversal.steps), reversal.refused, reversal.entries) == (5, (), (entry,))
    assert files(library).undo(reversal).failed == ()
    assert difference(before, now(tmp_path)) == []
    library.scan()
    # The catalog knows the journal from then on: what was undone can be done again.
    undo = files(library).history()[0]
    assert (undo.kind, undo.state) == ("undo", "applied")
    assert files(library).undo(files(library).reversal(undo.id)).done == 5


def test_on_another_machine(library: Library, tmp_path: Path) -> None:
    before = now(tmp_path)
    files(library).apply(files(library).plan_duplicates(with_sidecars=True))
    (tmp_path / "two").rename(tmp_path / "elsewhere")
    stranger = Library(tmp_path / "other config", {"mine": tmp_path / "mine"})
    reversal = stranger.toolkit.files.reversal_from(tmp_path / "elsewhere")
    assert stranger.toolkit.files.undo(reversal).failed == ()
    (tmp_path / "elsewhere").rename(tmp_path / "two")
    assert difference(before, now(tmp_path)) == []
    with pytest.raises(UsageError, match="no quarantine"):
        stranger.toolkit.files.reversal_from(tmp_path / "one")
    stranger.close()


def test_the_mirror_learns_what_another_catalog_did(library: Library, tmp_path: Path) -> None:
    other = Library(tmp_path / "other config", {"eins": tmp_path / "one", "zwei": tmp_path / "two"})
    other.scan()
    other.toolkit.files.apply(other.toolkit.files.plan_duplicates())
    assert states(library) == [("clean-up", "applied", 4)]
    other.toolkit.files.undo(other.toolkit.files.reversal())
    assert states(library) == [("undo", "applied", 4), ("clean-up", "undone", 4)]
    other.close()


@pytest.mark.needs("mount")
def test_a_drive_that_comes_back_elsewhere(tmp_path: Path) -> None:
    """The same file system under another mount point: the journal's paths hold."""
    image = tmp_path / "image"
    image.touch()
    os.truncate(image, 16 << 20)
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    here, there = tmp_path / "here", tmp_path / "there"
    with ExitStack() as stack:
        for place in (here, there):
            place.mkdir()
            stack.callback(subprocess.run, ["umount", "--lazy", str(place)], capture_output=True)
        subprocess.run(["mount", "-o", "loop", str(image), str(here)], check=True)
        library = Library(tmp_path / "config", {"one": tmp_path / "one", "drive": here / "Samples"})
        stack.callback(library.close)
        for at in range(3):
            put(tmp_path / "one" / f"{at}.wav", wav(at))
            put(here / "Samples" / "sub" / f"{at} copy.wav", wav(at))
        library.scan()
        before = [one[1:] for _, one in sorted(tree(here / "Samples").items())]
        assert files(library).apply(files(library).plan_duplicates()).done == 3
        subprocess.run(["umount", str(here)], check=True)
        assert {one.kind for one in files(library).reversal().refused} == {"offline"}
        subprocess.run(["mount", "-o", "loop", str(image), str(there)], check=True)
        library.toolkit.sources.relocate("drive", there / "Samples")
        assert files(library).undo(files(library).reversal()).failed == ()
        assert [one[1:] for _, one in sorted(tree(there / "Samples").items())] == before


@pytest.mark.needs("mount")
def test_a_move_across_volumes_and_back(library: Library, tmp_path: Path) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    with ExitStack() as stack:
        subprocess.run(["mount", "-t", "tmpfs", "none", str(drive)], check=True)
        stack.callback(subprocess.run, ["umount", "--lazy", str(drive)], check=True)
        before = now(tmp_path)
        move = files(library).plan_move(library.toolkit.catalog.search("dir:sub"), drive / "new", with_sidecars=True,
                                        query=library.toolkit.catalog.parse("dir:sub"))  # fmt: skip
        report = files(library).apply(move)
        assert (report.done, report.failed) == (5, ())
        assert sorted(path.name for path in (drive / "new").iterdir())[1:] == [
            "0 copy.wav", "0 copy.wav.asd", "1 copy.wav", "2 copy.wav", "3 copy.wav"
        ]  # fmt: skip
        assert len(quarantined(tmp_path / "two")) == 5
        one = files(library).reversal(paths=[os.fsencode(tmp_path / "two" / "sub" / "0 copy.wav")], kind="restore")
        assert len(one.steps) == 4  # the original and its sidecar back, their copies away
        assert files(library).undo(one).failed == ()
        assert not (drive / "new" / "0 copy.wav").exists()
        # A copy that was changed stays, and so does what depends on it.
        (drive / "new" / "1 copy.wav").write_bytes(b"edited")
        rest = files(library).undo(files(library).reversal())
        assert [one.kind for one in rest.failed] == ["changed"]
        # The entry is not undone as a whole, so its folders keep their times.
        assert [one for one in difference(before, now(tmp_path)) if not one.endswith(": time")] == []
        assert (drive / "new" / "1 copy.wav").read_bytes() == b"edited"


# --- quarantine ------------------------------------------------------------------------------------------------------


def test_emptying_proves_a_copy_first(library: Library, tmp_path: Path) -> None:
    files(library).apply(files(library).plan_duplicates(with_sidecars=True))
    files(library).apply(files(library).plan_delete(library.toolkit.catalog.search("alone")), last_copies=True)
    (tmp_path / "one" / "0.wav").unlink()
    put(tmp_path / "one" / "1.wav", wav(70))  # the catalog still believes
    held = files(library).quarantine()
    assert [(os.path.basename(one.path), one.copies) for one in held][-1] == (b"alone.wav", 0)
    assert [one.path for one in files(library).quarantine(older_than_days=1)] == []
    emptying = files(library).emptying()
    assert (len(emptying.files), len(emptying.alone)) == (6, 2)  # the sidecar, and what was alone
    report = files(library).empty(emptying)
    assert (report.kind, report.done) == ("empty", 2)
    assert {one.kind for one in report.failed} == {"last"}
    assert quarantined(tmp_path) == ["0 copy.wav", "0 copy.wav.asd", "1 copy.wav", "alone.wav"]
    assert [one[1] for one in states(library)] == ["emptied", "applied", "partial"]
    assert [one.state for one in files(library).steps(files(library).history()[-1].id)].count("emptied") == 2
    # What is left comes back all the same.
    assert files(library).undo(files(library).reversal(held[0].entry)).done == 3
    assert files(library).empty(files(library).emptying(), last_copies=True).done == 1
    assert quarantined(tmp_path) == []
    with pytest.raises(UsageError, match="gone"):
        files(library).reversal(report.entry)
    assert library.toolkit.catalog.stats().quarantined_bytes == 0


def test_a_file_that_was_changed_in_quarantine_is_not_unlinked(library: Library, tmp_path: Path) -> None:
    files(library).apply(files(library).plan_duplicates())
    place = next((tmp_path / "two" / ".ctk-quarantine").glob("*/sub/0 copy.wav"))
    place.write_bytes(b"somebody's work")
    emptying = files(library).emptying()
    report = files(library).empty(emptying, last_copies=True)
    assert (report.done, [one.kind for one in report.failed]) == (3, ["changed"])
    assert place.read_bytes() == b"somebody's work"
    assert files(library).undo(files(library).reversal()).failed[0].kind == "changed"


def test_copies_in_quarantine_prove_nothing(library: Library, tmp_path: Path) -> None:
    files(library).apply(files(library).plan_duplicates(rules=["source:one"]))
    audio = library.toolkit.catalog.search("0.wav")
    files(library).apply(files(library).plan_delete(audio), last_copies=True)
    emptying = files(library).emptying()
    assert sorted(os.path.basename(one.path) for one in emptying.alone) == [b"0 copy.wav", b"0.wav"]
    report = files(library).empty(emptying)
    assert [one.kind for one in report.failed] == ["last", "last"]
    assert quarantined(tmp_path) == ["0 copy.wav", "0.wav"]
    shutil.rmtree(tmp_path / "two" / "sub", ignore_errors=True)
