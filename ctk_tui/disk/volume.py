"""Which volume a path lies on: an identity that is the same tomorrow, on another port, under another mount point."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.disk.volume_kinds import Volume

if sys.platform == "win32":
    from ctk_tui.disk.volume_windows import identify_folder, mounts
elif sys.platform == "darwin":
    from ctk_tui.disk.volume_macos import identify_folder, mounts
else:
    from ctk_tui.disk.volume_linux import identify_folder, mounts


def identify(path: bytes | str) -> Volume:
    """Return the volume that a folder lies on.

    Args:
        path: a folder that is there.

    Raises:
        OSError: it is not there, or cannot be looked at.
    """
    os.stat(path)
    return identify_folder(os.path.realpath(os.fsencode(path)))


def identify_within(path: bytes | str, seconds: float) -> Volume | None:
    """Return the volume of a folder, None when it is not there.

    Args:
        path: a folder.
        seconds: patience; a dead network mount never answers.

    Raises:
        TimeoutError: it did not answer in time.
    """
    found: list[Volume] = []

    def look() -> None:
        try:
            found.append(identify(path))
        except OSError:
            return

    # A daemon: a thread that waits for a dead mount cannot be ended, and must not hold the program at its end.
    thread = threading.Thread(target=look, name="identify", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"{os.fsdecode(path)} did not answer within {seconds:.0f} s")
    return found[0] if found else None


def mounted_volumes() -> list[Volume]:
    """Return the mounted volumes that may hold files of a user: no system's own, each once."""
    seen: dict[str, Volume] = {}
    for volume in mounts():
        if volume.known:
            seen.setdefault(volume.identity, volume)
    return list(seen.values())
