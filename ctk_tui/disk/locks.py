"""The locks beside the catalog: one that every open catalog shares (sharing.py), and those that say who works, alone.

All are advisory locks of the operating system, so they are free as soon as their process is gone, kill -9 too. That is
how a dead job is told from one that is only slow.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

from ctk_tui.disk.flock import open_lock, try_lock
from ctk_tui.disk.held import Held, refusal
from ctk_tui.disk.sharing import exclusive, shared
from ctk_tui.model.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from filelock import BaseFileLock

__all__ = ["Held", "Lock", "exclusive", "holder", "holder_of", "is_held", "shared"]

PATIENCE = 10.0
"""Seconds that taking a lock goes on while nobody holds it and it cannot be had: one asker after the other has it."""


class Lock:
    """An exclusive lock that tells who holds it.

    Args:
        path: the lock file; who holds it stands in a file beside it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def acquire(self, holder: Mapping[str, object]) -> Held:
        """Take the lock, or say at once that it is taken.

        Args:
            holder: what others are told: kind, pid and started (seconds since the epoch).

        Raises:
            Busy: somebody else holds it, in this process or another; the message names what they do.
            CatalogReadOnly: its folder cannot be written.
            CatalogError: the system refuses for another reason.
        """
        # Late: 30 ms, which only long work has to pay.
        from filelock import FileLock

        # Not bound to its thread: a job may begin in one and end in another.
        lock = FileLock(self._path, mode=0o600, thread_local=False)
        self._take(lock)
        try:
            self._tell(holder)
        except OSError as error:
            lock.release()
            raise refusal(self._path, error) from error
        except BaseException:
            lock.release()
            raise
        return Held(lock.release)

    def _take(self, lock: BaseFileLock) -> None:
        """Take the lock unless somebody works under it; whoever only asks about it has it for some microseconds."""
        from filelock import Timeout

        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if is_held(self._path) or time.monotonic() > deadline:
                    raise Busy(_who(holder_of(self._path))) from None
                time.sleep(0.002)
            except OSError as error:
                raise refusal(self._path, error) from error
            else:
                return

    def _tell(self, holder: Mapping[str, object]) -> None:
        """Write who holds it, whole or not at all: somebody may read it at any moment."""
        note = _note(self._path)
        beside = note.with_name(f"{note.name}.{os.getpid()}")
        try:
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(dict(holder), file)
            beside.replace(note)
        except OSError:
            beside.unlink(missing_ok=True)
            raise


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


def is_held(path: Path) -> bool:
    """Return whether somebody holds a lock now; whoever wants to take it at this moment gets it all the same."""
    try:
        fd = open_lock(path, create=False)
    except OSError:
        return False  # never taken, or another user's, whose catalog we could not have opened
    try:
        # Shared: any number may ask at once without taking each other for a holder.
        return not try_lock(fd, alone=False)
    except OSError:
        return False  # no locks in this file system, so nobody holds one
    finally:
        os.close(fd)


def holder(path: Path) -> dict[str, Any] | None:
    """Return who holds a lock now, None when nobody does."""
    return holder_of(path) if is_held(path) else None
