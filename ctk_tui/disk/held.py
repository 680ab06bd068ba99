"""What it is to hold a lock, and what is said where it cannot be had."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ctk_tui.disk.reasons import reason
from ctk_tui.model.errors import CatalogError, CatalogReadOnly

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

UNWRITABLE = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))
"""What the system says of a folder or a file that may only be read."""


@dataclass(slots=True)
class Held:
    """A lock that is held until `release`, or the end of its `with`."""

    _free: Callable[[], None] | None

    def release(self) -> None:
        """Free the lock; a second call does nothing."""
        free, self._free = self._free, None
        if free is not None:
            free()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def refusal(path: Path, error: OSError) -> CatalogError:
    """Return the error for a lock file that the system refuses."""
    if error.errno in UNWRITABLE:
        return CatalogReadOnly(f"{path.parent} cannot be written: {reason(error)}", "what only reads works")
    hint = "make room there" if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
    return CatalogError(f"{path} cannot be locked: {reason(error)}", hint)
