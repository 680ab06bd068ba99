"""Every error that ctk raises on purpose, in one tree.

::

    CtkError(message, hint)
    ├── UsageError            the command's words are off
    │   └── QueryError        the query's words are off
    ├── ConfigError           the configuration is off: file, line, key
    ├── Refused               allowed by the system, but not safe for the user's files
    ├── Busy                  another ctk holds the lock
    ├── SourceOffline         a source cannot be reached
    ├── Cancelled             the user, or a signal, ended the work
    ├── CatalogError          the database cannot serve
    │   ├── CatalogDamaged    it is not a sound SQLite database
    │   ├── CatalogTooNew     a newer ctk wrote it
    │   └── CatalogReadOnly   it can be read, not written
    ├── JournalError          interrupted operations that cannot be brought to their end yet
    ├── WorkerLost            a worker process died, hung or grew too large
    └── FileError             one file; carries its path
        ├── FileUnreadable    the system refuses to read it
        ├── NotARegularFile   a pipe, socket, device or folder
        └── NotAudio          it was read, and holds no sound that can be decoded
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.model.journal import Recovery


def _anew(kind: type[CtkError], args: tuple[Any, ...]) -> CtkError:
    return kind.__new__(kind, *args)


class CtkError(Exception):
    """An error that is told to the user in one or two lines.

    Args:
        message: what went wrong, naming the thing.
        hint: the next step, or "" where there is none.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as what it is, not as what it was made of: an executor from outside pickles what its work raises."""
        return _anew, (type(self), self.args), self.__dict__


class UsageError(CtkError):
    """The words of a command are off."""


class QueryError(UsageError):
    """The words of a query are off.

    Args:
        message: what is wrong with it.
        start: offset of the first character of the wrong token in the query.
        end: offset behind its last character.
        hint: the next step.
    """

    def __init__(self, message: str, start: int, end: int, hint: str = "") -> None:
        super().__init__(message, hint)
        self.start = start
        self.end = end


class ConfigError(CtkError):
    """The configuration is off.

    Args:
        message: what is wrong.
        file: the file that says so, None for the command line or environment.
        line: its line, counted from 1, 0 where none can be named.
        key: the dotted key, "" where none can be named.
        hint: the next step, such as the nearest known key.
    """

    def __init__(self, message: str, file: Path | None = None, line: int = 0, key: str = "", hint: str = "") -> None:
        super().__init__(message, hint)
        self.file = file
        self.line = line
        self.key = key


class Refused(CtkError):
    """The operation is possible, but not safe for the user's files."""


class Busy(CtkError):
    """Another ctk holds the lock that this work needs."""


class SourceOffline(CtkError):
    """A source that was asked for cannot be reached."""


class Cancelled(CtkError):
    """The work was ended before it was done; what it had committed stays."""

    def __init__(self, message: str = "cancelled", hint: str = "") -> None:
        super().__init__(message, hint)


class CatalogError(CtkError):
    """The catalog's database cannot do what was asked."""


class CatalogDamaged(CatalogError):
    """The database file is not a sound SQLite database."""


class CatalogTooNew(CatalogError):
    """The database was written by a newer ctk."""


class CatalogReadOnly(CatalogError):
    """The database can be read, but not written."""


class JournalError(CtkError):
    """Operations that were interrupted cannot be brought to their end, for their journals cannot be written.

    Args:
        message: which, and why.
        hint: the next step.
        recovered: what was made of the others, and of those on the drives that can be written.
    """

    def __init__(self, message: str, hint: str, recovered: tuple[Recovery, ...]) -> None:
        super().__init__(message, hint)
        self.recovered = recovered


class WorkerLost(CtkError):
    """A worker process died, hung or grew too large over its work.

    Args:
        reason: what happened to it, such as "killed by signal 11".
        index: the item it was at, counted from 0, None where that is not known.
    """

    def __init__(self, reason: str, index: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.index = index


class FileError(CtkError):
    """Something is wrong with one file.

    Args:
        path: the file, as the system names it.
        reason: what is wrong, without the path.
        hint: the next step.
    """

    def __init__(self, path: Path | str | bytes, reason: str, hint: str = "") -> None:
        super().__init__(f"{os.fsdecode(path)}: {reason}", hint)
        self.path = os.fsencode(path)
        self.reason = reason


class FileUnreadable(FileError):
    """The system refuses to read the file."""


class NotARegularFile(FileError):
    """The name belongs to a pipe, a socket, a device or a folder."""


class NotAudio(FileError):
    """The file was read, and holds no sound that can be decoded."""
