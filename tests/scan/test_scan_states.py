"""Catalog and disk stay equal, whatever happens between scans: held by a slow and simple model."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path

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
from tests.support.library import Library, files_below, put, wav

CONTENTS = (
    wav(1),
    wav(2),
    wav(3, frames=90_000),
    wav(3, frames=90_000, middle=77),  # the fingerprint of the one before, and another sound
    wav(3, frames=90_000, middle=78),
    b"garbage " * 40,
)
BROKEN = CONTENTS[-1]
NAMES = ["a.wav", "b.wav", "sub/a.wav", "sub/c.wav", "sub/deep/d.wav", "e.mp3"]
PLACES = st.tuples(st.sampled_from(["one", "two"]), st.sampled_from(NAMES))


class Drives(RuleBasedStateMachine):
    """Two sources, one of them with a nested third, and a user who does everything between two scans."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ctk-states-"))
        self.homes = {"one": self.folder / "one", "two": self.folder / "two"}
        self.library = Library(self.folder / "ctk", {**self.homes, "deep": self.homes["one"] / "sub" / "deep"})
        self.away: set[str] = set()
        self.scanned: dict[bytes, bytes] = {}
        self.remounts = 0
        self.fresh = False

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.folder)

    def place(self, where: tuple[str, str]) -> Path:
        return self.homes[where[0]] / where[1]

    def here(self, *places: tuple[str, str]) -> bool:
        return not any(source in self.away for source, _ in places)

    @initialize(contents=st.lists(st.sampled_from(CONTENTS), min_size=3, max_size=3))
    def fill(self, contents: list[bytes]) -> None:
        for at, content in enumerate(contents):
            put(self.homes["one"] / NAMES[at], content)
        put(self.homes["two"] / "kept.wav", wav(9))

    @rule(where=PLACES, content=st.sampled_from(CONTENTS))
    def write(self, where: tuple[str, str], content: bytes) -> None:
        if self.here(where):
            put(self.place(where), content)
            self.fresh = False

    @rule(where=PLACES, content=st.sampled_from(CONTENTS))
    def replace(self, where: tuple[str, str], content: bytes) -> None:
        """Change as editors do: a new file takes the name."""
        if self.here(where):
            beside = self.homes[where[0]] / "unfinished.tmp"
            put(beside, content)
            self.place(where).parent.mkdir(parents=True, exist_ok=True)
            beside.replace(self.place(where))
            self.fresh = False

    @rule(origin=PLACES, goal=PLACES, keep_time=st.booleans())
    def copy(self, origin: tuple[str, str], goal: tuple[str, str], keep_time: bool) -> None:
        if origin != goal and self.here(origin, goal) and self.place(origin).exists():
            put(self.place(goal), self.place(origin).read_bytes())
            if keep_time:
                shutil.copystat(self.place(origin), self.place(goal))
            self.fresh = False

    @rule(origin=PLACES, goal=PLACES)
    def link(self, origin: tuple[str, str], goal: tuple[str, str]) -> None:
        # Within a source: two drives share no inode, and one drive is not unplugged by halves.
        possible = origin[0] == goal[0] and self.here(origin, goal) and not self.place(goal).exists()
        if possible and self.place(origin).exists():
            self.place(goal).parent.mkdir(parents=True, exist_ok=True)
            os.link(self.place(origin), self.place(goal))
            self.fresh = False

    @rule(origin=PLACES, goal=PLACES)
    def rename(self, origin: tuple[str, str], goal: tuple[str, str]) -> None:
        if self.here(origin, goal) and self.place(origin).exists():
            self.place(goal).parent.mkdir(parents=True, exist_ok=True)
            if origin[0] == goal[0]:
                self.place(origin).replace(self.place(goal))
            elif origin != goal:
                self.place(goal).unlink(missing_ok=True)
                shutil.copy2(self.place(origin), self.place(goal))  # what moving to another drive does
                self.place(origin).unlink()
            self.fresh = False

    @rule(where=PLACES)
    def delete(self, where: tuple[str, str]) -> None:
        if self.here(where):
            self.place(where).unlink(missing_ok=True)
            self.fresh = False

    @rule(name=st.sampled_from(["one", "two"]))
    def unplug(self, name: str) -> None:
        if name not in self.away:
            self.homes[name].rename(self.folder / f"unplugged-{name}")
            self.away.add(name)
            self.fresh = False

    @rule(name=st.sampled_from(["one", "two"]))
    def replug(self, name: str) -> None:
        if name in self.away:
            (self.folder / f"unplugged-{name}").rename(self.homes[name])
            self.away.remove(name)
            self.fresh = False

    @precondition(lambda self: "two" in self.away)
    @rule()
    def replug_elsewhere(self) -> None:
        self.remounts += 1
        before, after = self.homes["two"], self.folder / f"mounted{self.remounts}"
        (self.folder / "unplugged-two").rename(after)
        self.homes["two"] = after
        self.away.remove("two")
        self.library.toolkit.sources.relocate("two", after)
        moved = os.fsencode(before), os.fsencode(after)
        self.scanned = {path.replace(*moved): content for path, content in self.scanned.items()}
        self.fresh = False

    @rule(full=st.booleans())
    def scan(self, full: bool) -> None:
        report = self.library.scan(full=full)
        on_disk: dict[bytes, bytes] = {}
        for name, home in self.homes.items():
            inside = os.fsencode(home) + b"/"
            if name not in self.away and not report_says_away(report, name):
                on_disk.update(files_below(home))
            else:
                kept = {path: content for path, content in self.scanned.items() if path.startswith(inside)}
                on_disk.update(kept)
        self.scanned = on_disk
        self.fresh = True
        counts = report.counts
        parts = ("new", "updated", "moved", "duplicates", "unchanged", "skipped")
        assert counts["found"] == sum(counts[part] for part in parts) + len(report.errors)

    @rule()
    def scan_again_changes_nothing(self) -> None:
        if self.fresh:
            before = dump(self.library)
            report = self.library.scan()
            assert dump(self.library) == before
            assert not report.new_errors()

    @invariant()
    def catalog_is_sound(self) -> None:
        assert health.inconsistencies(self.library.toolkit.database) == []
        assert health.faults(self.library.toolkit.database) == []

    @invariant()
    def catalog_says_what_was_scanned(self) -> None:
        present = self.library.paths()
        assert set(present) == set(self.scanned)
        by_id = defaultdict(set)
        by_content = defaultdict(set)
        for path, audio_id in present.items():
            by_id[audio_id].add(self.scanned[path])
            by_content[self.scanned[path]].add(audio_id)
        # No false duplicate, ever.
        assert all(len(contents) == 1 for contents in by_id.values())
        if not self.away and self.fresh:
            assert all(len(ids) == 1 for ids in by_content.values())

    @invariant()
    def groups_are_copies(self) -> None:
        wanted = set()
        if self.away or not self.fresh:
            return
        by_content = defaultdict(set)
        for path, content in self.scanned.items():
            if content != BROKEN:
                by_content[content].add((os.stat(path).st_dev, os.stat(path).st_ino))
        wanted = {content for content, inodes in by_content.items() if len(inodes) > 1}
        groups = self.library.toolkit.duplicates.exact()
        assert {self.scanned[group.files[0].path] for group in groups} == wanted
        assert all(len(group.files) == len(by_content[self.scanned[group.files[0].path]]) for group in groups)
        # A missing file of the same ends that was never compared keeps a group unverified; nothing else does.
        missing = set(self.library.paths("missing").values())
        with self.library.toolkit.database.read() as connection:
            rows = connection.execute("SELECT id, fingerprint FROM audio WHERE digest IS NULL").fetchall()
            doubtful = {fingerprint for audio_id, fingerprint in rows if audio_id in missing}
            rows = connection.execute("SELECT id, fingerprint FROM audio").fetchall()
        sure = {audio_id for audio_id, fingerprint in rows if fingerprint not in doubtful}
        assert all(group.verified == (group.id in sure) for group in groups)


def report_says_away(report: object, name: str) -> bool:
    """A source may be offline for the scan although its folder is there: emptied, its volume unknown."""
    return any(one.name == name and one.status != "ok" for one in report.sources)  # type: ignore[attr-defined]


def dump(library: Library) -> list[tuple[object, ...]]:
    """Return what the catalog says, without ids and times of the scan."""
    with library.toolkit.database.read() as connection:
        return connection.execute(
            "SELECT a.fingerprint, a.digest, a.size, a.format, a.duration, a.error, a.verified, a.shared, a.state,"
            " a.copies, p.id = a.primary_path, s.name, p.rel, p.size, p.mtime_ns, p.inode, p.state, p.search"
            " FROM paths p JOIN audio a ON a.id = p.audio_id JOIN sources s ON s.id = p.source_id"
            " ORDER BY s.name, p.rel"
        ).fetchall()


def sized(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


TestDrives = Drives.TestCase
TestDrives.settings = sized(60)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_catalog_and_disk_stay_equal_for_long() -> None:
    run_state_machine_as_test(Drives, settings=sized(3000))
