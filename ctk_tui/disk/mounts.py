"""Whether two open folders lie on one mount, so that a file can be renamed from one into the other."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.disk.folder import Folder


def mount_of_folder(folder: Folder) -> tuple[int, int]:
    """Return what is equal for folders between which a file can be renamed: the device, and on Linux the mount.

    A bind mount has the device number of what it shows, and all the same no rename leads into it.
    """
    return folder.identity[0], _mount_id(folder.fd) if folder.fd is not None and sys.platform == "linux" else 0


def _mount_id(fd: int) -> int:
    """Return Linux' number of the mount that an open file was reached through, 0 where it does not say."""
    try:
        with open(f"/proc/self/fdinfo/{fd}", "rb") as file:
            for line in file:
                if line.startswith(b"mnt_id:"):
                    return int(line.split()[1])
    except (OSError, ValueError):
        return 0
    return 0


def on_one_mount(folder: Folder, other: Folder) -> bool:
    """Return whether two folders lie on one mount."""
    return mount_of_folder(folder) == mount_of_folder(other)


def mount_point(path: bytes) -> bytes:
    """Return the folder at which the volume of a path is mounted, whether the path itself is there or not."""
    here = os.path.realpath(path)
    while not os.path.ismount(here) and here != os.path.dirname(here):
        here = os.path.dirname(here)
    return here


def same_file(one: os.stat_result, other: os.stat_result) -> bool:
    """Return whether two looks saw one inode."""
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
