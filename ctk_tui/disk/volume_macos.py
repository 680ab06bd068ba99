"""Volumes on macOS: `diskutil` knows the UUID, `mount` the shares."""

from __future__ import annotations

import os
import plistlib
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from ctk_tui.disk import volume_kinds as volumes
from ctk_tui.disk.volume_linux import share_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.disk.volume_kinds import Volume

PATIENCE = 10.0
"""Seconds that diskutil may take; it answers in a tenth of one."""


def identify_folder(path: bytes) -> Volume:
    """Return the volume of a real path."""
    best = None
    for part in psutil.disk_partitions(all=True):
        point = os.fsencode(part.mountpoint)
        inside = point == b"/" or path == point or path.startswith(point + b"/")
        if inside and (best is None or len(point) >= len(best.mountpoint)):
            best = part
    if best is None:
        return volumes.make_volume(f"unknown:{os.fsdecode(path)}", "", Path("/"), known=False)
    return _volume(best.device, best.fstype, best.mountpoint)


def _volume(device: str, fstype: str, point: str) -> Volume:
    if fstype in volumes.NETWORK:
        return volumes.make_volume(share_identity(device), fstype, Path(point), known=True)
    uuid = _uuid(point, os.stat(point).st_dev)
    if uuid:
        return volumes.make_volume(f"uuid:{uuid.lower()}", fstype, Path(point), known=True)
    return volumes.make_volume(f"unknown:{fstype}:{point}", fstype, Path(point), known=False)


@lru_cache(maxsize=64)
def _uuid(point: str, dev: int) -> str:
    del dev  # another volume at the same place is asked for anew
    try:
        told = subprocess.run(
            ["/usr/sbin/diskutil", "info", "-plist", point], capture_output=True, timeout=PATIENCE, check=True
        ).stdout
        return str(plistlib.loads(told).get("VolumeUUID", ""))
    except (OSError, subprocess.SubprocessError, plistlib.InvalidFileException):
        return ""


def mounts() -> Iterator[Volume]:
    """Yield the volumes of all mounts that may hold files of a user and can be looked at."""
    for part in psutil.disk_partitions(all=False):
        try:
            yield _volume(part.device, part.fstype, part.mountpoint)
        except OSError:
            continue
