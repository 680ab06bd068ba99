"""A share is the same share, however it was mounted."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctk_tui.disk.shares import share_identity
from ctk_tui.disk.volume_kinds import make_share, make_unknown, make_volume


@pytest.mark.parametrize(
    ("source", "identity"),
    [
        ("nas:/export/music", "share:nas/export/music"),
        ("NAS:/export/music/", "share:nas/export/music"),
        ("//Nas/Music", "share:nas/Music"),
        ("\\\\Nas\\Music", "share:nas/Music"),
        ("//me@nas/Music", "share:nas/Music"),
        ("me@nas:music", "share:nas/music"),
        ("me@nas:", "share:nas/"),
        ("nas:/", "share:nas/"),
        ("[fe80::1%eth0]:/music", "share:[fe80::1%eth0]/music"),
        ("192.168.1.9:/volume1/music", "share:192.168.1.9/volume1/music"),
        ("hostshare", "share:hostshare/"),
        ("C:\\", "share:c/"),
        ("//nas/a:b", "share:nas/a:b"),
    ],
)
def test_spellings(source: str, identity: str) -> None:
    assert share_identity(source) == identity


def test_windows_shares_are_blind_to_case() -> None:
    assert (
        make_share("//NAS/Music", "cifs", Path("/a")).identity == make_share("//nas/MUSIC", "smb3", Path("/b")).identity
    )
    assert make_share("nas:/M", "nfs", Path("/a")).identity != make_share("nas:/m", "nfs", Path("/a")).identity


def test_what_kinds_are_known_for() -> None:
    share = make_share("//nas/music", "cifs", Path("/mnt"))
    assert (share.known, share.network, share.case_blind, share.coarse_mtime) == (True, True, True, False)
    stick = make_volume("uuid:1234-abcd", "vfat", Path("/mnt"), known=True)
    assert (stick.network, stick.case_blind, stick.coarse_mtime) == (False, True, True)
    disk = make_volume("uuid:x", "ext4", Path("/"), known=True)
    assert (disk.network, disk.case_blind, disk.coarse_mtime) == (False, False, False)
    assert not make_volume("uuid:x", "APFS", Path("/"), known=True, case_blind=False).case_blind


def test_an_unknown_volume_is_named_by_its_place() -> None:
    here, there = make_unknown("tmpfs", Path("/a")), make_unknown("tmpfs", Path("/b"))
    assert not here.known
    assert here.identity == "unknown:tmpfs:/a" != there.identity
