"""Apply believes nothing: what is not as the plan says is left alone or put back, one by one, and named."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.config import edit
from ctk_tui.files import steps
from ctk_tui.files.planfile import line_of
from ctk_tui.model.errors import Refused
from ctk_tui.model.job import Job
from ctk_tui.model.plan import Operation
from tests.support.asking import content_of, decide, decided
from tests.support.changing import contents, difference, quarantined, tree
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctk_tui.model.journal import FilesReport
    from ctk_tui.model.plan import CopyAs, Plan


def plan_file(library: Library, tmp_path: Path, *lines: dict[str, Any]) -> Plan:
    """Return a plan as a stranger may have written it."""
    file = tmp_path / "hostile.jsonl"
    head = {"v": 1, "plan": "01J0000000", "created": "2026-01-01T00:00:00Z", "query": "mine"}
    file.write_text("".join(json.dumps(line) + "\n" for line in (head, *lines)))
    return library.toolkit.files.read_plan(file)


def line(operation: Operation, **changed: object) -> dict[str, Any]:
    return {**line_of(operation), **changed}


def told(report: FilesReport) -> list[tuple[str, str]]:
    return [(os.path.basename(os.fsdecode(one.path)), one.kind) for one in report.failed]


# --- what works ------------------------------------------------------------------------------------------------------


def test_the_catalog_is_right_without_a_scan(library: Library, tmp_path: Path) -> None:
    files = library.toolkit.files
    audio_id = content_of(library, tmp_path / "two" / "sub" / "0 copy.wav")
    decide(library, audio_id)
    job = Job()
    report = files.apply(files.plan_duplicates(), job=job)
    assert (report.done, report.failed, report.bytes) == (3, (), 3 * len(wav(0)))
    assert (job.done, job.total, job.counts["quarantined"]) == (3, 3, 3)
    assert quarantined(tmp_path) == ["0 copy.wav", "1 copy.wav", "2 copy.wav"]
    assert len(library.paths("quarantined")) == 3
    counts = library.scan().counts
    assert (counts["unchanged"], counts["found"]) == (4, 4)
    to = tmp_path / "two" / "new"
    moved = files.apply(files.plan_move(library.toolkit.catalog.search("0.wav"), to))
    assert moved.failed == ()
    assert content_of(library, to / "0.wav") == audio_id
    assert decided(library, audio_id) == (True, True, True, True)
    assert library.scan().counts["unchanged"] == 4
    library.toolkit.files.apply(files.plan_move([audio_id], tmp_path / "away"))
    assert library.scan().counts["missing"] == 0
    files.undo(files.reversal())
    assert content_of(library, to / "0.wav") == audio_id
    assert decided(library, audio_id) == (True, True, True, True)
    copied = files.apply(files.plan_copy([audio_id], tmp_path / "one" / "again"))
    assert copied.failed == ()
    assert content_of(library, tmp_path / "one" / "again" / "0.wav") == audio_id
    counts = library.scan().counts
    assert (counts["unchanged"], counts["duplicates"]) == (5, 0)


def test_copies_have_bytes_times_and_permissions(library: Library, tmp_path: Path) -> None:
    files = library.toolkit.files
    source = tmp_path / "one" / "alone.wav"
    source.chmod(0o640)
    library.scan()
    ids = library.toolkit.catalog.search("alone")
    kinds: tuple[CopyAs, ...] = ("copy", "hardlink", "symlink")
    for kind in kinds:
        to = tmp_path / kind
        report = files.apply(files.plan_copy(ids, to, kind=kind))
        assert report.failed == ()
        made, original = (to / "alone.wav").stat(), source.stat()
        assert (made.st_mtime_ns, made.st_mode, made.st_size) == (
            original.st_mtime_ns, original.st_mode, original.st_size
        )  # fmt: skip
        assert (made.st_ino == original.st_ino) == (kind != "copy")
        assert (to / "alone.wav").is_symlink() == (kind == "symlink")
    assert [one.name for one in (tmp_path / "copy").iterdir()] == ["alone.wav"]


def test_a_cancelled_apply_keeps_what_it_did(library: Library, tmp_path: Path) -> None:
    files, job = library.toolkit.files, Job()
    plan = files.plan_duplicates()
    seen = []

    def stop(moment: str) -> None:
        if moment == "settled":
            seen.append(moment)
            job.cancel()

    steps.on_step, before = stop, steps.on_step
    try:
        report = files.apply(plan, job=job)
    finally:
        steps.on_step = before
    assert (report.cancelled, report.done, len(seen)) == (True, 1, 1)
    [entry] = files.history()
    assert (entry.state, entry.operations) == ("partial", 1)
    assert files.interrupted() == []


# --- hostile plans ---------------------------------------------------------------------------------------------------


def test_paths_that_no_plan_of_ours_would_name(library: Library, tmp_path: Path) -> None:
    files = library.toolkit.files
    first = files.plan_duplicates().operations[0]
    put(tmp_path / "outside.wav", wav(0))
    put(tmp_path / "one" / "unknown.wav", wav(0))
    (tmp_path / "link").symlink_to(tmp_path / "two")
    (tmp_path / "two" / "inner").symlink_to(tmp_path / "two" / "sub")
    before = tree(tmp_path / "one", tmp_path / "two")
    names = [
        tmp_path / "outside.wav", tmp_path / "one" / "unknown.wav", tmp_path / "link" / "sub" / "0 copy.wav",
        tmp_path / "two" / "inner" / "0 copy.wav", tmp_path / "config" / "catalog.db", tmp_path / "two" / "sub",
        tmp_path / "one",
    ]  # fmt: skip
    lines = [line(first, **{"from": str(name)}) for name in names]
    report = files.apply(plan_file(library, tmp_path, *lines))
    assert (report.done, {kind for _, kind in told(report)}, len(report.failed)) == (0, {"outside"}, len(names))
    assert report.entry == ""
    assert difference(before, tree(tmp_path / "one", tmp_path / "two")) == []


def test_keepers_that_are_none(library: Library, tmp_path: Path) -> None:
    files = library.toolkit.files
    first = files.plan_duplicates().operations[0]
    put(tmp_path / "outside.wav", wav(0))
    os.link(tmp_path / "two" / "sub" / "0 copy.wav", tmp_path / "two" / "sub" / "linked.wav")
    library.scan()
    for name in (
        tmp_path / "outside.wav",  # in no source
        tmp_path / "one" / "nothing.wav",  # not there
        tmp_path / "one" / "1.wav",  # another content
        tmp_path / "two" / "sub" / "linked.wav",  # the same inode
        tmp_path / "one" / ".Trash" / "0.wav",
    ):
        report = files.apply(plan_file(library, tmp_path, line(first, keeper=str(name))))
        assert told(report) == [("0 copy.wav", "keeper")], name
    assert quarantined(tmp_path) == []


def test_digests_and_stamps_that_are_off(library: Library, tmp_path: Path) -> None:
    files = library.toolkit.files
    first = files.plan_duplicates().operations[0]
    for change in ({"digest": "0" * 32}, {"file_size": 5}, {"mtime_ns": 5}, {"inode": 5}):
        report = files.apply(plan_file(library, tmp_path, line(first, **change)))
        assert told(report) == [("0 copy.wav", "changed")], change
    assert files.apply(plan_file(library, tmp_path, line(first, digest=None, inode=0))).done == 1


def test_targets_that_are_none(library: Library, tmp_path: Path) -> None:
    files = library.toolkit.files
    ids = library.toolkit.catalog.search("alone")
    move = files.plan_move(ids, tmp_path / "two").operations[0]
    (tmp_path / "two" / "linked").symlink_to(tmp_path / "config")
    edit.protect(library.config, "two", "safe/**")
    library.toolkit.reload()
    wanted = {
        tmp_path / "elsewhere" / "x.wav": "outside",
        tmp_path / "two" / "linked" / "x.wav": "link",
        tmp_path / "two" / "safe" / "x.wav": "protected",
        tmp_path / "two" / "sub" / "0 copy.wav": "exists",
        tmp_path / "two" / ("x" * 256): "name",
        tmp_path / "two" / ".ctk-tmp-x": "name",
    }
    for to, kind in wanted.items():
        report = files.apply(plan_file(library, tmp_path, line(move, to=str(to))))
        assert told(report) == [("alone.wav", kind)], to
    report = files.apply(plan_file(library, tmp_path, line(move, to=str(tmp_path / "elsewhere" / "x.wav"))),
                         to=tmp_path / "elsewhere")  # fmt: skip
    assert report.done == 1  # named again by the user
    assert (tmp_path / "elsewhere" / "x.wav").read_bytes() == wav(9)


def test_sidecars_of_a_stranger(library: Library, tmp_path: Path) -> None:
    files = library.toolkit.files
    first = files.plan_duplicates().operations[0]
    for name in ("0 copy.wav.asd", "0 copy.wav.txt", "other.asd"):
        put(tmp_path / "two" / "sub" / name, b"x")
    put(tmp_path / "two" / "0 copy.wav.asd", b"x")

    def sidecar(path: Path) -> dict[str, Any]:
        status = path.stat()
        made = Operation("quarantine", os.fsencode(path), None, 1, status.st_mtime_ns, status.st_ino, reason="sidecar")
        return line(made)

    sub = tmp_path / "two" / "sub"
    report = files.apply(
        plan_file(
            library, tmp_path, line(first), sidecar(sub / "0 copy.wav.txt"), sidecar(sub / "other.asd"),
            sidecar(tmp_path / "two" / "0 copy.wav.asd"), sidecar(sub / "0 copy.wav.asd"),
        )
    )  # fmt: skip
    assert (report.done, [kind for _, kind in told(report)]) == (2, ["outside"] * 3)
    assert quarantined(tmp_path) == ["0 copy.wav", "0 copy.wav.asd"]


def test_last_copies_need_a_word_of_their_own(library: Library, tmp_path: Path) -> None:
    files = library.toolkit.files
    plan = files.plan_delete(library.toolkit.catalog.search("alone"))
    with pytest.raises(Refused):
        files.apply(plan)
    assert files.apply(plan, last_copies=True).done == 1
    assert quarantined(tmp_path) == ["alone.wav"]


# --- what changes meanwhile ------------------------------------------------------------------------------------------


def refused_and_back(library: Library, tmp_path: Path, kind: str) -> FilesReport:
    """Apply a clean-up whose first file is disturbed; the others go."""
    report = library.toolkit.files.apply(library.toolkit.files.plan_duplicates())
    assert told(report) == [("0 copy.wav", kind)]
    assert report.done == 2
    assert quarantined(tmp_path) == ["1 copy.wav", "2 copy.wav"]
    return report


def test_a_file_that_is_written_between_the_proof_and_the_rename(
    library: Library, tmp_path: Path, at_step: Callable[..., None]
) -> None:
    at_step("begun", lambda: (tmp_path / "two" / "sub" / "0 copy.wav").write_bytes(b"saved"))
    report = refused_and_back(library, tmp_path, "changed")
    assert "put back" in report.failed[0].reason
    assert (tmp_path / "two" / "sub" / "0 copy.wav").read_bytes() == b"saved"


@pytest.mark.parametrize("what", ["file", "link", "folder"])
def test_a_file_that_is_replaced_between_the_proof_and_the_rename(
    library: Library, tmp_path: Path, at_step: Callable[..., None], what: str
) -> None:
    path = tmp_path / "two" / "sub" / "0 copy.wav"

    def swap() -> None:
        path.rename(tmp_path / "aside")
        if what == "file":
            path.write_bytes(b"another")
        elif what == "link":
            path.symlink_to(tmp_path / "one" / "alone.wav")
        else:
            path.mkdir()

    at_step("begun", swap)
    refused_and_back(library, tmp_path, "changed")
    assert path.is_symlink() == (what == "link")
    assert path.is_dir() == (what == "folder")
    assert (tmp_path / "one" / "alone.wav").exists()


@pytest.mark.parametrize("what", ["gone", "written", "replaced", "folder moved"])
def test_a_keeper_that_changes_at_the_last_moment(
    library: Library, tmp_path: Path, at_step: Callable[..., None], what: str
) -> None:
    keeper = tmp_path / "one" / "0.wav"
    work: dict[str, Callable[[], object]] = {
        "gone": keeper.unlink,
        "written": lambda: keeper.write_bytes(b"new"),
        "replaced": lambda: (keeper.rename(tmp_path / "aside"), keeper.write_bytes(wav(0))),
        "folder moved": lambda: (tmp_path / "one").rename(tmp_path / "gone"),
    }
    at_step("renamed", work[what])
    report = library.toolkit.files.apply(library.toolkit.files.plan_duplicates())
    assert told(report)[0] == ("0 copy.wav", "changed")
    assert (tmp_path / "two" / "sub" / "0 copy.wav").read_bytes() == wav(0)
    if what == "folder moved":
        (tmp_path / "gone").rename(tmp_path / "one")


def test_a_file_that_cannot_be_put_back_is_told_where_it_is(
    library: Library, tmp_path: Path, at_step: Callable[..., None]
) -> None:
    path = tmp_path / "two" / "sub" / "0 copy.wav"

    def disturb() -> None:
        (tmp_path / "one" / "0.wav").unlink()
        path.write_bytes(b"taken")

    at_step("renamed", disturb)
    report = library.toolkit.files.apply(library.toolkit.files.plan_duplicates())
    assert "it lies at" in report.failed[0].reason
    assert (report.done, len(report.failed)) == (2, 1)
    assert path.read_bytes() == b"taken"
    assert quarantined(tmp_path) == ["0 copy.wav", "1 copy.wav", "2 copy.wav"]
    path.unlink()
    undone = library.toolkit.files.undo(library.toolkit.files.reversal())
    assert undone.failed == ()
    assert path.read_bytes() == wav(0)


def test_what_an_undo_cannot_put_back_is_not_done(
    library: Library, tmp_path: Path, at_step: Callable[..., None]
) -> None:  # fmt: skip
    files, path = library.toolkit.files, tmp_path / "two" / "sub" / "2 copy.wav"
    entry = files.apply(files.plan_duplicates()).entry
    held = tmp_path / "two" / ".ctk-quarantine" / entry / "sub" / path.name

    def disturb() -> None:
        os.utime(path, (5, 5))
        held.write_bytes(b"taken")

    at_step("renamed", disturb)
    report = files.undo(files.reversal())
    assert [one.path for one in report.failed] == [os.fsencode(path)]
    assert f"it lies at {path}" in report.failed[0].reason
    assert (report.done, path.read_bytes()) == (2, wav(2))


def test_the_only_file_cannot_be_put_back(library: Library, tmp_path: Path, at_step: Callable[..., None]) -> None:
    """Nothing counts as done, but there is an entry that brings the file back."""
    files, path = library.toolkit.files, tmp_path / "one" / "alone.wav"
    ids = library.toolkit.catalog.search("alone")

    def disturb() -> None:
        os.utime(next(tmp_path.glob("one/.ctk-quarantine/*/alone.wav")), (5, 5))
        path.write_bytes(b"taken")

    at_step("renamed", disturb)
    report = files.apply(files.plan_delete(ids), last_copies=True)
    assert (report.done, len(report.failed)) == (0, 1)
    path.unlink()
    assert report.entry == files.history()[0].id


def test_a_folder_that_becomes_a_link(library: Library, tmp_path: Path) -> None:
    plan = library.toolkit.files.plan_duplicates()
    (tmp_path / "two" / "sub").rename(tmp_path / "two" / "real")
    (tmp_path / "two" / "sub").symlink_to("real")
    report = library.toolkit.files.apply(plan)
    assert [kind for _, kind in told(report)] == ["link"] * 3
    assert len(list((tmp_path / "two" / "real").iterdir())) == 3


def test_a_source_that_is_unplugged_meanwhile(
    library: Library, tmp_path: Path, at_step: Callable[..., None]
) -> None:  # fmt: skip
    plan = library.toolkit.files.plan_duplicates()
    at_step("settled", lambda: (tmp_path / "two").rename(tmp_path / "unplugged"))
    report = library.toolkit.files.apply(plan)
    assert (report.done, [kind for _, kind in told(report)]) == (1, ["missing"] * 2)
    (tmp_path / "unplugged").rename(tmp_path / "two")
    assert contents(tmp_path / "two").total() == 3


def test_a_source_that_becomes_protected_meanwhile(library: Library, tmp_path: Path) -> None:
    plan = library.toolkit.files.plan_duplicates()
    edit.protect(library.config, "two", "sub/**")
    library.toolkit.reload()
    report = library.toolkit.files.apply(plan)
    assert (report.done, [kind for _, kind in told(report)]) == (0, ["protected"] * 3)
    assert not (tmp_path / "two" / ".ctk-quarantine").exists()


@pytest.mark.needs("mount")
def test_protected_by_a_bind_mount(tmp_path: Path) -> None:
    (tmp_path / "bound").mkdir()
    put(tmp_path / "one" / "Projects" / "0.wav", wav(0))
    put(tmp_path / "one" / "0 copy.wav", wav(0))
    with ExitStack() as stack:
        library = Library(tmp_path / "config", {"one": tmp_path / "one", "bound": tmp_path / "bound"})
        stack.callback(library.close)
        edit.protect(library.config, "one", "Projects/**")
        library.toolkit.reload()
        subprocess.run(["mount", "--bind", str(tmp_path / "one" / "Projects"), str(tmp_path / "bound")], check=True)
        stack.callback(subprocess.run, ["umount", "--lazy", str(tmp_path / "bound")], check=True)
        library.scan()
        files = library.toolkit.files
        plan = files.plan_delete((), paths=[os.fsencode(tmp_path / "bound" / "0.wav")])
        assert plan.operations == ()
        first = replace(
            files.plan_delete((), paths=[os.fsencode(tmp_path / "one" / "0 copy.wav")]).operations[0],
            path=os.fsencode(tmp_path / "bound" / "0.wav"), keeper=os.fsencode(tmp_path / "one" / "0 copy.wav"),
            mtime_ns=(tmp_path / "bound" / "0.wav").stat().st_mtime_ns, inode=0,
        )  # fmt: skip
        report = files.apply(plan_file(library, tmp_path, line(first)))
        assert report.done == 0
        assert (tmp_path / "one" / "Projects" / "0.wav").exists()
