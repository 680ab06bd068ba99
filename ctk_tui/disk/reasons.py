"""Why the system refused, in words for the user."""

from __future__ import annotations

import errno

from ctk_tui.model.errors import FileUnreadable

CHANGED = "changed while it was read"
"""The reason for a file whose bytes or size were not the same from the first look to the last."""

VANISHED = "vanished"
"""The reason for a name that was listed and is not there any more."""

_WORDS = {
    errno.ENOENT: VANISHED,
    errno.EACCES: "permission denied",
    errno.EPERM: "operation not permitted",
    errno.EIO: "input/output error",
    errno.ENAMETOOLONG: "file name too long",
    errno.ELOOP: "too many symbolic links",
    errno.ENOTDIR: "a folder on its way is a file now",
    errno.EISDIR: "it is a folder",
    errno.EMFILE: "too many files are open in this process",
    errno.ENFILE: "too many files are open on this machine",
    errno.ENXIO: "the device behind it is gone",
    errno.ENODEV: "the device behind it is gone",
    errno.ESTALE: "stale network file handle",
    errno.ENOTCONN: "its mount is not connected",
    errno.ETIMEDOUT: "its server did not answer in time",
    errno.EHOSTUNREACH: "its server cannot be reached",
    # Opening with O_NONBLOCK gives this where a file server (Samba's kernel oplocks) holds a lease on the file.
    errno.EAGAIN: "in use by another program",
    errno.EBUSY: "in use by another program",
    errno.ETXTBSY: "in use by another program",
}

_WINDOWS_WORDS = {
    32: "in use by another program",  # ERROR_SHARING_VIOLATION
    33: "in use by another program",  # ERROR_LOCK_VIOLATION
    53: "its server cannot be reached",  # ERROR_BAD_NETPATH
    59: "its server cannot be reached",  # ERROR_UNEXP_NET_ERR
    64: "its server cannot be reached",  # ERROR_NETNAME_DELETED
    1117: "input/output error",  # ERROR_IO_DEVICE
}


def reason(error: OSError | ValueError) -> str:
    """Return why the system refused, in lower-case words without the path.

    A ValueError is what Python raises for a name that it cannot hand to the system, such as one with a NUL.
    """
    if not isinstance(error, OSError):
        return "not a name that this system can hold"
    code: int | None = getattr(error, "winerror", None)
    if code is not None and code in _WINDOWS_WORDS:
        return _WINDOWS_WORDS[code]
    if error.errno in _WORDS:
        return _WORDS[error.errno]
    return (error.strerror or str(error)).lower()


def unreadable(path: bytes | str, error: OSError | ValueError) -> FileUnreadable:
    """Return the FileUnreadable that tells why `path` could not be read."""
    return FileUnreadable(path, reason(error))
