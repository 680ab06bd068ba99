"""Volumes that a test chooses: which one lies where, without a mount."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.disk.volume_kinds import Volume, make_volume

if TYPE_CHECKING:
    import pytest


class Volumes:
    """What the package believes of the volumes; without a word from the test each folder lies on `disk`.

    Args:
        monkeypatch: by which the package is told.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.places: dict[bytes, Volume] = {b"/": make_volume("uuid:disk", "ext4", Path("/"), known=True)}
        monkeypatch.setattr("ctk_tui.scan.roots.identify_within", self.within)
        monkeypatch.setattr("ctk_tui.scan.roots.mounted_volumes", lambda: list(self.places.values()))
        monkeypatch.setattr("ctk_tui.scan.walker.identify", self.identify)

    def mount(self, place: Path, identity: str, *, known: bool = True, fstype: str = "ext4") -> None:
        """Let a volume lie at a folder."""
        self.places[os.fsencode(place)] = make_volume(identity, fstype, place, known=known)

    def identify(self, path: bytes | str) -> Volume:
        """Return the volume of a folder, as `disk.volume.identify` does."""
        os.stat(path)
        name = os.path.realpath(os.fsencode(path))
        inside = [at for at in self.places if name == at or name.startswith(at.rstrip(b"/") + b"/")]
        return self.places[max(inside, key=len)]

    def within(self, path: bytes | str, seconds: float) -> Volume | None:
        """Return the volume of a folder, None when it is not there."""
        try:
            return self.identify(path)
        except OSError:
            return None
