"""The operating system's own lock on an open file: shared or alone, free as soon as its process is gone."""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _FAIL_IMMEDIATELY, _EXCLUSIVE = 1, 2
    _LOCK_VIOLATION = 33

    class _Overlapped(ctypes.Structure):
        """Where the locked bytes begin: OVERLAPPED of the Windows API."""

        _fields_ = (
            ("Internal", ctypes.c_void_p),
            ("InternalHigh", ctypes.c_void_p),
            ("Offset", wintypes.DWORD),
            ("OffsetHigh", wintypes.DWORD),
            ("hEvent", wintypes.HANDLE),
        )

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.LockFileEx.argtypes = (
        wintypes.HANDLE, wintypes.DWORD, wintypes.DWORD, wintypes.DWORD, wintypes.DWORD, ctypes.POINTER(_Overlapped),
    )  # fmt: skip
    _kernel.LockFileEx.restype = wintypes.BOOL

    def try_lock(fd: int, *, alone: bool) -> bool:
        """Lock an open file until it is closed; return False when others hold what stands against it.

        Raises:
            OSError: the file system has no locks.
        """
        flags = _FAIL_IMMEDIATELY | (_EXCLUSIVE if alone else 0)
        # The first byte, which is the one that filelock takes.
        if _kernel.LockFileEx(msvcrt.get_osfhandle(fd), flags, 0, 1, 0, ctypes.byref(_Overlapped())):
            return True
        error = ctypes.get_last_error()
        if error == _LOCK_VIOLATION:
            return False
        raise ctypes.WinError(error)

else:
    import errno
    import fcntl

    _TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)  # EACCES: where flock is made of fcntl's locks (NFS)

    def try_lock(fd: int, *, alone: bool) -> bool:
        """Lock an open file until it is closed; return False when others hold what stands against it.

        Raises:
            OSError: the file system has no locks.
        """
        try:
            fcntl.flock(fd, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            raise
        return True


def open_lock(path: str | os.PathLike[str], *, create: bool) -> int:
    """Open a lock file and return its descriptor; a link in its place is refused.

    Args:
        path: the file; others than its owner cannot open it.
        create: whether it is made, and opened for writing; else it must be there, and reading is enough.

    Raises:
        OSError: it cannot be opened.
    """
    flags = os.O_RDWR | os.O_CREAT if create else os.O_RDONLY
    if sys.platform == "win32":
        return os.open(path, flags | os.O_NOINHERIT, 0o600)
    else:  # noqa: RET505  or mypy calls the rest unreachable
        return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
