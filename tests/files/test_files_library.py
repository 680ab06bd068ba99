"""A whole library cleaned up and brought back: names, bytes, times, permissions and hard links are what they were."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from bench import library as bench_library
from ctk_tui.catalog import health
from tests.support.library import Library

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.demo.library import DemoLibrary

Seen = dict[bytes, tuple[int, int, int, int, bytes]]
OLD = 1_600_000_000
"""Seconds since the epoch: a file that was written a minute ago counts as in use."""


def seen(root: Path) -> Seen:
    """Return all below a folder, quarantine aside: inode, permissions, names of the inode, time, bytes or link."""
    found: Seen = {}
    for folder, folders, files in os.walk(os.fsencode(root)):
        folders[:] = [name for name in folders if name != b".ctk-quarantine"]
        for path in (folder, *(os.path.join(folder, name) for name in files)):
            status = os.lstat(path)
            if stat.S_ISDIR(status.st_mode):
                content: bytes = b""
            elif stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)
            else:
                with open(path, "rb") as file:
                    content = hashlib.file_digest(file, "blake2b").digest()
            names = 0 if stat.S_ISDIR(status.st_mode) else status.st_nlink
            found[path] = (status.st_ino, status.st_mode, names, status.st_mtime_ns, content)
    return found


def copies_of(found: Seen) -> dict[object, set[object]]:
    """Return the content of regular files to the inodes that hold it."""
    copies: dict[object, set[object]] = {}
    for inode, mode, _, _, content in found.values():
        if stat.S_ISREG(mode):
            copies.setdefault(content, set()).add(inode)
    return copies


def there_and_back(library: Library, root: Path) -> int:
    """Clean up all exact groups and undo that; twice, for what was done once must leave nothing that hinders.

    Args:
        library: scanned.
        root: the folder that holds all its sources.

    Returns:
        How many names the clean-up removed.
    """
    files, before = library.toolkit.files, seen(root)
    for _ in range(2):
        plan = files.plan_duplicates()
        report = files.apply(plan)
        assert (report.done, report.failed, plan.totals.last) == (plan.totals.files, (), 0)
        after = seen(root)
        assert len(before) - len(after) == report.done
        copies = copies_of(after)
        assert copies.keys() == copies_of(before).keys()
        assert {len(inodes) for inodes in copies.values()} == {1}
        assert files.plan_duplicates().operations == ()
        undone = files.undo(files.reversal())
        assert (undone.done, undone.failed) == (report.done, ())
        back = seen(root)
        assert back.keys() == before.keys()
        assert [path for path in before if before[path] != back[path]] == []
    assert health.inconsistencies(library.toolkit.database) == []
    counts = library.scan().counts
    assert [counts[name] for name in ("new", "updated", "moved", "duplicates", "missing")] == [0] * 5
    return report.done


def test_the_demo_library(demo_library: DemoLibrary, tmp_path: Path) -> None:
    """It has odd names, stems of one fingerprint, broken sounds, sidecars and a hard link."""
    root = tmp_path / "demo"
    subprocess.run(["cp", "-a", str(demo_library.root), str(root)], check=True)
    sources = {name: root / path.relative_to(demo_library.root) for name, path in demo_library.sources.items()}
    library = Library(tmp_path / "config", sources)
    library.scan()
    sounds = [file for file in demo_library.files if file.kind == "sound" and not file.link_of]
    assert there_and_back(library, root) == len(sounds) - len({file.content for file in sounds})
    library.close()


@pytest.mark.soak
@pytest.mark.needs("ffmpeg", *bench_library.SOUNDS)
@pytest.mark.timeout(3600)
def test_twenty_thousand_files(tmp_path: Path) -> None:
    root = tmp_path / "library"
    truth = bench_library.make(root, 20_000, seconds=0.3)
    (root / "linked").mkdir()
    copies = [path for path, of in truth.items() if of is not None]
    for number, path in enumerate(copies[::10]):  # names of one inode go together or not at all
        os.link(root / path, root / "linked" / f"{number}{os.path.splitext(path)[1]}")
    for folder, _, files in os.walk(root, topdown=False):
        for name in files:
            os.utime(os.path.join(folder, name), (OLD, OLD))
    library = Library(tmp_path / "config", {"bench": root})
    library.scan()
    assert there_and_back(library, root) >= len(copies)
    library.close()
