"""Reading Linux' list of mounts."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOUNTINFO = "/proc/self/mountinfo"
_ESCAPE = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of mountinfo."""

    device: str
    """major:minor of what lies there; btrfs shows another one in the stat of its files."""
    point: bytes
    """Absolute path of the mount point."""
    fstype: str
    """Kind of file system."""
    source: str
    """What is mounted: a device, SERVER:/SHARE, or a word."""
    options: frozenset[str]
    """Options of the mount and of its file system."""


def read_mounts() -> list[Mount]:
    """Return the mounts that this process sees.

    Raises:
        OSError: /proc is not there.
    """
    with open(MOUNTINFO, "rb") as file:
        return parse_mountinfo(file.read())


def parse_mountinfo(text: bytes) -> list[Mount]:
    """Return the mounts that a mountinfo file tells, in its order: later ones lie over earlier ones.

    The form: id, parent, major:minor, root, mount point, options, optional fields, "-", type, source, super options
    (https://docs.kernel.org/filesystems/proc.html, 3.5); blanks in a field are octal escapes.
    """
    found = []
    for line in text.split(b"\n"):
        fields = line.split(b" ")
        try:
            fstype, source, options = fields[fields.index(b"-", 6) + 1 :][:3]
            device, point, own = fields[2].decode("ascii"), _unescaped(fields[4]), fields[5]
        except ValueError:
            continue  # a line of another shape names no mount that we could use
        words = frozenset(os.fsdecode(own + b"," + options).split(","))
        found.append(Mount(device, point, os.fsdecode(fstype), os.fsdecode(_unescaped(source)), words))
    return found


def _unescaped(field: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found.group(1), 8) & 255]), field)


def mount_of(path: bytes, mounts: Iterable[Mount], device: str = "") -> Mount | None:
    """Return the mount that a real path lies on.

    The one with the path's own device number and the longest mount point: one that lies hidden below another has a
    longer one, and another device. Where no device fits (btrfs) the longest alone decides; of equal ones the last.

    Args:
        path: an absolute path without symbolic links.
        mounts: all mounts, in their order.
        device: major:minor of the path's stat, "" where it is not known.
    """
    best: Mount | None = None
    rank = (False, 0)
    for mount in mounts:
        point = mount.point.rstrip(b"/")
        if path == mount.point or path.startswith(point + b"/"):
            here = (mount.device == device, len(point))
            if best is None or here >= rank:
                best, rank = mount, here
    return best
