"""What a volume is, and what each kind of file system is known for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "afpfs", "webdav", "glusterfs", "lustre", "ncpfs",
     "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.davfs", "fuse.glusterfs", "davfs", "virtiofs")
)  # fmt: skip
"""File systems whose bytes lie on another machine."""
FAT = frozenset(("vfat", "msdos", "exfat", "fat", "fat32"))
"""File systems that store times coarsely, in local time."""
CASE_BLIND = FAT | frozenset(("ntfs", "ntfs3", "fuseblk", "hfs", "hfsplus", "apfs", "cifs", "smb3", "smbfs", "afpfs"))
"""File systems that take A and a for one letter, as they are made by default."""


@dataclass(frozen=True, slots=True)
class Volume:
    """One mounted file system."""

    identity: str
    """uuid:…, fsid:… or share:SERVER/SHARE where it is known; else a word that holds for this mount alone."""
    known: bool
    """Whether the identity is the volume's own, so that it can be told from every other."""
    fstype: str
    mount_point: Path
    network: bool = False
    case_blind: bool = False
    """Whether A and a are one letter in its names."""
    coarse_mtime: bool = False
    """Whether its times are in steps of 2 s and move by whole hours with the clock's zone (the FAT family)."""


def make_volume(identity: str, fstype: str, mount_point: Path, *, known: bool) -> Volume:
    """Return a volume with what its kind of file system is known for."""
    kind = fstype.lower()
    return Volume(identity, known, fstype, mount_point, kind in NETWORK, kind in CASE_BLIND, kind in FAT)
