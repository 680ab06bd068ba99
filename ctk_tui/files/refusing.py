"""From what the system or a check says to a refusal that names the file and the reason."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from ctk_tui.disk.mounts import mount_point
from ctk_tui.disk.reasons import reason
from ctk_tui.model.errors import CtkError, FileError, NotARegularFile
from ctk_tui.model.plan import Refusal

if TYPE_CHECKING:
    from ctk_tui.model.plan import RefusalKind

_KINDS: dict[int, RefusalKind] = {
    errno.EROFS: "read-only",
    errno.EACCES: "read-only",
    errno.EPERM: "read-only",
    errno.ENOSPC: "space",
    errno.EDQUOT: "space",
    errno.EFBIG: "space",
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.EEXIST: "exists",
    errno.ENAMETOOLONG: "name",
    errno.EILSEQ: "name",
    errno.EINVAL: "name",
    errno.EXDEV: "volume",
    errno.ELOOP: "link",
}
_WORDS: dict[int, str] = {
    errno.EEXIST: "something of that name is there already",
    errno.EXDEV: "its folder lies on another volume than the place it would go to",
    errno.ENOSPC: "the volume is full",
    errno.EDQUOT: "the quota of the volume is used up",
    errno.EROFS: "the volume is read-only",
}


_NAMED: dict[int, str] = {
    errno.ENOSPC: "no space left on {}", errno.EDQUOT: "no quota left on {}", errno.EROFS: "{} is read-only"
}  # fmt: skip
_STEPS: dict[RefusalKind, str] = {"space": "make room there", "read-only": "mount it so that it can be written again"}


class NotDoneError(CtkError):
    """A file is left as it is; carries the refusal.

    Args:
        kind: see RefusalKind.
        reason: in words, without the path.
    """

    def __init__(self, kind: RefusalKind, reason: str) -> None:
        super().__init__(reason)
        self.kind: RefusalKind = kind

    def refusal(self, path: bytes) -> Refusal:
        """Return it for a file."""
        return Refusal(path, self.kind, self.message)


def copy_stays(path: bytes, why: NotDoneError) -> NotDoneError:
    """Return why a copy that is one too many, for its original stays, is not taken away yet."""
    return NotDoneError(why.kind, f"the copy {os.fsdecode(path)} stays for now: {why.message}")


def next_step(why: NotDoneError) -> str:
    """Return what the user can do about a volume on which nothing can be written."""
    return _STEPS.get(why.kind, "see to that drive")


def from_system(error: OSError | FileError, what: str = "", *, writes: bytes = b"") -> NotDoneError:
    """Return the refusal that tells what the system said.

    Args:
        error: what was raised.
        what: the thing that it was about, "" where that is the file itself.
        writes: a path on the volume that would be written, which is named where it is full or read-only.
    """
    before = f"{what}: " if what else ""
    if isinstance(error, NotARegularFile):
        kind: RefusalKind = "link" if "link" in error.reason else "changed"
        return NotDoneError(kind, before + error.reason)
    cause = error if isinstance(error, OSError) else error.__cause__
    number = cause.errno or 0 if isinstance(cause, OSError) else 0
    if number in _NAMED and writes:
        return NotDoneError(_KINDS[number], before + _NAMED[number].format(os.fsdecode(mount_point(writes))))
    if isinstance(error, FileError):
        kind = _KINDS.get(number, "failed") if isinstance(cause, OSError) else "changed"
        return NotDoneError(kind, before + error.reason)
    return NotDoneError(_KINDS.get(number, "failed"), before + _WORDS.get(number, reason(error)))
