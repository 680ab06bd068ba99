"""Killed at every moment: each file is where it was or where the journal says; what comes after puts all in order."""

from __future__ import annotations

import os
import stat
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from tests.support.changing import Victims, contents, difference, tree
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.model.plan import Plan

WAYS = ("flag", "link", "placeholder")
FILES = 2
"""Of each kind: what is killed between two of them is the same between any two."""
OTHER_WAYS = ["flag", *(pytest.param(way, marks=pytest.mark.soak) for way in WAYS[1:])]


@pytest.fixture(scope="module")
def victims() -> Iterator[Victims]:
    with Victims() as running:
        yield running


class Scene:
    """A library on which something is done and killed, again and again.

    Args:
        folder: an empty folder.
        elsewhere: a folder on another volume, or on the same.
    """

    def __init__(self, folder: Path, elsewhere: Path | None = None) -> None:
        self.folder = folder
        self.roots = [folder / "one", folder / "two", *([elsewhere] if elsewhere else [])]
        for at in range(FILES):
            put(folder / "one" / "kept" / f"{at}.wav", wav(at))
            put(folder / "two" / "sub" / f"{at} copy.wav", wav(at))
        put(folder / "two" / "sub" / "1 copy.wav.asd", b"analysis")
        put(folder / "one" / "alone.wav", wav(9))
        self.library = Library(folder / "config", {path.name: path for path in self.roots})
        self.library.scan()
        self.before = tree(*self.roots)
        self.contents = contents(*self.roots)
        self.plans = 0

    def write(self, plan: Plan) -> str:
        self.plans += 1
        file = self.folder / f"plan-{self.plans}.jsonl"
        self.library.toolkit.files.write_plan(plan, file)
        return str(file)

    def check_sound(self) -> None:
        database = self.library.toolkit.database
        assert health.faults(database) == []
        assert health.inconsistencies(database) == []
        known = dict(self.library.paths())
        there = {
            os.fsencode(path)
            for path, seen in tree(*self.roots).items()
            if path.endswith(".wav") and seen[0] == stat.S_IFREG
        }
        assert set(known) == there

    def everything_back(self) -> None:
        """Undo all that is in force; the tree must be as it was."""
        files = self.library.toolkit.files
        while any(one.state in ("applied", "partial") and one.kind not in ("undo", "redo", "restore", "empty")
                  for one in files.history()):  # fmt: skip
            report = files.undo(files.reversal())
            assert report.failed == ()
        assert difference(self.before, tree(*self.roots)) == []
        self.check_sound()


def kill_at_each(victims: Victims, scene: Scene, what: str, way: str, **more: object) -> int:
    """Kill an operation at each of its moments; after each, put in order, check, and undo all."""
    for moment in range(1, 1000):
        told = victims.run(scene.library.config, scene.library.database, what, kill=moment, way=way, **more)
        assert contents(*scene.roots) >= scene.contents, (what, way, moment)
        interrupted = scene.library.toolkit.files.interrupted()
        scene.library.toolkit.files.recover()
        assert scene.library.toolkit.files.interrupted() == []
        scene.check_sound()
        assert contents(*scene.roots) >= scene.contents, (what, way, moment)
        assert not [path for path in tree(*scene.roots) if "ctk-tmp" in path]
        scene.everything_back()
        if told is not None:
            assert interrupted == []
            assert told[1] == []
            return moment
    raise AssertionError("it never ends")


@pytest.mark.parametrize("way", WAYS)
def test_a_clean_up(tmp_path: Path, victims: Victims, way: str) -> None:
    scene = Scene(tmp_path)
    plan = scene.library.toolkit.files.plan_duplicates(with_sidecars=True)
    assert plan.totals.files == FILES + 1
    assert kill_at_each(victims, scene, "apply", way, plan=scene.write(plan)) > 12
    scene.library.close()


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_a_move_and_a_rename(tmp_path: Path, victims: Victims, way: str) -> None:
    scene = Scene(tmp_path)
    toolkit = scene.library.toolkit
    ids = toolkit.catalog.search("path:kept")
    move = toolkit.files.plan_move(ids, tmp_path / "two" / "new" / "deep", leave_symlink=True)
    assert kill_at_each(victims, scene, "apply", way, plan=scene.write(move)) > 14
    rename = toolkit.files.plan_rename(ids, "{name}_{n:02}")
    assert kill_at_each(victims, scene, "apply", way, plan=scene.write(rename)) > 8
    scene.library.close()


@pytest.mark.parametrize("kind", ["copy", "symlink", "hardlink"])
@pytest.mark.parametrize("way", OTHER_WAYS)
def test_copies(tmp_path: Path, victims: Victims, kind: str, way: str) -> None:
    scene = Scene(tmp_path)
    toolkit = scene.library.toolkit
    for to in (tmp_path / "two" / "new", tmp_path / "project"):
        plan = toolkit.files.plan_copy(toolkit.catalog.search("path:kept"), to, kind=kind)  # type: ignore[arg-type]
        assert kill_at_each(victims, scene, "apply", way, plan=scene.write(plan), to=str(to)) > 6
        assert not (tmp_path / "project").exists()
    scene.library.close()


