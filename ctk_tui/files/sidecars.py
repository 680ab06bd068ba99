"""What DAWs and editors leave beside a sound, and whose it is."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.model.plan import SIDECARS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.files.looks import Looker
    from ctk_tui.files.places import Ground, Place

_EXTENSIONS = tuple(os.fsencode(extension) for extension in SIDECARS)


def is_sidecar(name: bytes) -> bool:
    """Return whether a file name is that of a sidecar."""
    return name.lower().endswith(_EXTENSIONS)


def belongs(sidecar: bytes, owner: bytes) -> bool:
    """Return whether a sidecar's name says that it is this file's: kick.wav.asd or kick.asd beside kick.wav."""
    if not is_sidecar(sidecar):
        return False
    base = sidecar[: sidecar.rfind(b".")]
    return base in (owner, owner.rpartition(b".")[0])


@dataclass(slots=True)
class Sidecars:
    """Finds the sidecars of files; a folder is listed once.

    Args:
        looker: opens the folders.
    """

    looker: Looker
    _listed: dict[tuple[int, bytes], tuple[list[bytes], list[bytes]]] = field(default_factory=dict)

    def of(self, place: Place, *, change: bool) -> list[tuple[bytes, os.stat_result]]:
        """Return names and looks of the sidecars of a file, regular files only.

        A name that two sounds share (kick.cue beside kick.wav and kick.flac) belongs to none of them.

        Args:
            place: the file.
            change: whether they shall be changed.
        """
        folder = self.looker.folder(place.ground, place.folder, change=change)
        sidecars, sounds = self._names(place.ground, place.folder, folder.names)
        found = []
        for name in sidecars:
            if belongs(name, place.name) and not any(belongs(name, other) for other in sounds if other != place.name):
                status = folder.look(name)
                if status is not None and stat.S_ISREG(status.st_mode):
                    found.append((name, status))
        return found

    def _names(self, ground: Ground, rel: bytes, names: Callable[[], list[bytes]]) -> tuple[list[bytes], list[bytes]]:
        """Return the sidecars that lie in a folder, and its sounds where there are any sidecars."""
        key = (ground.id, rel)
        if key not in self._listed:
            every = sorted(names())
            sidecars = [name for name in every if is_sidecar(name)]
            prefix = rel + b"/" if rel else b""
            sounds = [name for name in every if ground.takes(prefix + name)] if sidecars else []
            self._listed[key] = sidecars, sounds
        return self._listed[key]
