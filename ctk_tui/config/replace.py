"""Replaces the configuration file in one step, under a lock."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from ctk_tui.config.document import read_bytes
from ctk_tui.model.errors import Busy, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# An edit takes milliseconds; whoever holds the lock longer than this hangs.
LOCK_SECONDS = 10.0
# The sources tell what the user has, the queries what they look for: nobody else's business.
_FILE_MODE, _FOLDER_MODE = 0o600, 0o700


@contextlib.contextmanager
def locked(path: Path, target: Path) -> Iterator[None]:
    """Hold the lock that every edit of this file takes; make its folder where there is none.

    Args:
        path: the file, as it was named.
        target: the file itself, behind all links.

    Raises:
        Busy: another ctk holds it.
        OSError: the folder or the lock file cannot be made.
    """
    target.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    lock = FileLock(target.with_name(f".{target.name}.lock"), timeout=LOCK_SECONDS, mode=_FILE_MODE)
    try:
        lock.acquire()
    except Timeout as error:
        raise Busy(f"{path}: another ctk is editing it", "try again when it is done") from error
    try:
        yield
    finally:
        lock.release()


def replace(path: Path, target: Path, before: bytes | None, content: bytes) -> None:
    """Replace the file in one step; it keeps mode and owner, a new one is the user's alone.

    Args:
        path: the file, as it was named.
        target: the file itself, behind all links.
        before: the bytes that were read and edited, None when there was no file.
        content: the new bytes.

    Raises:
        ConfigError: it is no regular file, or read-only, or holds other bytes by now; nothing was written.
        OSError: it cannot be written; the old file is there.
    """
    if before is not None:
        _check_writable(path, target)
    temporary = _temporary(target, content)
    try:
        _check_unchanged(path, before)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(target.parent)


def _check_unchanged(path: Path, content: bytes | None) -> None:
    # Done as late as can be: an editor that saves in the microseconds from here to the replacement is not seen.
    if read_bytes(path) != content:
        message = f"{path}: it changed while ctk was editing it, nothing was written"
        raise ConfigError(message, path, hint="try again")


def _check_writable(path: Path, target: Path) -> None:
    # Replacing needs the folder alone; a file that was made read-only is so for a reason.
    if not stat.S_ISREG(os.stat(target).st_mode):
        raise ConfigError(f"{path}: this is no regular file and cannot be edited", path)
    if not os.access(target, os.W_OK):
        raise ConfigError(f"{path}: the file is read-only, nothing was written", path)


def _temporary(target: Path, content: bytes) -> str:
    """Write the new content to a file beside the target, with the target's mode and owner, all of it on the disk."""
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            _like(name, os.stat(target))
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    return name


def _like(name: str, old: os.stat_result) -> None:
    if sys.platform != "win32":
        # With sudo the user's file would else become root's, unreadable for the user.
        with contextlib.suppress(PermissionError):
            os.chown(name, old.st_uid, old.st_gid)
    os.chmod(name, stat.S_IMODE(old.st_mode))


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut; Windows has no such call and needs none."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):  # some network file systems have none either, and the file is there
            number = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)
