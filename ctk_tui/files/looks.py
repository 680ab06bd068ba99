"""Looking at a file now: may it be touched, and is it what the catalog or the plan says?"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from ctk_tui.disk.folder import open_below
from ctk_tui.disk.safe_open import kind
from ctk_tui.disk.stamps import same_time, signed
from ctk_tui.files.refusing import NotDoneError, from_system
from ctk_tui.model.errors import FileError

if TYPE_CHECKING:
    from types import TracebackType

    from ctk_tui.disk.folder import Folder
    from ctk_tui.files.places import Ground, Place, Places

IN_USE_SECONDS = 60
"""A file that was modified this recently may still be written."""
KEPT_OPEN = 16
"""Folders that a plan keeps open: what lies together is looked at together."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file looked like."""

    size: int
    """Bytes."""
    mtime_ns: int
    """Nanoseconds since the epoch."""
    inode: int
    """As SQLite stores it, 0 for unknown."""

    def fits(self, status: os.stat_result, *, coarse: bool) -> bool:
        """Return whether a look shows the same file.

        Args:
            status: of the look.
            coarse: whether its volume keeps times and inode numbers as the FAT family does: another number proves
                nothing there.
        """
        if self.size != status.st_size or not same_time(self.mtime_ns, status.st_mtime_ns, coarse=coarse):
            return False
        return coarse or not self.inode or not status.st_ino or self.inode == signed(status.st_ino)


def stamp_of(status: os.stat_result) -> Stamp:
    """Return what a look showed."""
    return Stamp(status.st_size, status.st_mtime_ns, signed(status.st_ino))


def may_change(ground: Ground, rel: bytes, *, disabled: bool = False) -> None:
    """Check what can be told without a look at the disk.

    Args:
        ground: the source.
        rel: the file in it.
        disabled: whether a disabled source is as good: what was done there before may be undone.

    Raises:
        NotDoneError: the source is offline or disabled, or the file is protected.
    """
    if not ground.online:
        raise NotDoneError("offline", f"its source {ground.name} is offline: {ground.reason}")
    if not ground.enabled and not disabled:
        raise NotDoneError("outside", f"its source {ground.name} is disabled")
    if ground.protects(rel):
        raise NotDoneError("protected", f"protected in the source {ground.name}")


def open_folder(places: Places, ground: Ground, folder: bytes, *, change: bool = True) -> Folder:
    """Open a folder of a source without following links below its root.

    Args:
        places: all sources.
        ground: the source.
        folder: relative to it.
        change: whether something in it shall be changed: then no folder on the way may be protected.

    Raises:
        NotDoneError: a link stands on the way, it is not there, the system refused, or it is protected.
    """
    ways: list[tuple[int, int]] = []
    try:
        opened = open_below(ground.path, folder, lambda passed: ways.append(passed.identity))
    except (OSError, FileError) as error:
        raise from_system(error, "" if isinstance(error, FileError) else "its folder") from error
    if change and not places.protected.isdisjoint(ways):
        opened.close()
        raise NotDoneError("protected", "reached by another way it lies in a protected folder")
    return opened


def require_regular(status: os.stat_result | None) -> os.stat_result:
    """Return a look at a regular file.

    Raises:
        NotDoneError: nothing is there, or something else.
    """
    if status is None:
        raise NotDoneError("missing", "not there any more")
    if not stat.S_ISREG(status.st_mode):
        raise NotDoneError("link" if stat.S_ISLNK(status.st_mode) else "changed", f"{kind(status.st_mode)} now")
    return status


def require_idle(status: os.stat_result, now: float) -> None:
    """Refuse a file that was modified a moment ago.

    Raises:
        NotDoneError: in use.
    """
    if abs(now - status.st_mtime) < IN_USE_SECONDS:
        raise NotDoneError("in use", f"modified less than {IN_USE_SECONDS} s ago: it may be in use")


def can_write(folder: Folder) -> bool:
    """Return whether names in a folder can be changed: by its rights, on a volume that can be written."""
    if folder.fd is None:
        return os.access(folder.path, os.W_OK)
    return os.access(b".", os.W_OK | os.X_OK, dir_fd=folder.fd)


@dataclass(slots=True)
class Looker:
    """Looks at many files for a plan; folders that lie together are opened once.

    Args:
        places: all sources.
        now: seconds since the epoch.
    """

    places: Places
    now: float = field(default_factory=time.time)
    _open: dict[tuple[int, bytes, bool], Folder] = field(default_factory=dict)

    def folder(self, ground: Ground, rel: bytes, *, change: bool = True) -> Folder:
        """Return an open folder of a source; it is closed with the looker, or before.

        Raises:
            NotDoneError: see `open_folder`.
        """
        key = (ground.id, rel, change)
        found = self._open.pop(key, None)
        if found is None:
            found = open_folder(self.places, ground, rel, change=change)
            while len(self._open) >= KEPT_OPEN:
                self._open.pop(next(iter(self._open))).close()
        self._open[key] = found
        return found

    def look(self, place: Place, expected: Stamp) -> os.stat_result:
        """Look at a file that shall be changed.

        Raises:
            NotDoneError: it may not be touched now, with the reason.
        """
        may_change(place.ground, place.rel)
        folder = self.folder(place.ground, place.folder)
        status = self._stat(folder, place, expected)
        require_idle(status, self.now)
        if not can_write(folder):
            raise NotDoneError("read-only", "its folder cannot be written")
        return status

    def look_only(self, place: Place, expected: Stamp) -> os.stat_result:
        """Look at a file that stays: a keeper, or the original of a copy.

        Raises:
            NotDoneError: it is not there, or not as expected.
        """
        if not place.ground.online:
            raise NotDoneError("offline", f"its source {place.ground.name} is offline: {place.ground.reason}")
        return self._stat(self.folder(place.ground, place.folder, change=False), place, expected)

    def _stat(self, folder: Folder, place: Place, expected: Stamp) -> os.stat_result:
        try:
            status = require_regular(folder.look(place.name))
        except OSError as error:
            raise from_system(error) from error
        if not expected.fits(status, coarse=place.ground.coarse):
            raise NotDoneError("changed", "changed since the last scan: scan again")
        return status

    def close(self) -> None:
        """Close all folders."""
        while self._open:
            self._open.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
