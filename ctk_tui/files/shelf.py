"""Quarantine folders: where the one for a file is, and what makes it one that can be trusted."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.disk.folder import Folder, open_below, open_root
from ctk_tui.disk.mounts import mount_of_folder
from ctk_tui.disk.own import QUARANTINE
from ctk_tui.files.refusing import NotDoneError, from_system
from ctk_tui.model.errors import FileError

if TYPE_CHECKING:
    from ctk_tui.files.places import Ground


@dataclass(frozen=True, slots=True)
class Shelf:
    """One quarantine folder."""

    parent: bytes
    """The folder in which `.ctk-quarantine` lies, absolute."""
    ground: Ground | None
    """The source that it serves, None for a folder outside of all."""
    place: bytes | None
    """`parent` relative to that source, None where it lies outside of it."""

    @property
    def path(self) -> bytes:
        """The quarantine folder itself, absolute."""
        return os.path.join(self.parent, QUARANTINE)


@dataclass(slots=True)
class Shelves:
    """Finds the quarantine folder of files; those of one folder share it."""

    _known: dict[tuple[int, bytes], Shelf] = field(default_factory=dict)

    def of(self, ground: Ground, folder: bytes) -> Shelf:
        """Return the quarantine folder for the files in a folder of a source.

        It lies at the highest folder inside the source from which a file can be renamed, or where the source's
        `quarantine` says, if that is on the same volume.

        Args:
            ground: the source.
            folder: relative to it; it must be there.

        Raises:
            NotDoneError: the way to it cannot be walked.
        """
        key = (ground.id, folder)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._find(ground, folder)
        return found

    def _find(self, ground: Ground, folder: bytes) -> Shelf:
        mounts: list[tuple[int, int]] = []
        try:
            open_below(ground.path, folder, lambda passed: mounts.append(mount_of_folder(passed))).close()
        except (OSError, FileError) as error:
            raise from_system(error, "" if isinstance(error, FileError) else "its folder") from error
        if ground.quarantine and _mount_at(ground.quarantine) == mounts[-1]:
            return Shelf(ground.quarantine, ground, None)
        first = len(mounts) - 1
        while first and mounts[first - 1] == mounts[-1]:
            first -= 1
        place = b"/".join(folder.split(b"/")[:first]) if folder else b""
        return Shelf(ground.full(place), ground, place)


def _mount_at(path: bytes) -> tuple[int, int] | None:
    try:
        with open_root(path) as folder:
            return mount_of_folder(folder)
    except OSError:
        return None


def open_shelf(parent: Folder, *, make: bool) -> Folder:
    """Open the quarantine folder in a folder.

    Args:
        parent: the open folder.
        make: whether it is made (0700) where it is not there; the folder around it keeps its time.

    Raises:
        NotDoneError: it is a link, no folder, another user's, or the system refused.
        FileNotFoundError: it is not there, and not to be made.
    """
    try:
        if make and parent.look(QUARANTINE) is None:
            _make(parent)
        opened = parent.child(QUARANTINE)
    except FileNotFoundError:
        raise
    except (OSError, FileError) as error:
        shelf = parent.full(QUARANTINE)
        raise from_system(error, f"the quarantine folder {os.fsdecode(shelf)}", writes=shelf) from error
    try:
        _require_ours(opened)
    except BaseException:
        opened.close()
        raise
    return opened


def _make(parent: Folder) -> None:
    before = os.stat(parent.at(b"."), dir_fd=parent.fd)
    try:
        os.mkdir(parent.at(QUARANTINE), 0o700, dir_fd=parent.fd)
    except FileExistsError:
        return  # another ctk was quicker
    # It is no change of the user's folder, and undoing everything has to leave that as it was.
    with contextlib.suppress(OSError):
        os.utime(parent.at(b"."), ns=(before.st_atime_ns, before.st_mtime_ns), dir_fd=parent.fd)
    parent.sync()


def _require_ours(shelf: Folder) -> None:
    if sys.platform == "win32" or shelf.fd is None:
        return
    status = os.fstat(shelf.fd)
    name = os.fsdecode(shelf.path)
    if status.st_uid != os.geteuid():
        raise NotDoneError("failed", f"the quarantine folder {name} belongs to another user")
    if stat.S_IMODE(status.st_mode) & 0o077:
        with contextlib.suppress(OSError):  # file systems without permissions show what their mount says
            os.fchmod(shelf.fd, 0o700)


def open_inside(shelf: Folder, rel: bytes, *, make: bool) -> Folder:
    """Open a folder in a quarantine folder, by a relative path.

    Args:
        shelf: the quarantine folder.
        rel: parts divided by slashes.
        make: whether parts that are not there are made (0700).

    Raises:
        NotDoneError: a link stands on the way, or the system refused.
    """
    here = shelf
    try:
        for part in rel.split(b"/"):
            try:
                below = here.child(part)
            except FileNotFoundError:
                if not make:
                    raise
                with contextlib.suppress(FileExistsError):
                    os.mkdir(here.at(part), 0o700, dir_fd=here.fd)
                here.sync()
                below = here.child(part)
            if here is not shelf:
                here.close()
            here = below
    except (OSError, FileError) as error:
        if here is not shelf:
            here.close()
        raise from_system(error, f"the quarantine folder {os.fsdecode(shelf.path)}", writes=shelf.path) from error
    return here


def drop_empty(shelf: bytes, entry: str) -> None:
    """Remove the folders of an entry in quarantine that hold nothing any more; its journal stays.

    Args:
        shelf: the quarantine folder, absolute.
        entry: the entry.
    """
    top = os.path.join(shelf, entry.encode())
    for folder, _, _ in os.walk(top, topdown=False):
        if folder != top:
            with contextlib.suppress(OSError):
                os.rmdir(folder)
