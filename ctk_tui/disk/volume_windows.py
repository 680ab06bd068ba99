"""Volumes on Windows: the serial number of a drive, or the share behind a letter."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from ctk_tui.disk import volume_kinds as volumes
from ctk_tui.disk.volume_linux import share_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.disk.volume_kinds import Volume

_LONGEST = 1024


def identify_folder(path: bytes) -> Volume:
    """Return the volume of a real path."""
    drive, _ = os.path.splitdrive(os.fsdecode(path))
    root = drive + "\\"
    if drive.startswith("\\\\"):
        return volumes.make_volume(share_identity(drive), "smbfs", Path(root), known=True)
    share = _share(drive)
    if share:
        return volumes.make_volume(share_identity(share), "smbfs", Path(root), known=True)
    serial, fstype = _serial(root)
    if serial:
        return volumes.make_volume(f"uuid:{serial:08x}", fstype.lower(), Path(root), known=True)
    return volumes.make_volume(f"unknown:{fstype.lower()}:{root}", fstype.lower(), Path(root), known=False)


if sys.platform == "win32":

    def _share(drive: str) -> str:
        """Return the share that a drive letter stands for, "" for a drive of this machine."""
        name = ctypes.create_unicode_buffer(_LONGEST)
        length = ctypes.c_ulong(_LONGEST)
        failed = ctypes.windll.mpr.WNetGetConnectionW(drive, name, ctypes.byref(length))
        return "" if failed else name.value

    def _serial(root: str) -> tuple[int, str]:
        """Return serial number and file system of a drive, 0 where it has none."""
        fstype = ctypes.create_unicode_buffer(_LONGEST)
        serial = ctypes.c_ulong()
        done = ctypes.windll.kernel32.GetVolumeInformationW(
            root, None, 0, ctypes.byref(serial), None, None, fstype, _LONGEST
        )
        return (serial.value, fstype.value) if done else (0, "")

else:  # this module is imported by type checkers alone

    def _share(drive: str) -> str:
        raise NotImplementedError(drive)

    def _serial(root: str) -> tuple[int, str]:
        raise NotImplementedError(root)


def mounts() -> Iterator[Volume]:
    """Yield the volumes of all drives."""
    for part in psutil.disk_partitions(all=False):
        yield identify_folder(os.fsencode(part.mountpoint))
