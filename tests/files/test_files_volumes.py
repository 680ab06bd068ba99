"""Volumes of their own kind: one on which a file cannot be renamed, and a FAT volume."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.changing import difference, paired, quarantined, tree
from tests.support.library import wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.needs("mount", "mkfs.ext4", "chattr")
def test_a_file_that_becomes_read_only(tmp_path: Path, at_step: Callable[..., None]) -> None:
    image, place = tmp_path / "image", tmp_path / "drive"
    image.touch()
    os.truncate(image, 16 << 20)
    place.mkdir()
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True)
    try:
        library = paired(tmp_path, place)
        path = place / "Samples" / "sub" / "0 copy.wav"
        at_step("begun", lambda: subprocess.run(["chattr", "+i", str(path)], check=True))
        report = library.toolkit.files.apply(library.toolkit.files.plan_duplicates())
        assert [(one.path, one.kind) for one in report.failed] == [(os.fsencode(path), "read-only")]
        assert (report.done, path.read_bytes()) == (2, wav(0))
        assert quarantined(place) == ["1 copy.wav", "2 copy.wav"]
        library.close()
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.soak
@pytest.mark.needs("mount", "mkfs.vfat", "/sys/module/vfat")
def test_there_and_back_on_a_fat_volume(tmp_path: Path) -> None:
    """No hard links, no permissions, times of two seconds, inode numbers that change with every mount."""
    image, place = tmp_path / "image", tmp_path / "drive"
    image.touch()
    os.truncate(image, 16 << 20)
    place.mkdir()
    subprocess.run(["mkfs.vfat", str(image)], check=True, capture_output=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True)
    try:
        library = paired(tmp_path, place)
        files, before = library.toolkit.files, tree(place / "Samples")
        assert files.apply(files.plan_duplicates()).failed == ()
        assert quarantined(place) == ["0 copy.wav", "1 copy.wav", "2 copy.wav"]
        subprocess.run(["umount", str(place)], check=True)
        subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True)
        assert files.undo(files.reversal()).failed == ()
        assert difference(before, tree(place / "Samples")) == []
        library.close()
    finally:
        subprocess.run(["umount", str(place)], check=True)
