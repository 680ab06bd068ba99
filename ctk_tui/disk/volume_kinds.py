"""What a volume is, and what each kind of file system is known for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.disk.shares import share_identity

if TYPE_CHECKING:
    from pathlib import Path

SMB = frozenset(("cifs", "smb3", "smbfs"))
"""Windows shares: blind to case whatever lies behind them, in the name of the share too."""
NETWORK = SMB | frozenset(
    ("nfs", "nfs4", "9p", "afs", "ceph", "afpfs", "webdav", "glusterfs", "lustre", "ncpfs", "fuse.sshfs", "fuse.rclone",
     "fuse.s3fs", "fuse.davfs", "fuse.glusterfs", "fuse.ceph", "davfs", "virtiofs")
)  # fmt: skip
"""File systems whose bytes lie on another machine."""
FAT = frozenset(("vfat", "msdos", "exfat", "fat", "fat32"))
"""File systems that store times coarsely, in local time."""
CASE_BLIND = FAT | SMB | frozenset(("ntfs", "hfs", "hfsplus", "apfs", "afpfs"))
"""File systems that take A and a for one letter, as they are made by default."""


@dataclass(frozen=True, slots=True)
class Volume:
    """One mounted file system."""

    identity: str
    """uuid:…, fsid:… or share:SERVER/SHARE where it is known; else a word that holds for this mount alone."""
    known: bool
    """Whether the identity is the volume's own, so that it can be told from every other."""
    fstype: str
    """As the system calls it."""
    mount_point: Path
    """Where it is mounted; of a volume that is mounted at several places the one that was asked for."""
    network: bool = False
    """Whether its bytes lie on another machine."""
    case_blind: bool = False
    """Whether A and a are one letter in its names."""
    coarse_mtime: bool = False
    """Whether its times are in steps of 2 s and move by whole hours with the clock's zone (the FAT family)."""


def make_volume(
    identity: str, fstype: str, mount_point: Path, *, known: bool, case_blind: bool | None = None
) -> Volume:
    """Return a volume with what its kind of file system is known for.

    Args:
        identity: see Volume.
        fstype: see Volume.
        mount_point: see Volume.
        known: see Volume.
        case_blind: where the system told; None for what the kind does by default.
    """
    kind = fstype.lower()
    blind = kind in CASE_BLIND if case_blind is None else case_blind
    return Volume(identity, known, fstype, mount_point, kind in NETWORK, blind, kind in FAT)


def make_share(source: str, fstype: str, mount_point: Path) -> Volume:
    """Return the volume of a network mount.

    Args:
        source: what was mounted, see `share_identity`.
        fstype: see Volume.
        mount_point: see Volume.
    """
    identity = share_identity(source, case_blind=fstype.lower() in SMB)
    return make_volume(identity, fstype, mount_point, known=True)


def make_unknown(fstype: str, mount_point: Path, first: Path | None = None) -> Volume:
    """Return a volume that says nothing of itself.

    Never the device number: it changes at every plug. The mount point at least tells two of them apart.

    Args:
        fstype: see Volume.
        mount_point: see Volume.
        first: where it was mounted first, for what is mounted more than once: a file that is reached through a bind
            mount too is no copy of itself.
    """
    return make_volume(f"unknown:{fstype}:{first or mount_point}", fstype, mount_point, known=False)
