"""Which volume a path lies on: an identity that is the same tomorrow, on another port, under another mount point."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.disk.volume_kinds import Volume

if sys.platform == "win32":
    from ctk_tui.disk.volume_windows import identify_folder, mounts
elif sys.platform == "darwin":
    from ctk_tui.disk.volume_macos import identify_folder, mounts
else:
    from ctk_tui.disk.volume_linux import identify_folder, mounts

T = TypeVar("T")
LISTING = 5.0
"""Seconds that looking at all mounts may take; it is a hint to the user, not worth a longer wait."""


def identify(path: bytes | str) -> Volume:
    """Return the volume that a folder lies on.

    Args:
        path: a folder that is there.

    Raises:
        OSError: it is not there, or cannot be looked at.
    """
    return identify_folder(os.path.realpath(os.fsencode(path), strict=True))


def identify_within(path: bytes | str, seconds: float) -> Volume | None:
    """Return the volume of a folder, None when it is not there.

    Args:
        path: a folder.
        seconds: patience; a dead network mount never answers.

    Raises:
        TimeoutError: it did not answer in time.
    """
    key = os.fsencode(path)
    with _asking:
        look = _looks.get(key)
        if look is None:
            look = _looks[key] = _Look(key, identify)
            look.start()
    look.join(seconds)
    if look.is_alive():
        raise TimeoutError(f"{os.fsdecode(path)} did not answer within {seconds:.0f} s")
    with _asking:
        if _looks.get(key) is look:
            del _looks[key]
    return look.found


class _Look(threading.Thread, Generic[T]):
    """A look at something that may never answer.

    A daemon: a thread that waits for a dead mount cannot be ended, and must not hold the program at its end.
    """

    def __init__(self, path: bytes, look: Callable[[bytes], T]) -> None:
        super().__init__(name="look at a volume", daemon=True)
        self._path = path
        self._look = look
        self.found: T | None = None

    def run(self) -> None:
        try:
            self.found = self._look(self._path)
        except OSError:
            return


_asking = threading.Lock()
_looks: dict[bytes, _Look[Volume]] = {}
"""Looks that have not answered: who asks again waits for the same one, or each question would cost a thread."""


def mounted_volumes() -> list[Volume]:
    """Return the mounted volumes that may hold files of a user and are known, each once, at its first mount point.

    A drive that does not answer ends the list.
    """
    seen: dict[str, Volume] = {}

    def collect(_: bytes) -> None:
        for volume in mounts():
            if volume.known:
                seen.setdefault(volume.identity, volume)

    look = _Look(b"", collect)
    look.start()
    look.join(LISTING)
    return list(seen.copy().values())
