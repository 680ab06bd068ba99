"""Volumes on Windows: the serial number of a drive, or the share behind a letter."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from ctk_tui.disk.volume_kinds import make_share, make_unknown, make_volume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.disk.volume_kinds import Volume

if sys.platform == "win32":
    _LONGEST = 1024
    """Characters that an answer may have."""

    def identify_folder(path: bytes) -> Volume:
        """Return the volume of a real path."""
        text = os.fsdecode(path).removeprefix("\\\\?\\")
        if text.startswith("UNC\\"):
            text = f"\\\\{text[4:]}"
        drive, _ = os.path.splitdrive(text)
        root = _root(text) or f"{drive}\\"
        share = drive if drive.startswith("\\\\") else _share(drive)
        if share:
            return make_share(share, "smbfs", Path(root))
        serial, fstype = _serial(root)
        if not serial:
            return make_unknown(fstype.lower(), Path(root))
        return make_volume(f"uuid:{serial:08x}", fstype.lower(), Path(root), known=True)

    def _root(path: str) -> str:
        """Return the root of the volume that a path lies on; a volume may be mounted in a folder of another one."""
        name = ctypes.create_unicode_buffer(_LONGEST)
        return name.value if ctypes.windll.kernel32.GetVolumePathNameW(path, name, _LONGEST) else ""

    def _share(drive: str) -> str:
        """Return the share that a drive letter stands for, "" for a drive of this machine."""
        name = ctypes.create_unicode_buffer(_LONGEST)
        length = ctypes.c_ulong(_LONGEST)
        failed = ctypes.windll.mpr.WNetGetConnectionW(drive, name, ctypes.byref(length))
        return "" if failed else name.value

    def _serial(root: str) -> tuple[int, str]:
        """Return serial number and file system of a volume, 0 where it has none."""
        fstype = ctypes.create_unicode_buffer(_LONGEST)
        serial = ctypes.c_ulong()
        done = ctypes.windll.kernel32.GetVolumeInformationW(
            root, None, 0, ctypes.byref(serial), None, None, fstype, _LONGEST
        )
        return (serial.value, fstype.value) if done else (0, "")

    def mounts() -> Iterator[Volume]:
        """Yield the volumes of all drives."""
        for part in psutil.disk_partitions(all=False):
            yield identify_folder(os.fsencode(part.mountpoint))
