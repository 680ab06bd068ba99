"""Locks beside the catalog: one worker at a time, and one lock that every open catalog shares.

All are advisory locks of the operating system, so they are free as soon as their process is gone, kill -9 too. That is
how a dead job is told from one that is only slow.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from filelock import FileLock, Timeout

from ctk_tui.model.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

POLL_SECONDS = 0.02


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


class Lock:
    """An exclusive lock that tells who holds it.

    Args:
        path: the lock file; who holds it stands in a file beside it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path, mode=0o600, is_singleton=False)

    def acquire(self, holder: Mapping[str, object]) -> Held:
        """Take the lock at once.

        Args:
            holder: what others are told: kind, pid and started (seconds since the epoch).

        Raises:
            Busy: another process holds it; the message names what it does.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise Busy(_who(holder_of(self._path))) from None
        note = _note(self._path)
        beside = note.with_name(f"{note.name}.{os.getpid()}")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(dict(holder), file)
        beside.replace(note)
        return Held(self._lock.release)


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _who(known: Mapping[str, Any]) -> str:
    started = known.get("started")
    since = f" since {time.strftime('%H:%M:%S', time.localtime(started))}" if isinstance(started, (int, float)) else ""
    return (
        f"another ctk is at work on this catalog: {known.get('kind', 'a job')}, process {known.get('pid', '?')}{since}"
    )


def holder_of(path: Path) -> dict[str, Any]:
    """Return what the last holder of a lock said of itself, {} where it said nothing."""
    try:
        found = json.loads(_note(path).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def holder(path: Path) -> dict[str, Any] | None:
    """Return who holds a lock now, None when nobody does."""
    if not path.exists():
        return None
    probe = FileLock(path, mode=0o600, is_singleton=False)
    try:
        probe.acquire(timeout=0)
    except Timeout:
        return holder_of(path)
    except OSError:
        return None  # a folder that cannot be written holds no running job
    probe.release()
    return None


if sys.platform == "win32":
    import msvcrt

    # msvcrt locks byte ranges, always exclusively. So a reader takes one byte of many, and a writer takes them all.
    _READERS = 1024

    def _try(fd: int, *, alone: bool) -> bool:
        places = [0] if alone else range(_READERS)
        for place in places:
            os.lseek(fd, place, os.SEEK_SET)
            try:
                msvcrt.locking(fd, msvcrt.LK_NBLCK, _READERS if alone else 1)
            except OSError:
                continue
            return True
        return False

else:
    import fcntl

    def _try(fd: int, *, alone: bool) -> bool:
        try:
            fcntl.flock(fd, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _take(path: Path, timeout: float, *, alone: bool) -> Held | None:
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError:
        return Held(None)
    deadline = time.monotonic() + timeout
    while not _try(fd, alone=alone):
        if time.monotonic() >= deadline:
            os.close(fd)
            return None
        time.sleep(POLL_SECONDS)
    return Held(lambda: os.close(fd))


def shared(path: Path, timeout: float = 10.0) -> Held:
    """Take a lock that many may hold at once; waits while somebody holds it alone.

    In a folder that cannot be written there is nobody to guard against, and nothing is held.

    Args:
        path: the lock file.
        timeout: seconds to wait.

    Raises:
        Busy: it is still held alone.
    """
    held = _take(path, timeout, alone=False)
    if held is None:
        raise Busy("another ctk is changing the catalog's schema", "try again in a moment")
    return held


@contextlib.contextmanager
def exclusive(path: Path, *, timeout: float) -> Iterator[None]:
    """Hold alone, for a block, the lock that `shared` shares.

    Args:
        path: the lock file.
        timeout: seconds to wait for the others.

    Raises:
        Busy: others still hold it.
    """
    held = _take(path, timeout, alone=True)
    if held is None:
        raise Busy(
            "the catalog's schema must be changed, and another ctk has it open", "close the others and try again"
        )
    with held:
        yield
