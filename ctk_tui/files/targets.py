"""Folders that files go to: may they be written, what names do they hold, which are taken."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.disk.volume import identify_within
from ctk_tui.files.names import cannot_hold, key
from ctk_tui.files.places import Place, is_plain, is_protected_now
from ctk_tui.files.refusing import NotDoneError
from ctk_tui.model.errors import UsageError

if TYPE_CHECKING:
    from ctk_tui.files.places import Places

PATIENCE = 5.0
"""Seconds that the volume of a target may take to answer: a dead network mount never does."""


@dataclass(slots=True)
class Target:
    """A folder that files go to, and the names that a plan gives in it and below."""

    path: bytes
    """Absolute, links followed as far as it is there."""
    place: Place | None
    """Where that is in a source, None outside of all."""
    fstype: str
    case_blind: bool
    dev: int
    """Device number of the nearest folder that is there."""
    _given: set[tuple[bytes, bytes]] = field(default_factory=set)

    def free(self, folder: bytes, name: bytes) -> str:
        """Return why a name cannot be given, "" when it can: it is taken on the disk, or by the plan.

        Args:
            folder: absolute, this folder or one below it.
            name: a file name.
        """
        if (folder, key(name, case_blind=self.case_blind)) in self._given:
            return "another file of this plan takes that name"
        if os.path.lexists(os.path.join(folder, name)):
            return f"{os.fsdecode(os.path.join(folder, name))} is there already"
        return ""

    def give(self, folder: bytes, name: bytes) -> bytes:
        """Note that a name is given; return the absolute path."""
        self._given.add((folder, key(name, case_blind=self.case_blind)))
        return os.path.join(folder, name)

    def check_name(self, folder: bytes, name: bytes) -> None:
        """Refuse what cannot be there.

        Raises:
            NotDoneError: the volume cannot hold the name, or the place is protected.
        """
        wrong = cannot_hold(name, self.fstype)
        if wrong:
            raise NotDoneError("name", wrong)
        if self.place is not None:
            ground = self.place.ground
            rel = os.path.join(folder, name)[len(self.path) :].lstrip(b"/")
            if ground.protects(self.place.rel + b"/" + rel if self.place.rel else rel):
                raise NotDoneError("protected", f"the target lies in a protected part of the source {ground.name}")


def target_folder(places: Places, to: bytes) -> Target:
    """Look at a folder that the user names as a target; it need not be there yet.

    Args:
        places: all sources.
        to: a path.

    Raises:
        UsageError: it is no folder, cannot be written, or is a quarantine.
        NotDoneError: it lies in a source that is offline or protected.
    """
    path = os.path.realpath(os.path.abspath(to))
    if not is_plain(path):
        raise UsageError(f"{os.fsdecode(path)} cannot be a target", "name a folder outside of every quarantine")
    nearest, status = _nearest(path)
    if not os.access(nearest, os.W_OK):
        raise UsageError(f"{os.fsdecode(nearest)} cannot be written", "choose another folder")
    place = places.find_folder(path)
    if place is not None:
        ground = place.ground
        if not ground.online:
            raise NotDoneError("offline", f"the source {ground.name} is offline: {ground.reason}")
        if ground.protects(place.rel + b"/" if place.rel else b"/"):
            raise NotDoneError("protected", f"it lies in a protected part of the source {ground.name}")
        place = Place(ground, place.rel)
        path = ground.full(place.rel)
    if is_protected_now(places, nearest):
        raise NotDoneError("protected", "it lies in a protected folder")
    try:
        volume = identify_within(nearest, PATIENCE)
    except TimeoutError as error:
        raise UsageError(str(error), "look at its mount") from error
    fstype, blind = (volume.fstype, volume.case_blind) if volume else ("", False)
    return Target(path, place, fstype, blind, status.st_dev)


def _nearest(path: bytes) -> tuple[bytes, os.stat_result]:
    """Return the nearest folder on a path that is there."""
    while True:
        try:
            status = os.stat(path)
        except FileNotFoundError:
            path = os.path.dirname(path)
            continue
        except OSError as error:
            raise UsageError(f"{os.fsdecode(path)}: {error.strerror}", "choose another folder") from error
        if not stat.S_ISDIR(status.st_mode):
            raise UsageError(f"{os.fsdecode(path)} is no folder", "choose another one")
        return path, status
