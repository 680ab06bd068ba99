"""Two other finders of duplicates see the groups that ctk sees; where they see more, it is none of a sound's copies."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench import library as bench_library
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctk_tui.demo.library import DemoLibrary

Groups = set[frozenset[int]]
"""Inode numbers: whichever of its names a program tells, a file is one file."""
Finder = Callable[[Path, Path], Groups]
"""From a root, and a folder to run in, to groups."""


def inodes(groups: Iterable[Iterable[bytes]]) -> Groups:
    found = {frozenset(os.lstat(path).st_ino for path in group) for group in groups}
    return {group for group in found if len(group) > 1}


def of_ctk(library: Library) -> Groups:
    return inodes([file.path for file in group.files] for group in library.toolkit.duplicates.exact())


def of_rmlint(root: Path, cwd: Path) -> Groups:
    """Ask rmlint, hidden files too; it compares BLAKE2b digests."""
    line = ["rmlint", "-T", "df", "--hidden", "--no-hardlinked", "--no-followlinks", "-o", "json:stdout", str(root)]
    said = subprocess.run(line, cwd=cwd, capture_output=True, check=True).stdout
    groups: dict[str, list[bytes]] = {}
    for one in json.loads(os.fsdecode(said), strict=False):  # names are in it as they are, control characters too
        if one.get("type") == "duplicate_file":
            groups.setdefault(one["checksum"], []).append(os.fsencode(one["path"]))
    return inodes(groups.values())


def of_jdupes(root: Path, cwd: Path) -> Groups:
    """Ask jdupes; it compares byte by byte."""
    line = ["jdupes", "-r", "-q", "-0", str(root)]
    said = subprocess.run(line, cwd=cwd, capture_output=True, check=True).stdout
    return inodes(group.split(b"\0") for group in said.removesuffix(b"\0\0").split(b"\0\0"))


FINDERS = [
    pytest.param(of_rmlint, marks=pytest.mark.needs("rmlint"), id="rmlint"),
    pytest.param(of_jdupes, marks=pytest.mark.needs("jdupes"), id="jdupes"),
]


def twice(root: Path, name: str, content: bytes) -> frozenset[int]:
    """Put a content at two places, and return what a finder would call it."""
    paths = [root / "studio" / name, root / "archive" / f"copy of {name}"]
    for path in paths:
        put(path, content)
    return frozenset(path.stat().st_ino for path in paths)


@pytest.mark.parametrize("find", FINDERS)
def test_the_demo_library(find: Finder, demo_library: DemoLibrary, tmp_path: Path) -> None:
    """It has odd names, a hard link, sidecars, and stems that are equal at both ends."""
    root = tmp_path / "demo"
    subprocess.run(["cp", "-a", str(demo_library.root), str(root)], check=True)
    (root / "studio" / "link.wav").symlink_to(root / "archive" / "mixes")
    twice(root, "nothing.wav", b"")  # empty: an error of each, for ctk; the others leave it out too
    twice(root, "long.wav", wav(1, frames=100_000))
    for middle in (1, 2):  # equal at both ends
        put(root / "studio" / f"stem {middle}.wav", wav(2, frames=100_000, middle=middle))
    no_sound = {
        "short": twice(root, "short.wav", b"x" * 100),  # below min_file_size
        "broken": twice(root, "garbage.wav", bytes(range(256)) * 4),  # an error of each
        "no audio": twice(root, "notes.txt", b"to do\n" * 40),
    }
    sources = {name: root / path.relative_to(demo_library.root) for name, path in demo_library.sources.items()}
    library = Library(tmp_path / "config", sources)
    library.scan()
    ours, theirs = of_ctk(library), find(root, tmp_path)
    library.close()
    assert len(ours) > 20
    assert ours - theirs == set()
    assert theirs - ours == set(no_sound.values())


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.needs("ffmpeg", *bench_library.SOUNDS)
@pytest.mark.parametrize("find", FINDERS)
def test_files_that_differ_in_their_tags_alone(find: Finder, tmp_path: Path) -> None:
    """The bench library is a few sounds in seven formats, each file with another title: other bytes, no duplicates."""
    root = tmp_path / "library"
    truth = bench_library.make(root, 5_000, seconds=0.3)
    library = Library(tmp_path / "config", {"bench": root})
    library.scan()
    ours = of_ctk(library)
    library.close()
    groups: dict[str, list[bytes]] = {}
    for path, of in truth.items():
        groups.setdefault(of or path, []).append(os.fsencode(root / path))
    assert ours == inodes(groups.values())
    assert ours == find(root, tmp_path)
