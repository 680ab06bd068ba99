"""Connections to the catalog: one a thread, reads beside one writer, no transaction left open by accident."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from typing import TYPE_CHECKING
from urllib.parse import quote

from ctk_tui.catalog.failures import told_as_ours
from ctk_tui.model.errors import CatalogReadOnly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Connection = sqlite3.Connection
"""What `read()` and `write()` give; rooms above name it by this."""
APPLICATION_ID = 0x63746B31
"""`ctk1` in ASCII, so that a catalog is told from any other SQLite file."""
BUSY_SECONDS = 10.0
WRITABLE = "make the file and its folder writable"
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",  # a lost last commit costs a re-read of some files, a damaged file is impossible
    "PRAGMA cache_size = -64000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA wal_autocheckpoint = 8000",  # 32 MB: a checkpoint syncs the disk, and a scan commits every 50 ms
)


class Database:
    """The catalog's file.

    Args:
        path: the SQLite file; made (0600, its folder too) unless `read_only`.
        read_only: never write; where no -wal file lies beside it the file is opened as immutable, which works in
            folders that cannot be written.
        application: SQLite's application id of what ctk keeps in it.
    """

    def __init__(self, path: Path, *, read_only: bool = False, application: int = APPLICATION_ID) -> None:
        self.path = path
        self.read_only = read_only
        self.application = application
        self._beside: dict[Path, Database] = {}
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        if not read_only:
            self._make_file()

    def _make_file(self) -> None:
        with _as_read_only(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Made by us, so that the catalog of somebody's whole work is 0600 whatever the umask is.
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection, opened at the first call."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            with told_as_ours(self.path):
                found = self._connect()
            self._local.connection = found
            with self._guard:
                self._open.append(found)
        return found

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._uri(), uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False
        )
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            if self.read_only:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            elif _is_ours(
                connection, self.application
            ):  # the word is kept in the file: another program's stays as it is
                connection.execute("PRAGMA journal_mode = WAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _uri(self) -> str:
        name = "file:" + quote(os.fsencode(self.path))
        if not self.read_only:
            return name + "?mode=rw"
        # A -wal holds commits that immutable would not see.
        wal = self.path.with_name(self.path.name + "-wal")
        return name + ("?mode=ro" if wal.exists() else "?mode=ro&immutable=1")

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection for reading; inside `write()` it is the same transaction."""
        connection = self.connection()
        with told_as_ours(self.path):
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside BEGIN IMMEDIATE; commit at the end, roll back on any exception.

        Raises:
            CatalogReadOnly: when it was opened for reading only.
            CatalogError: when another program holds the lock for longer than ten seconds, or the disk is full.
        """
        if self.read_only:
            raise CatalogReadOnly(f"{self.path}: the catalog cannot be written", WRITABLE)
        connection = self.connection()
        with told_as_ours(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has rolled back by itself
                    connection.execute("ROLLBACK")
                raise

    def beside(self, path: Path, application: int) -> Database:
        """Return a database that belongs to this one, opened at the first call, closed with this one.

        Args:
            path: its file; made unless this one is read-only.
            application: its application id.
        """
        with self._guard:
            if path not in self._beside:
                self._beside[path] = Database(path, read_only=self.read_only, application=application)
            return self._beside[path]

    def interrupt(self) -> None:
        """End the statements that run now, in any thread; they raise."""
        with self._guard:
            for connection in self._open:
                connection.interrupt()

    def close(self) -> None:
        """Close the connections of all threads; nothing may use them any more."""
        with self._guard:
            for other in self._beside.values():
                other.close()
            self._beside.clear()
            for connection in self._open:
                connection.close()
            self._open.clear()
        self._local = threading.local()


def _is_ours(connection: sqlite3.Connection, wanted: int) -> bool:
    """Return whether a database has the application id that is wanted, or is empty."""
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return application == wanted or tables == 0


@contextlib.contextmanager
def _as_read_only(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CatalogReadOnly(
            f"{path}: the catalog cannot be made: {error.strerror}", "choose another place with --db or $CTK_DB"
        ) from error
