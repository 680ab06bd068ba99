"""Folders that are held open, and reached part by part without following a link.

Where the system has openat, every name is looked up in the open folder, so that a link which is swapped in between two
steps leads nowhere. Windows has no such thing: there the names are joined, and each part is looked at before.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ctk_tui.disk.safe_open import OpenFile, open_regular
from ctk_tui.model.errors import NotARegularFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_HAS_OPENAT = os.open in os.supports_dir_fd and os.stat in os.supports_dir_fd
if sys.platform != "win32":
    _FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(slots=True)
class Folder:
    """A folder; closed at the end of its `with`."""

    path: bytes
    """As it was reached; for messages, and for systems without openat."""
    fd: int | None
    """The open folder, None where the system has no openat: `at` then gives whole paths."""
    identity: tuple[int, int]
    """Device and inode."""

    def at(self, name: bytes) -> bytes:
        """Return what to hand to a function of os, together with `dir_fd=folder.fd`."""
        return name if self.fd is not None else os.path.join(self.path, name)

    def full(self, name: bytes) -> bytes:
        """Return the absolute path of a name in it."""
        return os.path.join(self.path, name)

    def look(self, name: bytes) -> os.stat_result | None:
        """Return the lstat of a name, None where there is none.

        Raises:
            OSError: the system refused for another reason.
        """
        try:
            return os.stat(self.at(name), dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def open(self, name: bytes, *, looked: bool = False) -> OpenFile:
        """Open a regular file for reading; arguments and what is raised: see `open_regular`."""
        return open_regular(self.at(name), looked=looked, dir_fd=self.fd, shown=self.full(name))

    def child(self, name: bytes) -> Folder:
        """Open a folder in it; a link is refused.

        Raises:
            NotARegularFile: it is a link, or no folder; the reason says so.
            OSError: it is not there, or the system refused.
        """
        return _open(self, name)

    def make(self, name: bytes, mode: int = 0o777) -> Folder:
        """Make a folder in it and open it.

        Raises:
            FileExistsError: there is something of this name already.
            OSError: the system refused.
        """
        os.mkdir(self.at(name), mode, dir_fd=self.fd)
        return self.child(name)

    def names(self) -> list[bytes]:
        """Return the names of all that lies in it."""
        if self.fd is None:
            return os.listdir(self.path)
        return [os.fsencode(name) for name in os.listdir(self.fd)]

    def twin(self) -> Folder:
        """Return the same folder, open once more."""
        return Folder(self.path, None if self.fd is None else os.dup(self.fd), self.identity)

    def sync(self) -> None:
        """Bring the names in it to the disk; file systems that cannot sync a folder are left to themselves."""
        if self.fd is not None:
            with contextlib.suppress(OSError):
                os.fsync(self.fd)

    def close(self) -> None:
        """Close it; a second call does nothing."""
        fd, self.fd = self.fd, None
        if fd is not None:
            os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_root(path: bytes) -> Folder:
    """Open a folder that the user named: links on the way to it are the user's own.

    Raises:
        OSError: it is not there, or no folder.
    """
    if not _HAS_OPENAT:
        status = os.stat(path)
        if not stat.S_ISDIR(status.st_mode):
            raise NotADirectoryError(20, "not a folder", path)
        return Folder(path, None, (status.st_dev, status.st_ino))
    fd = os.open(path, _FOLDER)
    try:
        status = os.fstat(fd)
    except BaseException:
        os.close(fd)
        raise
    return Folder(path, fd, (status.st_dev, status.st_ino))


def _look_at_folder(parent: Folder, name: bytes) -> os.stat_result:
    """Return the lstat of a folder; where something else stands, raise NotARegularFile that says what."""
    status = os.stat(parent.at(name), dir_fd=parent.fd, follow_symlinks=False)
    if not stat.S_ISDIR(status.st_mode):
        what = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "not a folder"
        raise NotARegularFile(parent.full(name), f"{what} stands on the way")
    return status


def _open(parent: Folder, name: bytes) -> Folder:
    path = parent.full(name)
    if parent.fd is None:
        before = _look_at_folder(parent, name)
        return Folder(path, None, (before.st_dev, before.st_ino))
    try:
        fd = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=parent.fd)
    except OSError as error:
        # Of a link O_NOFOLLOW with O_DIRECTORY says "not a folder" on Linux, "too many links" elsewhere.
        if error.errno in (errno.ENOTDIR, errno.ELOOP):
            _look_at_folder(parent, name)
        raise
    try:
        status = os.fstat(fd)
    except BaseException:
        os.close(fd)
        raise
    return Folder(path, fd, (status.st_dev, status.st_ino))


def open_below(root: bytes, rel: bytes, passed: Callable[[Folder], None] | None = None) -> Folder:
    """Open the folder at a path below a root; links are followed to the root, not below it.

    Args:
        root: absolute.
        rel: parts divided by slashes, b"" for the root itself.
        passed: told each folder on the way while it is open, the root first, the folder itself last.

    Raises:
        NotARegularFile: a link stands on the way.
        OSError: a part is not there, or the system refused.
    """
    here = open_root(root)
    try:
        if passed is not None:
            passed(here)
        for part in rel.split(b"/") if rel else ():
            below = here.child(part)
            here.close()
            here = below
            if passed is not None:
                passed(here)
    except BaseException:
        here.close()
        raise
    return here
