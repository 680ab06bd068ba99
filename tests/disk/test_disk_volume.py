"""Asking for a volume: real folders, places that are not there, mounts that never answer."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from ctk_tui.disk import volume, volume_linux
from ctk_tui.disk.mountinfo import parse_mountinfo
from ctk_tui.disk.volume import identify, identify_within, mounted_volumes
from ctk_tui.disk.volume_kinds import Volume, make_unknown


def test_a_folder_has_a_volume_however_it_is_named(tmp_path: Path) -> None:
    found = identify(tmp_path.as_posix())
    assert isinstance(found, Volume)
    assert tmp_path.resolve().is_relative_to(found.mount_point)
    assert identify(os.fsencode(tmp_path)) == found
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    assert identify(str(link)) == found == identify_within(str(link), 5.0)


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/\xff \n"
    os.mkdir(odd)
    assert identify(odd) == identify(str(tmp_path))
    assert identify(os.fsdecode(odd)) == identify(str(tmp_path))


def test_what_is_not_there_has_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        identify(str(tmp_path / "gone"))
    assert identify_within(str(tmp_path / "gone"), 5.0) is None


def test_a_dead_mount_costs_its_patience_and_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()
    asked = []

    def dead(path: bytes) -> Volume:
        asked.append(path)
        answer.wait(60)
        return make_unknown("nfs", Path("/"))

    monkeypatch.setattr(volume, "identify_folder", dead)
    before = set(threading.enumerate())
    for _ in range(3):
        with pytest.raises(TimeoutError, match=r"did not answer within 0 s"):
            identify_within(str(tmp_path), 0.05)
    assert len(asked) == 1
    assert len(set(threading.enumerate()) - before) == 1
    answer.set()
    assert identify_within(str(tmp_path), 5.0) == make_unknown("nfs", Path("/"))
    assert identify_within(str(tmp_path), 5.0) is not None
    assert len(asked) == 2, "an answer that came is not kept for the next question"


def test_mounted_volumes_are_known_and_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    volumes = mounted_volumes()
    assert all(found.known for found in volumes)
    assert len({found.identity for found in volumes}) == len(volumes)


TEXT = rb"""27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
41 27 0:50 / /mnt/dead rw - nfs4 NAS:/export/music rw
42 27 0:51 / /mnt/again rw - nfs4 nas:/export/music/ rw
43 27 0:52 / /mnt/phone rw - fuse.gvfsd-fuse gvfsd-fuse rw
44 27 0:53 / /proc rw - proc proc rw
"""


def test_dead_servers_are_named_and_never_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volume_linux, "read_mounts", lambda: parse_mountinfo(TEXT))
    touched = []

    def look(mount: object, path: bytes) -> Volume:
        touched.append(path)
        return make_unknown("ext4", Path("/"))

    monkeypatch.setattr(volume_linux, "_volume", look)
    monkeypatch.setattr(volume, "mounts", volume_linux.mounts)
    (nas,) = mounted_volumes()
    assert (nas.identity, nas.mount_point) == ("share:nas/export/music", Path("/mnt/dead"))
    assert touched == [b"/"]


def test_a_mount_that_hangs_ends_the_list_and_not_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()

    def mounts() -> object:
        yield Volume("uuid:1", True, "ext4", Path("/a"))
        answer.wait(60)

    monkeypatch.setattr(volume, "mounts", mounts)
    monkeypatch.setattr(volume, "LISTING", 0.1)
    assert [found.identity for found in mounted_volumes()] == ["uuid:1"]
    answer.set()


@pytest.mark.parametrize(
    ("fstype", "options", "blind"),
    [
        ("ntfs3", b"rw", False),
        ("ntfs3", b"rw,nocase", True),
        ("fuseblk", b"rw,ignore_case", True),
        ("fuseblk", b"rw,user_id=0", False),
        ("vfat", b"rw", True),
        ("exfat", b"rw", True),
        ("ext4", b"rw,nocase", False),
    ],
)
def test_case_by_kind_and_options(monkeypatch: pytest.MonkeyPatch, fstype: str, options: bytes, blind: bool) -> None:
    monkeypatch.setattr(volume_linux, "_identity", lambda mount, path: "uuid:1")
    (mount,) = parse_mountinfo(b"1 2 8:1 / /m rw - " + fstype.encode() + b" /dev/sda1 " + options + b"\n")
    assert volume_linux._volume(mount, b"/m").case_blind is blind


def test_udev_tells_uuids_until_a_drive_comes_or_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_uuid = tmp_path / "by-uuid"
    by_uuid.mkdir()
    device = Path("/dev/null")
    (by_uuid / "1234-ABCD").symlink_to(device)
    monkeypatch.setattr(volume_linux, "BY_UUID", str(by_uuid))
    assert volume_linux._uuid_of_udev("/dev/null") == "1234-abcd"
    assert volume_linux._uuid_of_udev("/dev/zero") == ""
    assert volume_linux._uuid_of_udev("tmpfs") == ""
    (by_uuid / "1234-ABCD").unlink()
    os.utime(by_uuid, ns=(1, 1))
    assert volume_linux._uuid_of_udev("/dev/null") == ""
    by_uuid.rmdir()
    assert volume_linux._uuid_of_udev("/dev/null") == ""
