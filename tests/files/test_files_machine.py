"""Whatever is done in whatever order, killed or not: nothing is lost, and undoing all brings every path back."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ctk_tui.catalog import health
from ctk_tui.config import edit
from ctk_tui.model.errors import CtkError, UsageError
from tests.conftest import IN_CI
from tests.support.changing import Victims, contents
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from ctk_tui.model.plan import Plan

BASE = "/dev/shm" if os.path.isdir("/dev/shm") else None
"""In memory: nothing is cut off but processes, and a sync of a disk costs a second of every ten."""
FOLDERS = ("lib", "lib/sub", "lib/sub/deeper", "lib/nested", "lib/nested/sub", "drive", "drive/packs", "lib/safe")
BACKWARDS = ("undo", "redo", "restore", "empty")
seeds = st.integers(0, 3)
folders = st.sampled_from((*FOLDERS[:-1], *FOLDERS))
"""The protected one less often."""
whats = st.sampled_from(["clean-up", "delete", "move", "rename", "copy"])
rules = st.sampled_from([("shortest-path",), ("longest-path",), ("source:drive", "oldest"), ("tidy-name", "newest")])
indexes = st.integers(0, 30)
moments = st.integers(1, 40)


class Machine(RuleBasedStateMachine):
    """Sources inside sources, linked and protected, on a drive that comes and goes; a user, and processes that die."""

    victims: Victims

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp(prefix="ctk-machine-", dir=BASE))
        for name in FOLDERS:
            (self.base / name).mkdir(parents=True, exist_ok=True)
        sources = {"lib": self.base / "lib", "nested": self.base / "lib" / "nested", "drive": self.base / "drive"}
        self.library = Library(self.base / "config", sources)
        edit.protect(self.library.config, "lib", "safe/**")
        self.library.toolkit.reload()
        self.made: dict[str, tuple[object, ...]] = {}
        """What the user put where, relative: all of it is there again in the end."""
        self.drive = self.base / "drive"
        self.online = True
        self.count = 0
        self.copied = False
        self.dirty = False
        """Whether a process was killed since the catalog was last in order."""
        self.given_up: set[bytes] = set()
        """Contents whose last copy the user let go."""

    # --- the user --------------------------------------------------------------------------------------------------

    def _place(self, name: str) -> Path:
        return self.drive / name.removeprefix("drive").lstrip("/") if name.startswith("drive") else self.base / name

    @initialize(every=st.lists(st.tuples(folders, seeds), min_size=4, max_size=12))
    def begin(self, every: list[tuple[str, int]]) -> None:
        for folder, seed in every:
            self.add(folder, seed)
        self.scan()

    @rule(folder=folders, seed=seeds)
    def add(self, folder: str, seed: int) -> None:
        if folder.startswith("drive") and not self.online:
            return
        self.count += 1
        name = f"{self.count}{' copy' * (self.count % 2)}.wav"
        put(self._place(folder) / name, wav(seed))
        self.made[f"{folder}/{name}"] = self._seen()[f"{folder}/{name}"]

    @rule(folder=folders, at=indexes, symbolic=st.booleans())
    def link(self, folder: str, at: int, symbolic: bool) -> None:
        paths = [path for path, seen in sorted(self._seen().items()) if seen[0] == stat.S_IFREG]
        if not paths or (folder.startswith("drive") and not self.online):
            return
        self.count += 1
        source, target = self._place(paths[at % len(paths)]), self._place(folder) / f"{self.count} link.wav"
        if symbolic:
            target.symlink_to(source)
        else:
            os.link(source, target)
        self.made[f"{folder}/{target.name}"] = self._seen()[f"{folder}/{target.name}"]

    def _seen(self) -> dict[str, tuple[object, ...]]:
        """Return all files outside of quarantine, relative, the drive under its own name wherever it is."""
        found: dict[str, tuple[object, ...]] = {}
        for root, shown in ((self.base / "lib", "lib"), (self.drive, "drive")):
            for folder, names, files in os.walk(root):
                names[:] = [name for name in names if name != ".ctk-quarantine"]
                for name in files:
                    path = os.path.join(folder, name)
                    status = os.lstat(path)
                    kind = stat.S_IFMT(status.st_mode)
                    what: Any = os.readlink(path) if stat.S_ISLNK(status.st_mode) else Path(path).read_bytes()
                    time = 0 if stat.S_ISLNK(status.st_mode) else status.st_mtime_ns
                    found[os.path.join(shown, os.path.relpath(path, root))] = (kind, what, time, status.st_mode)
        return found

    @rule()
    def unplug_or_plug(self) -> None:
        if self.online:
            self.drive.rename(self.base / "unplugged")
            self.drive = self.base / "unplugged"
        else:
            place = self.base / "drive"
            self.drive.rename(place)
            self.drive = place
            self.library.toolkit.sources.relocate("drive", place)
        self.online = not self.online

    @precondition(lambda self: self.online)
    @rule()
    def mount_elsewhere(self) -> None:
        place = self.base / ("drive" if self.drive.name == "mnt" else "mnt")
        self.drive.rename(place)
        self.drive = place
        self.library.toolkit.sources.relocate("drive", place)

    # --- ctk -------------------------------------------------------------------------------------------------------

    @rule()
    def scan(self) -> None:
        self.library.scan()

    def _plan(self, what: str, at: int, keep: tuple[str, ...]) -> Plan | None:
        files, catalog = self.library.toolkit.files, self.library.toolkit.catalog
        every = catalog.search("*")
        some = [every[(at + step) % len(every)] for step in range(min(4, len(every)))] if every else []
        folder = FOLDERS[at % (len(FOLDERS) - (at % 3 > 0))]  # now and then the protected one
        if folder.startswith("drive") and not self.online:
            return None
        self.count += 1
        try:
            if what == "clean-up":
                return files.plan_duplicates(rules=keep)
            if what == "delete":
                return files.plan_delete(some, query=catalog.parse("*") if at % 2 else None)
            if what == "move":
                return files.plan_move(some, self._place(folder) / f"m{at % 4}", leave_symlink=at % 5 == 0)
            if what == "rename":
                return files.plan_rename(some, ("{name} x", "s/ copy//", "{n:03}", "s/^.*$/same.wav/")[at % 4])
            plan = files.plan_copy(some, self._place(folder) / f"c{at % 4}", on_exists="number",
                                   kind=("copy", "hardlink", "symlink")[at % 3])  # fmt: skip
        except CtkError:  # a target that is protected, or offline
            return None
        self.copied = self.copied or bool(plan.operations)
        return plan

    @rule(every=st.lists(st.tuples(whats, indexes), min_size=1, max_size=4), keep=rules)
    def apply(self, every: list[tuple[str, int]], keep: tuple[str, ...]) -> None:
        for what, at in every:
            plan = self._plan(what, at, keep)
            if plan is not None:
                self._give_up(plan)
                self.library.toolkit.files.apply(plan, last_copies=True)
                self._mended()
                self.the_catalog_is_right()

    @rule(what=whats, at=indexes, keep=rules, moment=moments)
    def apply_and_die(self, what: str, at: int, keep: tuple[str, ...], moment: int) -> None:
        plan = self._plan(what, at, keep)
        if plan is None:
            return
        self._give_up(plan)
        file = self.base / f"plan-{self.count}.jsonl"
        self.library.toolkit.files.write_plan(plan, file)
        library = self.library
        self.victims.run(
            library.config, library.database, "apply", kill=moment, plan=str(file), last_copies=True
        )  # fmt: skip
        self.dirty = True

    def _mended(self) -> None:
        """Note what is left to be mended: what was killed on a drive that is away waits for it."""
        self.dirty = self.library.toolkit.files.interrupted() != []

    def _give_up(self, plan: Plan) -> None:
        for one in plan.operations:
            if one.last:
                self.given_up.add(Path(os.fsdecode(one.path)).read_bytes())

    @rule(at=indexes, back=st.booleans())
    def undo(self, at: int, back: bool) -> None:
        """Undo an entry, the newest more often than others; undoing an undo is redo."""
        files = self.library.toolkit.files
        entries = [one.id for one in files.history() if (one.kind in BACKWARDS) == back]
        if entries:
            with contextlib.suppress(UsageError):
                files.undo(files.reversal(entries[at % len(entries) if at % 3 == 0 else 0]))
                self._mended()

    @rule(moment=moments)
    def undo_and_die(self, moment: int) -> None:
        files = self.library.toolkit.files
        entries = [
            one.id for one in files.history() if one.kind not in BACKWARDS and one.state in ("applied", "partial")
        ]
        if entries:
            library = self.library
            self.victims.run(library.config, library.database, "undo", kill=moment, entry=entries[0])
            self.dirty = True

    @rule(at=indexes)
    def restore(self, at: int) -> None:
        files = self.library.toolkit.files
        held = files.quarantine()
        if held:
            with contextlib.suppress(UsageError):
                files.undo(files.reversal(paths=[held[at % len(held)].path], kind="restore"))
                self._mended()

    @rule()
    def recover(self) -> None:
        self.library.toolkit.files.recover()
        self._mended()

    # --- what holds ------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_lost(self) -> None:
        there = contents(self.base / "lib", self.drive)
        mine = self._mine()
        assert there >= mine
        if not self.copied:
            assert there == mine

    def _mine(self) -> Counter[bytes]:
        """Return the contents that the user made, hard links being one."""
        found: Counter[bytes] = Counter()
        for path, what in self.made.items():
            if what[0] == stat.S_IFREG and " link" not in path:
                assert isinstance(what[1], bytes)
                found[what[1]] += 1
        return found

    @invariant()
    def no_content_is_in_quarantine_alone(self) -> None:
        outside = {what[1] for what in self._seen().values() if what[0] == stat.S_IFREG}
        assert set(self._mine()) - self.given_up <= outside

    @invariant()
    def the_catalog_is_right(self) -> None:
        database = self.library.toolkit.database
        assert health.inconsistencies(database) == []
        if not self.dirty:
            for path in self.library.paths():
                away = not self.online and not path.startswith(os.fsencode(self.base / "lib"))
                assert away or os.path.lexists(path)

    @invariant()
    def nothing_is_left_half_done(self) -> None:
        if not self.dirty:
            assert not [path for path in self._seen() if "ctk-tmp" in path]

    def teardown(self) -> None:
        try:
            if not self.online:
                self.unplug_or_plug()
            elif self.drive.name != "drive":
                self.mount_elsewhere()
            files = self.library.toolkit.files
            files.recover()
            for _ in range(4):  # what stands in the way of one is undone with another
                for one in files.history():
                    if one.kind not in BACKWARDS and one.state in ("applied", "partial"):
                        with contextlib.suppress(UsageError):
                            files.undo(files.reversal(one.id))
            assert self._seen() == self.made
            assert files.interrupted() == []
            assert health.faults(self.library.toolkit.database) == []
        finally:
            self.library.close()
            shutil.rmtree(self.base)


def run(sequences: int, steps: int) -> None:
    with Victims() as victims:
        Machine.victims = victims
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=sequences, stateful_step_count=steps, deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip


@pytest.mark.timeout(900)
def test_whatever_is_done() -> None:
    run(200 if IN_CI else 20, 10)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_whatever_is_done_2000_times() -> None:
    run(2000, 16)
