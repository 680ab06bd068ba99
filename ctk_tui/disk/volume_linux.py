"""Volumes on Linux: mountinfo names the file system, the kernel or udev its UUID."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.disk import volume_kinds as volumes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctk_tui.disk.volume_kinds import Volume

MOUNTINFO = Path("/proc/self/mountinfo")
BY_UUID = Path("/dev/disk/by-uuid")
SYSTEM = frozenset(
    ("proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "securityfs", "debugfs", "tracefs", "bpf", "pstore",
     "configfs", "mqueue", "hugetlbfs", "fusectl", "binfmt_misc", "efivarfs", "autofs", "rpc_pipefs", "nsfs", "ramfs")
)  # fmt: skip
_FS_IOC_GETFSUUID = 0x80111500
"""_IOR(0x15, 0, struct fsuuid2): one byte of length, 16 of UUID; Linux 6.9 and later, for everybody."""
_FSID_FROM_UUID = frozenset(("ext2", "ext3", "ext4", "btrfs"))
"""File systems whose f_fsid is made of their UUID, and so is the same at every mount."""
_MADE_AT_MOUNT = frozenset(("tmpfs", "overlay"))
"""File systems whose UUID is another at every mount."""
_ESCAPE = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of mountinfo."""

    device: str
    """major:minor."""
    point: bytes
    fstype: str
    source: str
    """What is mounted: a device, SERVER:/SHARE, or a word."""


def parse_mountinfo(text: bytes) -> list[Mount]:
    """Return the mounts that a mountinfo file tells, in its order: later ones lie over earlier ones."""
    found = []
    for line in text.splitlines():
        fields = line.split(b" ")
        try:
            rest = fields[fields.index(b"-", 6) + 1 :]
            source = os.fsdecode(_unescaped(rest[1]))
            found.append(Mount(fields[2].decode(), _unescaped(fields[4]), rest[0].decode(), source))
        except (ValueError, IndexError):
            continue  # a line of another shape names no mount that we could use
    return found


def _unescaped(field: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found.group(1), 8)]), field)


def mount_of(path: bytes, mounts: Iterable[Mount]) -> Mount | None:
    """Return the mount that a real path lies on: the longest mount point, of equal ones the last."""
    best: Mount | None = None
    for mount in mounts:
        inside = mount.point == b"/" or path == mount.point or path.startswith(mount.point + b"/")
        if inside and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def share_identity(source: str) -> str:
    """Return SERVER/SHARE of a network mount's source, spelt one way: //Nas/Music, nas:/Music/ and nas:Music."""
    text = source.replace("\\", "/").rstrip("/")
    if text.startswith("//"):
        text = text[2:]
    else:
        server, colon, share = text.partition(":")
        text = f"{server}/{share.lstrip('/')}" if colon else text
    server, slash, share = text.partition("/")
    return f"share:{server.rpartition('@')[2].lower()}{slash}{share}"


def identify_folder(path: bytes) -> Volume:
    """Return the volume of a real path."""
    mount = mount_of(path, parse_mountinfo(MOUNTINFO.read_bytes()))
    if mount is None:
        return volumes.make_volume(f"unknown:{os.fsdecode(path)}", "", Path("/"), known=False)
    return _volume(mount, path)


def _volume(mount: Mount, path: bytes) -> Volume:
    point = Path(os.fsdecode(mount.point))
    if mount.fstype in volumes.NETWORK:
        return volumes.make_volume(share_identity(mount.source), mount.fstype, point, known=True)
    identity = _uuid(mount, path)
    fsid = os.statvfs(path).f_fsid
    if mount.fstype == "btrfs" and identity:
        # Subvolumes share the UUID and number their inodes alike; the fsid tells them apart and is made of both.
        identity = f"{identity}/{fsid:x}"
    if not identity and mount.fstype in _FSID_FROM_UUID and fsid:
        identity = f"fsid:{fsid:x}"
    if identity:
        return volumes.make_volume(identity, mount.fstype, point, known=True)
    # Never the device number: it changes at every plug. The mount point at least tells two of them apart.
    return volumes.make_volume(f"unknown:{mount.fstype}:{point}", mount.fstype, point, known=False)


def _uuid(mount: Mount, path: bytes) -> str:
    if mount.fstype in _MADE_AT_MOUNT:
        return ""
    from_udev = _uuids().get(os.path.realpath(mount.source)) if mount.source.startswith("/dev/") else None
    if from_udev:
        return f"uuid:{from_udev.lower()}"
    return _uuid_of_kernel(path)


@lru_cache(maxsize=1)
def _uuids_at(stamp: int) -> dict[str, str]:
    del stamp
    found = {}
    for link in BY_UUID.iterdir():
        found[os.path.realpath(link)] = link.name
    return found


def _uuids() -> dict[str, str]:
    """Return device to UUID as udev tells it; its folder's time says when to look again."""
    try:
        return _uuids_at(BY_UUID.stat().st_mtime_ns)
    except OSError:
        return {}


def _uuid_of_kernel(path: bytes) -> str:
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
        text = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    return f"uuid:{text}"


def mounts() -> Iterator[Volume]:
    """Yield the volumes of all mounts that may hold files of a user and can be looked at."""
    for mount in parse_mountinfo(MOUNTINFO.read_bytes()):
        if mount.fstype in SYSTEM or mount.fstype in volumes.NETWORK:
            if mount.fstype in volumes.NETWORK:  # not touched: a dead server would hold us
                yield volumes.make_volume(
                    share_identity(mount.source), mount.fstype, Path(os.fsdecode(mount.point)), known=True
                )
            continue
        try:
            yield _volume(mount, mount.point)
        except OSError:
            continue
