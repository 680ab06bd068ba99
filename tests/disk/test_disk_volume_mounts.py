"""Real file systems, mounted: what they are is what they were, wherever they come back."""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ctk_tui.disk import volume_linux
from ctk_tui.disk.volume import identify, mounted_volumes
from tests.support.mounts import mounted

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.needs("mount")


def image(path: Path, size: int, *make: str) -> Path:
    path.touch()
    os.truncate(path, size)
    subprocess.run([*make, str(path)], check=True, capture_output=True)
    return path


def test_a_tmpfs_is_nobody(tmp_path: Path) -> None:
    with mounted("tmpfs", tmp_path / "a", "-t", "tmpfs") as a, mounted("tmpfs", tmp_path / "b", "-t", "tmpfs") as b:
        (a / "sub").mkdir()
        assert not identify(str(a)).known
        assert identify(str(a / "sub")) == identify(str(a))
        assert identify(str(a)).identity != identify(str(b)).identity != identify(str(tmp_path)).identity
        assert a not in {found.mount_point for found in mounted_volumes()}


def test_a_mount_over_a_folder_with_blanks_and_odd_bytes(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"My \\ Drive\t\n\xff")
    with mounted("tmpfs", odd, "-t", "tmpfs"):
        assert identify(str(odd)).mount_point == odd
    assert identify(str(odd)).mount_point != odd


def test_a_bind_mount_is_the_volume_behind_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with mounted(tmp_path / "a", tmp_path / "b", "--bind") as b:
        found = identify(str(b))
        assert found.mount_point == b
        assert found.fstype == identify(str(tmp_path)).fstype
        if found.known:
            assert found.identity == identify(str(tmp_path)).identity


def test_a_mount_hidden_by_another_is_not_taken_for_it(tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    with ExitStack() as stack:
        inner = stack.enter_context(mounted("tmpfs", outer / "inner", "-t", "tmpfs"))
        stack.enter_context(mounted("tmpfs", outer, "-t", "tmpfs"))
        inner.mkdir()
        assert identify(str(inner)).mount_point == outer


@pytest.mark.needs("mkfs.ext4", "losetup")
def test_ext4_is_itself_at_every_mount_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = image(tmp_path / "a.img", 8 << 20, "mkfs.ext4", "-q", "-F")
    second = image(tmp_path / "b.img", 8 << 20, "mkfs.ext4", "-q", "-F")
    with mounted(first, tmp_path / "x", "-o", "loop") as x, mounted(second, tmp_path / "y", "-o", "loop") as y:
        one, other = identify(str(x)), identify(str(y))
        listed = {found.identity: found.mount_point for found in mounted_volumes()}
        # An older kernel without udev: the fsid has to do.
        monkeypatch.setattr(volume_linux, "_uuid_of_kernel", lambda path: "")
        monkeypatch.setattr(volume_linux, "_uuid_of_udev", lambda source: "")
        old = identify(str(x)), identify(str(y))
    assert one.known
    assert one.fstype == "ext4"
    assert one.identity != other.identity
    assert listed[one.identity] == x
    assert old[0].known
    assert old[0].identity.startswith("fsid:")
    assert old[0].identity != old[1].identity
    monkeypatch.undo()
    with mounted(second, tmp_path / "x", "-o", "loop") as x, mounted(first, tmp_path / "z", "-o", "loop") as z:
        assert identify(str(x)).identity == other.identity
        assert identify(str(z)).identity == one.identity
        monkeypatch.setattr(volume_linux, "_uuid_of_kernel", lambda path: "")
        monkeypatch.setattr(volume_linux, "_uuid_of_udev", lambda source: "")
        assert identify(str(z)).identity == old[0].identity


@pytest.mark.needs("mkfs.ext4", "losetup", "tune2fs")
def test_ext4_without_a_uuid_is_unknown(tmp_path: Path) -> None:
    made = image(tmp_path / "a.img", 8 << 20, "mkfs.ext4", "-q", "-F", "-U", "00000000-0000-0000-0000-000000000000")
    subprocess.run(["tune2fs", "-U", "clear", str(made)], check=True, capture_output=True)
    with mounted(made, tmp_path / "x", "-o", "loop") as x:
        found = identify(str(x))
        assert not found.known
        assert found.identity == f"unknown:ext4:{x}"


@pytest.mark.needs("mkfs.btrfs", "losetup", "btrfs")
def test_subvolumes_are_told_apart(tmp_path: Path) -> None:
    """They share one UUID, and their inodes have the same numbers."""
    made = image(tmp_path / "a.img", 120 << 20, "mkfs.btrfs", "-q")
    with mounted(made, tmp_path / "x", "-o", "loop") as x:
        for name in ("one", "two"):
            subprocess.run(["btrfs", "subvolume", "create", str(x / name)], check=True, capture_output=True)
            (x / name / "a.wav").touch()
        assert (x / "one/a.wav").stat().st_ino == (x / "two/a.wav").stat().st_ino
        one, two, top = (identify(str(x / name)) for name in ("one", "two", "."))
        assert len({one.identity, two.identity, top.identity}) == 3
        assert one.known
    with mounted(made, tmp_path / "y", "-o", "loop,subvol=one") as y:
        assert identify(str(y)).identity == one.identity


@pytest.mark.soak  # few kernels of build machines have the module
@pytest.mark.needs("mkfs.vfat", "losetup", "/sys/module/vfat")
def test_fat_is_blind_to_case_and_coarse_in_time(tmp_path: Path) -> None:
    made = image(tmp_path / "a.img", 4 << 20, "mkfs.vfat", "-i", "1234ABCD")
    with mounted(made, tmp_path / "x", "-o", "loop") as x:
        found = identify(str(x))
        (x / "Kick.WAV").touch()
        os.utime(x / "Kick.WAV", ns=(0, 1_000_000_001_500_000_000))
        assert (x / "kick.wav").exists() == found.case_blind
        assert found.coarse_mtime
