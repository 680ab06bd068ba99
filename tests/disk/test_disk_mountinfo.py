"""Linux' list of mounts: real and odd lines, and which mount a path lies on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.disk.mountinfo import Mount, mount_of, parse_mountinfo
from ctk_tui.disk.volume_linux import SYSTEM

TEXT = rb"""22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
40 27 8:1 / /media/me/My\040Drive\011\134 rw,nosuid,nodev shared:99 - vfat /dev/sda1 rw,fmask=0022
41 27 0:50 / /mnt/nas rw,relatime shared:100 master:1 - cifs //Nas.Local/Music\040Archive rw,vers=3.0,nocase
42 27 0:51 / /mnt/nfs rw,relatime - nfs4 nas:/export/music rw,vers=4.2
43 27 8:1 /samples /home/me/samples rw,relatime - vfat /dev/sda1 rw
44 27 0:60 /@home /home rw,relatime - btrfs /dev/sdb2 rw,subvol=/@home
45 27 0:61 / /mnt/auto rw - autofs systemd-1 rw
46 45 8:17 / /mnt/auto rw - xfs /dev/sdb1 rw
47 27 0:62 / /mnt/\377\376 rw - ext4 /dev/sdc1 rw
this is no line
48 27 0:63
"""


@pytest.fixture
def mounts() -> list[Mount]:
    return parse_mountinfo(TEXT)


def test_lines_are_read_and_others_left(mounts: list[Mount]) -> None:
    assert len(mounts) == 10
    assert mounts[2].point == b"/media/me/My Drive\t\\"
    assert mounts[2].options >= {"nosuid", "fmask=0022"}
    assert (mounts[3].fstype, mounts[3].source, mounts[3].device) == ("cifs", "//Nas.Local/Music Archive", "0:50")
    assert mounts[9].point == b"/mnt/\xff\xfe"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (b"/", "/dev/vda"),
        (b"/usr/share", "/dev/vda"),
        (b"/media/me", "/dev/vda"),
        (b"/media/me/My Drive\t\\/Kicks", "/dev/sda1"),
        (b"/mnt/nas", "//Nas.Local/Music Archive"),
        (b"/mnt/nastier", "/dev/vda"),
        (b"/mnt/nfs/a/b", "nas:/export/music"),
        (b"/home/me", "/dev/sdb2"),
        (b"/home/me/samples/x", "/dev/sda1"),
        (b"/mnt/auto/x", "/dev/sdb1"),
        (b"/mnt/\xff\xfe/x", "/dev/sdc1"),
    ],
)
def test_the_longest_mount_point_has_the_path(mounts: list[Mount], path: bytes, source: str) -> None:
    found = mount_of(path, mounts)
    assert found is not None
    assert found.source == source


def test_a_mount_that_lies_hidden_below_another_has_nothing(mounts: list[Mount]) -> None:
    over = parse_mountinfo(b"50 27 8:33 / /mnt rw - ext4 /dev/sdd1 rw\n")
    found = mount_of(b"/mnt/nfs/a", mounts + over, "8:33")
    assert found is not None
    assert found.source == "/dev/sdd1"
    # btrfs shows a device number in the stat of its files that is not mountinfo's.
    found = mount_of(b"/home/me", mounts, "0:99")
    assert found is not None
    assert found.source == "/dev/sdb2"


def test_no_mounts_no_answer() -> None:
    assert mount_of(b"/x", []) is None
    assert parse_mountinfo(b"") == []


@given(st.binary(max_size=300))
def test_no_bytes_break_it(text: bytes) -> None:
    parse_mountinfo(text)
    parse_mountinfo(b"1 2 8:1 / /" + text + b" rw - ext4 " + text + b" rw\n")


@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name))
def test_any_name_survives_its_escapes(name: bytes) -> None:
    escaped = b"".join(b"\\%03o" % byte if byte in b" \t\n\\#" else bytes([byte]) for byte in name)
    (mount,) = parse_mountinfo(b"1 2 8:1 / /" + escaped + b" rw - ext4 /dev/x rw\n")
    assert mount.point == b"/" + name


def test_the_system_tells_such_a_list() -> None:
    if not Path("/proc/self/mountinfo").exists():
        return
    mounts = parse_mountinfo(Path("/proc/self/mountinfo").read_bytes())
    here = mount_of(os.fsencode(Path(__file__).resolve()), mounts)
    assert here is not None
    assert here.fstype not in SYSTEM
