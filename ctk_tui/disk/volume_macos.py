"""Volumes on macOS: `diskutil` knows the UUID, the list of mounts the shares."""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psutil

from ctk_tui.disk.volume_kinds import NETWORK, make_share, make_unknown, make_volume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.disk.volume_kinds import Volume

if sys.platform != "win32":
    PATIENCE = 10.0
    """Seconds that diskutil may take; it answers in a tenth of one."""
    _PC_CASE_SENSITIVE = 11
    """What pathconf is asked for; from <sys/unistd.h> of macOS, os.pathconf_names lacks it."""

    class _Part(NamedTuple):
        """One line of the list of mounts, as psutil gives it."""

        device: str
        mountpoint: str
        fstype: str

    def _parts() -> list[_Part]:
        return [_Part(part.device, part.mountpoint, part.fstype) for part in psutil.disk_partitions(all=True)]

    def identify_folder(path: bytes) -> Volume:
        """Return the volume of a real path.

        Raises:
            OSError: it is not there, or cannot be looked at.
        """
        best = _part_of(path, os.stat(path).st_dev, _parts())
        return make_unknown("", Path(os.fsdecode(path))) if best is None else _volume(best)

    def _part_of(path: bytes, dev: int, parts: list[_Part]) -> _Part | None:
        """Return the mount that a real path lies on.

        The longest mount point decides, unless its device is another one: /Users looks as if it lay on the system's
        sealed volume at /, and lies on the one at /System/Volumes/Data.
        """
        best: _Part | None = None
        for part in parts:
            point = os.fsencode(part.mountpoint).rstrip(b"/")
            inside = path == point or path.startswith(point + b"/")
            if inside and (best is None or len(part.mountpoint) >= len(best.mountpoint)):
                best = part
        if best is None or best.fstype in NETWORK or _device(best) == dev:
            return best
        return next((part for part in parts if part.fstype not in NETWORK and _device(part) == dev), best)

    def _device(part: _Part) -> int:
        try:
            return os.stat(part.mountpoint).st_dev
        except OSError:
            return -1

    def _volume(part: _Part) -> Volume:
        point = Path(part.mountpoint)
        if part.fstype in NETWORK:
            return make_share(part.device, part.fstype, point)
        uuid = _uuid(part.mountpoint, os.stat(point).st_dev)
        if not uuid:
            return make_unknown(part.fstype, point)
        return make_volume(
            f"uuid:{uuid.lower()}", part.fstype, point, known=True, case_blind=_case_blind(part.mountpoint)
        )

    def _case_blind(point: str) -> bool | None:
        """Return what the volume says of itself (APFS and HFS+ are made in both ways), None where it says nothing."""
        try:
            return os.pathconf(point, _PC_CASE_SENSITIVE) == 0
        except (OSError, ValueError):
            return None

    @lru_cache(maxsize=64)
    def _uuid(point: str, dev: int) -> str:
        """Return the UUID of the volume at a mount point, "" where it has none.

        Args:
            point: the mount point.
            dev: its device number, so that another volume at the same place is asked for anew.
        """
        del dev
        try:
            told = subprocess.run(
                ["/usr/sbin/diskutil", "info", "-plist", point],
                stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=True,
            ).stdout  # fmt: skip
            return str(plistlib.loads(told).get("VolumeUUID", ""))
        except (OSError, ValueError, subprocess.SubprocessError, plistlib.InvalidFileException):
            return ""

    def mounts() -> Iterator[Volume]:
        """Yield the volumes of all mounts that may hold files of a user; network mounts are named, never touched."""
        for part in _parts():
            try:
                if part.device.startswith("/dev/") or part.fstype in NETWORK:
                    yield _volume(part)
            except OSError:
                continue
