"""What goes into a plan, what is refused, and why."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from ctk_tui.config import edit
from ctk_tui.model.errors import Refused, UsageError
from ctk_tui.model.plan import LEFT_LINK, SIDECAR
from tests.support.asking import tell
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.model.plan import Plan
    from ctk_tui.toolkit.files import FilesFacade


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "config", {"one": tmp_path / "one", "two": tmp_path / "two"})
    yield made
    made.close()


def files(library: Library) -> FilesFacade:
    return library.toolkit.files


def found(library: Library, query: str) -> list[int]:
    return library.toolkit.catalog.search(query)


def gone(plan: Plan, tmp_path: Path) -> list[str]:
    """Return what a plan takes away, relative, in order."""
    return [os.path.relpath(os.fsdecode(one.path), tmp_path) for one in plan.operations]


def refusals(plan: Plan, tmp_path: Path) -> dict[str, str]:
    return {os.path.relpath(os.fsdecode(one.path), tmp_path): one.kind for one in plan.refused}


# --- duplicates ------------------------------------------------------------------------------------------------------


def test_all_but_the_keeper_go(library: Library, tmp_path: Path) -> None:
    for name in ("one/kick.wav", "one/kick copy.wav", "two/sub/kick (1).wav"):
        put(tmp_path / name, wav(1))
    put(tmp_path / "two" / "alone.wav", wav(2))
    library.scan()
    plan = files(library).plan_duplicates()
    assert gone(plan, tmp_path) == ["one/kick copy.wav", "two/sub/kick (1).wav"]
    assert {one.keeper for one in plan.operations} == {os.fsencode(tmp_path / "one" / "kick.wav")}
    assert all(one.digest and not one.last for one in plan.operations)
    assert plan.totals.files == 2
    assert files(library).plan_duplicates(rules=["source:two"]).operations[0].keeper == os.fsencode(
        tmp_path / "two" / "sub" / "kick (1).wav"
    )
    with pytest.raises(UsageError):
        files(library).plan_duplicates(rules=["biggest"])
    only = files(library).plan_duplicates(found(library, "alone"))
    assert (only.operations, only.refused) == ((), ())


def test_protected_copies_stay_besides_the_keeper(library: Library, tmp_path: Path) -> None:
    edit.protect(library.config, "one", "Projects/**")
    library.toolkit.reload()
    for name in ("one/Projects/kick.wav", "one/kick copy.wav", "two/kick 2.wav"):
        put(tmp_path / name, wav(1))
    library.scan()
    plan = files(library).plan_duplicates(rules=["in:**/Projects/**", "tidy-name"])
    assert refusals(plan, tmp_path) == {"one/Projects/kick.wav": "protected"}
    [operation] = plan.operations
    assert operation.keeper != os.fsencode(tmp_path / "one" / "Projects" / "kick.wav")


def test_a_protected_folder_is_protected_by_every_route(tmp_path: Path) -> None:
    real = tmp_path / "drive"
    put(real / "Projects" / "kick.wav", wav(1))
    put(tmp_path / "two" / "kick.wav", wav(1))
    (tmp_path / "route").symlink_to(real / "Projects")
    library = Library(tmp_path / "config", {"route": tmp_path / "route", "two": tmp_path / "two", "drive": real})
    edit.protect(library.config, "drive", "Projects/**")
    library.toolkit.reload()
    library.scan()
    plan = files(library).plan_duplicates(rules=["source:two"])
    assert set(refusals(plan, tmp_path).values()) == {"protected"}
    assert not [one for one in plan.operations if b"route" in one.path or b"Projects" in one.path]
    library.close()


def test_names_of_one_inode_go_together_or_not_at_all(library: Library, tmp_path: Path) -> None:
    edit.protect(library.config, "two", "safe/**")
    library.toolkit.reload()
    put(tmp_path / "one" / "kick.wav", wav(1))
    put(tmp_path / "one" / "b.wav", wav(1))
    os.link(tmp_path / "one" / "b.wav", tmp_path / "two" / "link.wav")
    library.scan()
    keep = ["in:**/kick.wav"]
    assert gone(files(library).plan_duplicates(rules=keep), tmp_path) == ["one/b.wav", "two/link.wav"]
    (tmp_path / "two" / "safe").mkdir()
    os.link(tmp_path / "one" / "b.wav", tmp_path / "two" / "safe" / "link.wav")
    library.scan()
    plan = files(library).plan_duplicates(rules=keep)
    assert plan.operations == ()
    assert set(refusals(plan, tmp_path).values()) == {"protected"}


def test_hard_links_alone_are_no_duplicates(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "kick.wav", wav(1))
    os.link(tmp_path / "one" / "kick.wav", tmp_path / "one" / "link.wav")
    library.scan()
    assert files(library).plan_duplicates().operations == ()


def test_no_keeper_lies_in_a_trash(tmp_path: Path) -> None:
    library = Library(tmp_path / "config", {"one": tmp_path / "one"}, "[scan]\nexclude = []\n")
    put(tmp_path / "one" / ".Trash-1000" / "files" / "kick.wav", wav(1))
    put(tmp_path / "one" / "long folder" / "kick.wav", wav(1))
    library.scan()
    plan = files(library).plan_duplicates(rules=["in:**/.Trash-1000/**"])
    assert gone(plan, tmp_path) == ["one/.Trash-1000/files/kick.wav"]
    (tmp_path / "one" / "long folder" / "kick.wav").unlink()
    put(tmp_path / "one" / ".cache" / "kick.wav", wav(1))
    library.scan()
    plan = files(library).plan_duplicates()
    assert plan.operations == ()
    assert set(refusals(plan, tmp_path).values()) == {"keeper"}
    library.close()


def test_what_is_offline_is_told_and_kept(library: Library, tmp_path: Path) -> None:
    for name in ("one/kick.wav", "two/kick copy.wav"):
        put(tmp_path / name, wav(1))
    library.scan()
    (tmp_path / "two").rename(tmp_path / "unplugged")
    plan = files(library).plan_duplicates()
    assert (plan.operations, refusals(plan, tmp_path)) == ((), {"two/kick copy.wav": "offline"})
    plan = files(library).plan_delete(found(library, "kick"))
    assert (plan.operations, refusals(plan, tmp_path)) == ((), {"one/kick.wav": "keeper"})


def test_what_was_not_proved_is_not_removed(library: Library, tmp_path: Path) -> None:
    for name in ("one/kick.wav", "two/kick.wav"):
        put(tmp_path / name, wav(1))
    library.scan()
    tell(library.toolkit.database, "UPDATE audio SET verified = 0")
    plan = files(library).plan_duplicates()
    assert plan.operations == ()
    assert set(refusals(plan, tmp_path).values()) == {"unverified"}


def test_what_changed_since_the_scan(library: Library, tmp_path: Path) -> None:
    for at in range(6):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
        put(tmp_path / "two" / f"{at} copy.wav", wav(at))
    library.scan()
    two = tmp_path / "two"
    (two / "0 copy.wav").unlink()
    put(two / "1 copy.wav", wav(77))
    os.utime(two / "2 copy.wav")
    (two / "3 copy.wav").unlink()
    (two / "3 copy.wav").symlink_to(tmp_path / "one" / "3.wav")
    (two / "4 copy.wav").unlink()
    (two / "4 copy.wav").mkdir()
    put(tmp_path / "one" / "5.wav", wav(78))  # what would be kept
    plan = files(library).plan_duplicates()
    kinds = refusals(plan, tmp_path)
    assert {name: kinds[f"two/{name} copy.wav"] for name in "01234"} == {
        "0": "missing", "1": "changed", "2": "changed", "3": "link", "4": "changed"
    }  # fmt: skip
    assert plan.operations == ()


def test_what_was_written_a_moment_ago_is_in_use(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "kick.wav", wav(1))
    put(tmp_path / "two" / "kick copy.wav", wav(1))
    put(tmp_path / "two" / "old copy.wav", wav(1))
    now = time.time()
    os.utime(tmp_path / "two" / "kick copy.wav", (now, now - 30))
    os.utime(tmp_path / "two" / "old copy.wav", (now, now - 70))
    library.scan()
    plan = files(library).plan_duplicates(rules=["source:one"])
    assert gone(plan, tmp_path) == ["two/old copy.wav"]
    assert refusals(plan, tmp_path) == {"two/kick copy.wav": "in use"}


def test_the_review_names_the_loss_of_each_folder(library: Library, tmp_path: Path) -> None:
    for at in range(5):
        put(tmp_path / "one" / "kept" / f"{at}.wav", wav(at))
    for at in range(3):
        put(tmp_path / "two" / "Pack X" / f"{at} copy.wav", wav(at))
    put(tmp_path / "two" / "Pack X" / "own.wav", wav(50))
    put(tmp_path / "two" / "4 copy.wav", wav(4))
    library.scan()
    plan = files(library).plan_duplicates()
    pack, rest = files(library).review(plan)
    assert (pack.folder, pack.files, pack.of) == (os.fsencode(tmp_path / "two" / "Pack X"), 3, 4)
    assert (pack.kept_in, pack.last, pack.size) == ((("one", 3),), 0, 3 * len(wav(0)))
    assert (rest.files, rest.of) == (1, 1)
    less = files(library).without(plan, [plan.operations[0].path])
    assert (less.totals.files, len(less.operations)) == (3, 3)


# --- delete ----------------------------------------------------------------------------------------------------------


def test_one_copy_of_what_is_deleted_stays(library: Library, tmp_path: Path) -> None:
    for name in ("one/a/kick.wav", "one/b/kick.wav", "two/kick.wav"):
        put(tmp_path / name, wav(1))
    library.scan()
    ids = found(library, "kick")
    # The path that lists show, and nothing else.
    assert gone(files(library).plan_delete(ids), tmp_path) == ["one/a/kick.wav"]
    # All paths that the query means, where another copy stays.
    query = library.toolkit.catalog.parse("source:one kick")
    plan = files(library).plan_delete(ids, query=query)
    assert gone(plan, tmp_path) == ["one/a/kick.wav", "one/b/kick.wav"]
    assert {one.keeper for one in plan.operations} == {os.fsencode(tmp_path / "two" / "kick.wav")}
    # All of them are meant: the rules say which one stays.
    plan = files(library).plan_delete(ids, query=library.toolkit.catalog.parse("kick"))
    assert (len(plan.operations), plan.totals.last) == (2, 0)
    assert list(refusals(plan, tmp_path).values()) == ["keeper"]
    # One path, by its name.
    exact = files(library).plan_delete((), paths=[os.fsencode(tmp_path / "two" / "kick.wav")])
    assert gone(exact, tmp_path) == ["two/kick.wav"]


def test_a_last_copy_is_marked(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "alone.wav", wav(1))
    put(tmp_path / "one" / "linked.wav", wav(2))
    os.link(tmp_path / "one" / "linked.wav", tmp_path / "one" / "other.wav")
    library.scan()
    plan = files(library).plan_delete(found(library, "*"))
    assert [(one.last, one.keeper, one.digest) for one in plan.operations] == [(True, None, None)] * 2
    assert plan.totals.last == 2
    with pytest.raises(Refused, match="2 only copies"):
        files(library).apply(plan)
    assert (tmp_path / "one" / "alone.wav").exists()


def test_paths_that_the_catalog_does_not_have(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "outside.wav", wav(1))
    put(tmp_path / "one" / "new.wav", wav(2))
    plan = files(library).plan_delete((), paths=[os.fsencode(tmp_path / n) for n in ("outside.wav", "one/new.wav")])
    assert refusals(plan, tmp_path) == {"outside.wav": "outside", "one/new.wav": "outside"}


def test_sidecars_are_left_behind_or_taken_along(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "kick.wav", wav(1))
    put(tmp_path / "two" / "kick copy.wav", wav(1))
    for name in ("kick copy.wav.asd", "kick copy.reapeaks", "kick copy.wav.txt", "other.wav.asd"):
        put(tmp_path / "two" / name, b"x")
    (tmp_path / "two" / "kick copy.cue").mkdir()
    library.scan()
    plan = files(library).plan_duplicates()
    assert sorted(os.path.basename(path) for path in plan.left_behind) == [b"kick copy.reapeaks", b"kick copy.wav.asd"]
    plan = files(library).plan_duplicates(with_sidecars=True)
    assert plan.left_behind == ()
    assert [one.reason == SIDECAR for one in plan.operations] == [False, True, True]
    assert (plan.totals.files, plan.totals.sidecars) == (3, 2)
    move = files(library).plan_move((), tmp_path / "one" / "new", with_sidecars=True,
                                    paths=[os.fsencode(tmp_path / "two" / "kick copy.wav")])  # fmt: skip
    assert [os.path.relpath(os.fsdecode(one.target or b""), tmp_path) for one in move.operations] == [
        "one/new/kick copy.wav", "one/new/kick copy.reapeaks", "one/new/kick copy.wav.asd"
    ]  # fmt: skip


def test_a_sidecar_that_two_sounds_share_stays(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "album.wav", wav(1))
    put(tmp_path / "one" / "album.mp3", b"x" * 200)
    put(tmp_path / "one" / "album.cue", b"x")
    library.scan()
    plan = files(library).plan_delete(found(library, "album format:wav"), with_sidecars=True)
    assert gone(plan, tmp_path) == ["one/album.wav"]


# --- move, copy, rename ----------------------------------------------------------------------------------------------


def test_moves(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "a" / "kick.wav", wav(1))
    put(tmp_path / "one" / "b" / "kick.wav", wav(2))
    put(tmp_path / "two" / "there.wav", wav(3))
    put(tmp_path / "one" / "there.wav", wav(4))
    library.scan()
    to = tmp_path / "two"
    plan = files(library).plan_move(found(library, "path+ *"), to, leave_symlink=True)
    assert gone(plan, tmp_path)[::2] == ["one/a/kick.wav"]
    assert [one.reason for one in plan.operations] == ["", LEFT_LINK]
    assert plan.totals.files == 1
    assert refusals(plan, tmp_path) == {
        "one/b/kick.wav": "exists", "one/there.wav": "exists", "two/there.wav": "skipped"
    }  # fmt: skip
    with pytest.raises(UsageError):
        files(library).plan_move([1], tmp_path / "one" / ".ctk-quarantine" / "x")
    with pytest.raises(UsageError, match="no folder"):
        files(library).plan_move([1], tmp_path / "one" / "there.wav")
    edit.protect(library.config, "two", "safe/**")
    library.toolkit.reload()
    with pytest.raises(Refused, match="protected"):
        files(library).plan_move([1], tmp_path / "two" / "safe")


def test_copies_into_a_project(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "a" / "kick.wav", wav(1))
    put(tmp_path / "one" / "b" / "kick.wav", wav(2))
    put(tmp_path / "two" / "kick copy.wav", wav(1))
    library.scan()
    to = tmp_path / "project"
    ids = found(library, "path+ *")

    def targets(plan: Plan) -> list[str]:
        return [os.path.relpath(os.fsdecode(one.target or b""), to) for one in plan.operations]

    assert targets(files(library).plan_copy(ids, to, tree=True)) == ["a/kick.wav", "b/kick.wav"]
    assert targets(files(library).plan_copy(ids, to, on_exists="number")) == ["kick.wav", "kick 2.wav"]
    plan = files(library).plan_copy(ids, to)
    assert (targets(plan), list(refusals(plan, tmp_path).values())) == (["kick.wav"], ["exists"])
    plan = files(library).plan_copy(ids, to, on_exists="skip")
    assert list(refusals(plan, tmp_path).values()) == ["skipped"]
    (tmp_path / "one").rename(tmp_path / "unplugged")
    assert [one.path for one in files(library).plan_copy(ids, to).operations] == [
        os.fsencode(tmp_path / "two" / "kick copy.wav")  # the first copy that is online
    ]


def test_renames(library: Library, tmp_path: Path) -> None:
    for at, name in enumerate(("a.wav", "b.wav", "c.wav", "taken.wav")):
        put(tmp_path / "one" / name, wav(at))
    library.scan()
    one = tmp_path / "one"

    def to(**names: str) -> Plan:
        pairs = [(os.fsencode(one / f"{old}.wav"), os.fsencode(new)) for old, new in names.items()]
        return files(library).plan_rename_to(pairs)

    assert gone(to(a="b.wav", b="x.wav"), tmp_path) == ["one/b.wav", "one/a.wav"]  # a name is free before it is needed
    assert refusals(to(a="b.wav", b="a.wav"), tmp_path) == {"one/a.wav": "exists", "one/b.wav": "exists"}  # a circle
    assert refusals(to(a="x.wav", b="x.wav"), tmp_path) == {"one/b.wav": "exists"}
    assert refusals(to(a="taken.wav"), tmp_path) == {"one/a.wav": "exists"}
    assert refusals(to(a="b.wav", b="taken.wav"), tmp_path) == {"one/a.wav": "exists", "one/b.wav": "exists"}
    for name in ("con.wav", "a/b.wav", "x.txt", "noext", "x" * 252 + ".wav", "._a.wav", "a:b.wav"):
        assert refusals(to(a=name), tmp_path) == {"one/a.wav": "name"}, name
    assert to(a="a.wav").operations == ()
    plan = files(library).plan_rename(found(library, "path+ *"), "{name} {n:02}")
    assert [os.path.basename(os.fsdecode(one.target or b"")) for one in plan.operations] == [
        "a 01.wav", "b 02.wav", "c 03.wav", "taken 04.wav"
    ]  # fmt: skip
    assert files(library).names_to_edit(found(library, "a.wav")) == [os.fsencode(one / "a.wav")]


def test_a_long_chain_of_renames(library: Library, tmp_path: Path) -> None:
    for at in range(300):
        put(tmp_path / "one" / f"{at:03}.wav", wav(at))
    library.scan()
    pairs = [(os.fsencode(tmp_path / "one" / f"{at:03}.wav"), b"%03d.wav" % (at + 1)) for at in range(300)]
    plan = files(library).plan_rename_to(pairs)
    assert [one.target for one in plan.operations][:2] == [
        os.fsencode(tmp_path / "one" / "300.wav"), os.fsencode(tmp_path / "one" / "299.wav")
    ]  # fmt: skip
    assert files(library).apply(plan).failed == ()
    assert (tmp_path / "one" / "300.wav").read_bytes() == wav(299)
    assert files(library).undo(files(library).reversal()).failed == ()
    assert (tmp_path / "one" / "000.wav").read_bytes() == wav(0)


def test_a_source_that_is_disabled_is_not_touched(library: Library, tmp_path: Path) -> None:
    for name in ("one/kick.wav", "two/kick copy.wav"):
        put(tmp_path / name, wav(1))
    library.scan()
    library.toolkit.sources.enable("two", enabled=False)
    assert refusals(files(library).plan_duplicates(), tmp_path) == {"two/kick copy.wav": "outside"}
    shutil.rmtree(tmp_path / "two")
