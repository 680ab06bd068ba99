"""Renaming that cannot replace what has the new name already."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from functools import cache
from typing import TYPE_CHECKING, Literal

from ctk_tui.disk.mounts import same_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.disk.folder import Folder

Way = Literal["flag", "link", "placeholder"]
"""flag: the system's own rename that refuses to replace. link: a second name, then the first one goes. placeholder: an
empty file of ours takes the name first, and is then replaced."""
_NO_REPLACE = 1
"""RENAME_NOREPLACE of linux/fs.h."""
_EXCLUSIVE = 4
"""RENAME_EXCL of macOS' sys/stdio.h."""
_AT_FDCWD = -100 if sys.platform == "linux" else -2
_UNABLE = frozenset((errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP))
"""What systems and file systems say that have no such rename."""
_LINKLESS = frozenset((errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK))
"""What file systems say that have no hard links (vfat says EPERM), or no more of them."""


def rename_new(
    folder: Folder,
    name: bytes,
    target: Folder,
    new_name: bytes,
    *,
    on_placeholder: Callable[[], None] = lambda: None,
    between: Callable[[], None] = lambda: None,
) -> Way:
    """Rename a file; what has the new name already stays as it is.

    Args:
        folder: where it is.
        name: what it is called there.
        target: where it goes, on the same mount.
        new_name: what it shall be called.
        on_placeholder: called before an empty file takes the new name; what it raises ends the work.
        between: called where two steps are needed and one is done; for tests that end the process there.

    Returns:
        By which way.

    Raises:
        FileExistsError: the new name is taken.
        OSError: the system refused; EXDEV for a target on another mount.
    """
    if is_case_change(folder, name, target, new_name):
        os.rename(folder.at(name), target.at(new_name), src_dir_fd=folder.fd, dst_dir_fd=target.fd)
        return "flag"
    try:
        _by_flag(folder, name, target, new_name)
    except OSError as error:
        if error.errno not in _UNABLE:
            raise
    else:
        return "flag"
    try:
        _by_link(folder, name, target, new_name, between)
    except OSError as error:
        if error.errno not in _LINKLESS:
            raise
    else:
        return "link"
    _by_placeholder(folder, name, target, new_name, on_placeholder, between)
    return "placeholder"


def is_case_change(folder: Folder, name: bytes, target: Folder, new_name: bytes) -> bool:
    """Return whether both names are one entry of one folder, which a case-blind volume shows under either."""
    if folder.identity != target.identity or name == new_name:
        return False
    here, there = folder.look(name), target.look(new_name)
    if here is None or there is None or not same_file(here, there):
        return False
    names = folder.names()
    return name in names and new_name not in names  # both there: two hard links, neither may go


def _by_flag(folder: Folder, name: bytes, target: Folder, new_name: bytes) -> None:
    if sys.platform == "win32":
        os.rename(folder.at(name), target.at(new_name))  # MoveFile without MOVEFILE_REPLACE_EXISTING
        return
    call = _system_call()
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    old_fd = _AT_FDCWD if folder.fd is None else folder.fd
    new_fd = _AT_FDCWD if target.fd is None else target.fd
    flag = _EXCLUSIVE if sys.platform == "darwin" else _NO_REPLACE
    if call(old_fd, folder.at(name), new_fd, target.at(new_name), flag) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target.full(new_name))


@cache
def _system_call() -> Callable[..., int] | None:
    """Return renameat2 (Linux, glibc 2.28) or renameatx_np (macOS 10.12), None where the system has neither."""
    name = "renameatx_np" if sys.platform == "darwin" else "renameat2"
    try:
        call = getattr(ctypes.CDLL(None, use_errno=True), name)
    except (AttributeError, OSError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    call.restype = ctypes.c_int
    found: Callable[..., int] = call
    return found


def _by_link(folder: Folder, name: bytes, target: Folder, new_name: bytes, between: Callable[[], None]) -> None:
    os.link(
        folder.at(name), target.at(new_name), src_dir_fd=folder.fd, dst_dir_fd=target.fd, follow_symlinks=False
    )  # fmt: skip
    between()
    here, there = folder.look(name), target.look(new_name)
    # Another file may have taken the old name since: it is not ours to unlink.
    if here is not None and there is not None and same_file(here, there):
        os.unlink(folder.at(name), dir_fd=folder.fd)


def _by_placeholder(
    folder: Folder,
    name: bytes,
    target: Folder,
    new_name: bytes,
    on_placeholder: Callable[[], None],
    between: Callable[[], None],
) -> None:
    on_placeholder()
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    made = os.open(target.at(new_name), flags, 0o600, dir_fd=target.fd)
    try:
        between()
        # Held open until the rename: its inode cannot be given to another file meanwhile.
        if not _is_ours(target, new_name, os.fstat(made)):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target.full(new_name))
        try:
            os.replace(folder.at(name), target.at(new_name), src_dir_fd=folder.fd, dst_dir_fd=target.fd)
        except BaseException:
            if _is_ours(target, new_name, os.fstat(made)):
                os.unlink(target.at(new_name), dir_fd=target.fd)
            raise
    finally:
        os.close(made)


def _is_ours(target: Folder, name: bytes, made: os.stat_result) -> bool:
    now = target.look(name)
    return now is not None and stat.S_ISREG(now.st_mode) and same_file(now, made) and now.st_size == 0
