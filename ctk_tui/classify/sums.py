"""Checksums of large files that did not change since they were taken: a checkpoint is hashed once, not at every run."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING

from ctk_tui.disk.safe_open import open_regular

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.model.job import Job

_BLOCK = 1 << 20


class Sums:
    """SHA-256 of files, remembered by path, size and time of change.

    Args:
        note: the file that remembers; it may be lost without harm.
    """

    def __init__(self, note: Path) -> None:
        self._note = note

    def known(self, path: Path) -> str | None:
        """Return the checksum of a file as it was taken before, None where it was not, or the file changed."""
        try:
            status = path.stat()
        except OSError:
            return None
        size, mtime_ns, found = self._read().get(str(path.absolute()), (0, 0, ""))
        return found if (size, mtime_ns) == (status.st_size, status.st_mtime_ns) else None

    def of(self, path: Path, job: Job | None = None) -> str:
        """Return the checksum of a file, taken now unless it is known.

        Args:
            path: the file.
            job: told how many bytes were read; it may be cancelled.

        Raises:
            FileUnreadable, NotARegularFile: the system refuses, or it is a folder, a pipe...
        """
        return self.known(path) or self.take(path, job)

    def take(self, path: Path, job: Job | None = None) -> str:
        """Return the checksum of a file, taken now, and remember it; see `of`."""
        with open_regular(os.fsencode(path), follow=True) as file, open(file.fd, "rb", closefd=False) as stream:
            found = hashlib.sha256()
            while block := stream.read(_BLOCK):
                found.update(block)
                if job is not None:
                    job.done += len(block)
                    job.check()
            self._remember(path, file.size, file.mtime_ns, found.hexdigest())
        return found.hexdigest()

    def forget(self, path: Path) -> None:
        """Let the next look at a file read it anew."""
        known = self._read()
        if known.pop(str(path.absolute()), None) is not None:
            self._write(known)

    def _remember(self, path: Path, size: int, mtime_ns: int, found: str) -> None:
        known = self._read()
        known[str(path.absolute())] = (size, mtime_ns, found)
        self._write(known)

    def _write(self, known: dict[str, tuple[int, int, str]]) -> None:
        beside = self._note.with_name(f"{self._note.name}.{os.getpid()}")
        with contextlib.suppress(OSError, UnicodeEncodeError):  # then it is taken again the next time
            self._note.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(known), "utf-8")
            beside.replace(self._note)

    def _read(self) -> dict[str, tuple[int, int, str]]:
        try:
            found = json.loads(self._note.read_text("utf-8"))
            return {str(path): (int(size), int(time), str(digest)) for path, (size, time, digest) in found.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
