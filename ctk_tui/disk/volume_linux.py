"""Volumes on Linux: mountinfo names the file system, the kernel or udev its UUID."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.disk.mountinfo import Mount, mount_of, read_mounts
from ctk_tui.disk.volume_kinds import NETWORK, make_share, make_unknown, make_volume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.disk.volume_kinds import Volume

if sys.platform != "win32":
    BY_UUID = "/dev/disk/by-uuid"
    SYSTEM = frozenset(
        ("proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "securityfs", "debugfs", "tracefs", "bpf",
         "pstore", "configfs", "mqueue", "hugetlbfs", "fusectl", "binfmt_misc", "efivarfs", "autofs", "rpc_pipefs",
         "nsfs", "ramfs", "squashfs", "selinuxfs")
    )  # fmt: skip
    """File systems that hold no file of a user."""
    _FS_IOC_GETFSUUID = 0x80111500
    """_IOR(0x15, 0, struct fsuuid2): one byte of length, 16 of UUID; Linux 6.9 and later, for everybody."""
    _FSID_FROM_UUID = frozenset(("ext2", "ext3", "ext4", "btrfs", "zfs"))
    """File systems whose f_fsid is made of what is stored in them, and so is the same at every mount; others make it of
    the device number."""
    _MADE_AT_MOUNT = frozenset(("tmpfs", "overlay"))
    """File systems whose UUID is another at every mount."""
    _BLIND_OPTIONS = frozenset(("nocase", "ignore_case"))
    """Options that make ntfs3 (nocase) and ntfs-3g (ignore_case) blind to case; without, Linux sees A and a on NTFS."""

    def identify_folder(path: bytes) -> Volume:
        """Return the volume of a real path.

        Raises:
            OSError: it is not there, or cannot be looked at.
        """
        dev = os.stat(path).st_dev
        mount = mount_of(path, read_mounts(), f"{os.major(dev)}:{os.minor(dev)}")
        if mount is None:
            return make_unknown("", Path(os.fsdecode(path)))
        return _volume(mount, path)

    def _volume(mount: Mount, path: bytes) -> Volume:
        """Return the volume of a path that lies on a mount."""
        point = Path(os.fsdecode(mount.point))
        if mount.fstype in NETWORK:
            return make_share(mount.source, mount.fstype, point)
        identity = _identity(mount, path)
        if not identity:
            first = next((other.point for other in read_mounts() if other.device == mount.device), mount.point)
            return make_unknown(mount.fstype, point, Path(os.fsdecode(first)))
        blind = bool(mount.options & _BLIND_OPTIONS) if mount.fstype in {"ntfs", "ntfs3", "fuseblk"} else None
        return make_volume(identity, mount.fstype, point, known=True, case_blind=blind)

    def _identity(mount: Mount, path: bytes) -> str:
        """Return what a file system says of itself, "" where it says nothing that lasts."""
        if mount.fstype in _MADE_AT_MOUNT:
            return ""
        uuid = _uuid_of_udev(mount.source) or _uuid_of_kernel(path)
        if uuid and mount.fstype != "btrfs":
            return f"uuid:{uuid}"
        fsid = os.statvfs(path).f_fsid if mount.fstype in _FSID_FROM_UUID else 0
        if uuid:
            # Subvolumes share the UUID and number their inodes alike; the fsid is made of both, and tells them apart.
            return f"uuid:{uuid}/{fsid:x}"
        return f"fsid:{fsid:x}" if fsid else ""

    def _uuid_of_udev(source: str) -> str:
        """Return the UUID of a device as udev tells it, "" where it does not."""
        if not source.startswith("/dev/"):
            return ""
        try:
            known = _uuids(os.stat(BY_UUID).st_mtime_ns)
        except OSError:
            return ""
        return known.get(os.path.realpath(source), "")

    @lru_cache(maxsize=1)
    def _uuids(stamp: int) -> dict[str, str]:
        """Return device to UUID; the folder's time of change (nanoseconds) says when to look again."""
        del stamp
        # udev writes what cannot stand in a file name as \x20.
        return {os.path.realpath(link): link.name.lower() for link in Path(BY_UUID).iterdir()}

    def _uuid_of_kernel(path: bytes) -> str:
        """Return the UUID of a mounted file system, "" where it has none or the kernel does not say."""
        import fcntl

        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return ""
        try:
            answer = fcntl.ioctl(fd, _FS_IOC_GETFSUUID, bytes(17))
        except OSError:
            return ""  # an older kernel, or a file system without one
        finally:
            os.close(fd)
        uuid = answer[1 : 1 + answer[0]]
        if not any(uuid):
            return ""  # a file system made without one, as images of virtual machines are
        text = uuid.hex()
        if len(uuid) == 16:
            return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
        return text

    def mounts() -> Iterator[Volume]:
        """Yield the volumes of all mounts that may hold files of a user.

        Network mounts are named, never touched: a dead server would hold us. Other FUSE mounts have no identity, and
        are not touched either.
        """
        for mount in read_mounts():
            if mount.fstype in NETWORK:
                yield make_share(mount.source, mount.fstype, Path(os.fsdecode(mount.point)))
            elif mount.fstype not in SYSTEM and not mount.fstype.startswith("fuse."):
                try:
                    yield _volume(mount, mount.point)
                except OSError:
                    continue