@pytest.mark.needs("mount")
@pytest.mark.parametrize("way", OTHER_WAYS)
def test_a_move_to_another_volume(tmp_path: Path, victims: Victims, way: str) -> None:
    (tmp_path / "drive").mkdir()
    with ExitStack() as stack:
        subprocess.run(["mount", "-t", "tmpfs", "none", str(tmp_path / "drive")], check=True)
        stack.callback(subprocess.run, ["umount", str(tmp_path / "drive")], check=True)
        scene = Scene(tmp_path, tmp_path / "drive")
        stack.callback(scene.library.close)
        toolkit = scene.library.toolkit
        plan = toolkit.files.plan_move(toolkit.catalog.search("path:kept"), tmp_path / "drive" / "new")
        assert kill_at_each(victims, scene, "apply", way, plan=scene.write(plan)) > 20


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_an_undo_and_a_redo(tmp_path: Path, victims: Victims, way: str) -> None:
    scene = Scene(tmp_path)
    files = scene.library.toolkit.files
    plan = files.plan_duplicates()
    for moment in range(1, 1000):
        entry = files.apply(plan).entry
        told = victims.run(scene.library.config, scene.library.database, "undo", kill=moment, way=way, entry=entry)
        assert contents(*scene.roots) >= scene.contents
        files.recover()
        scene.check_sound()
        scene.everything_back()
        if told is not None:
            break
    entry = files.undo(files.reversal(files.apply(plan).entry)).entry
    for moment in range(1, 1000):
        told = victims.run(scene.library.config, scene.library.database, "undo", kill=moment, way=way, entry=entry)
        files.recover()
        scene.check_sound()
        scene.everything_back()
        if told is not None:
            break
        entry = files.undo(files.reversal(files.apply(plan).entry)).entry
    scene.library.close()


def test_an_emptying(tmp_path: Path, victims: Victims) -> None:
    scene = Scene(tmp_path)
    files = scene.library.toolkit.files
    kinds = set(scene.contents)
    for moment in range(1, 1000):
        files.apply(files.plan_duplicates())
        told = victims.run(scene.library.config, scene.library.database, "empty", kill=moment)
        assert set(contents(*scene.roots)) == kinds
        files.recover()
        scene.check_sound()
        if told is not None:
            assert told[1] == []
            break
        # What was not unlinked comes back; what was is copied anew, as a user would.
        while any(one.state == "applied" and one.kind == "clean-up" for one in files.history()):
            files.undo(files.reversal())
        for at in range(FILES):
            if not (tmp_path / "two" / "sub" / f"{at} copy.wav").exists():
                put(tmp_path / "two" / "sub" / f"{at} copy.wav", wav(at))
        scene.library.scan()
    assert files.quarantine() == []
    scene.library.close()


def test_a_drive_that_is_away_when_the_rest_is_mended(tmp_path: Path, victims: Victims) -> None:
    """Its part is mentioned until it is back: no other journal's end is the end of the entry."""
    roots = [tmp_path / "one", tmp_path / "two"]
    for at, root in enumerate(roots):
        put(root / f"{at}.wav", wav(at))
        put(root / f"{at} copy.wav", wav(at))
    library = Library(tmp_path / "config", {root.name: root for root in roots})
    library.scan()
    files, before = library.toolkit.files, tree(*roots)
    file = tmp_path / "plan.jsonl"
    files.write_plan(files.plan_duplicates(), file)
    told = None
    for moment in range(1, 1000):
        told = victims.run(library.config, library.database, "apply", kill=moment, plan=str(file))
        if told is not None:
            break
        cut_off = files.interrupted()
        roots[1].rename(tmp_path / "unplugged")
        files.recover()
        if list((tmp_path / "unplugged" / ".ctk-quarantine").glob("*.open")):
            assert [one.id for one in files.interrupted()] == [one.id for one in cut_off] != []
        (tmp_path / "unplugged").rename(roots[1])
        files.recover()
        assert files.interrupted() == []
        there = {os.fsencode(path) for path, what in tree(*roots).items() if what[0] == stat.S_IFREG}
        assert set(library.paths()) == there
        if len(there) < 4:
            assert files.undo(files.reversal()).failed == ()
        assert difference(before, tree(*roots)) == []
    assert told is not None
    library.close()


def test_a_hard_link_whose_original_went_meanwhile(tmp_path: Path, victims: Victims) -> None:
    """It is known by its inode: whoever was cut off behind the making of it made it."""
    original, link = tmp_path / "one" / "0.wav", tmp_path / "two" / "new" / "0.wav"
    put(original, wav(0))
    library = Library(tmp_path / "config", {"one": tmp_path / "one", "two": tmp_path / "two"})
    library.scan()
    files, before = library.toolkit.files, tree(tmp_path / "one", tmp_path / "two")
    file = tmp_path / "plan.jsonl"
    files.write_plan(files.plan_copy(library.toolkit.catalog.search("0.wav"), link.parent, kind="hardlink"), file)
    made = 0
    for moment in range(1, 1000):
        told = victims.run(library.config, library.database, "apply", kill=moment, plan=str(file))
        if told is not None:
            break
        if link.exists():
            made += 1
            original.rename(tmp_path / "aside")
            files.recover()
            [entry] = [one for one in files.history() if one.kind == "copy" and one.state == "applied"]
            assert entry.operations == 1
            (tmp_path / "aside").rename(original)
            assert files.undo(files.reversal(entry.id)).failed == ()
        files.recover()
        after = difference(before, tree(tmp_path / "one", tmp_path / "two"))
        assert [one for one in after if not one.endswith("/one: time")] == []  # that was this test
    assert made > 2
    library.close()
