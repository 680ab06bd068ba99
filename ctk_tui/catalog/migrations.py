"""Schema versions: numbered functions, one transaction each, a backup first."""

from __future__ import annotations

import contextlib
import glob
import sqlite3
import time
from typing import TYPE_CHECKING

from ctk_tui.catalog import schema, schema_classified, schema_quarantine, schema_search
from ctk_tui.catalog.connection import APPLICATION_ID
from ctk_tui.catalog.failures import told_as_ours
from ctk_tui.model.errors import CatalogDamaged, CatalogReadOnly, CatalogTooNew

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctk_tui.catalog.connection import Database

BACKUPS_KEPT = 3


def _first(connection: sqlite3.Connection) -> None:
    for statement in schema.STATEMENTS:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _second(connection: sqlite3.Connection) -> None:
    for statement in schema_search.STATEMENTS:
        connection.execute(statement)


def _third(connection: sqlite3.Connection) -> None:
    for statement in schema_classified.STATEMENTS:
        connection.execute(statement)


def _fourth(connection: sqlite3.Connection) -> None:
    for statement in schema_quarantine.STATEMENTS:
        connection.execute(statement)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first, _second, _third, _fourth)
"""MIGRATIONS[n] takes a catalog from version n to n + 1."""
VERSION = len(MIGRATIONS)


def stored_version(database: Database) -> int:
    """Return the schema version of the file; 0 for an empty one.

    Raises:
        CatalogTooNew: when a newer ctk wrote it.
        CatalogDamaged: when it is some other program's database, or none at all.
    """
    with database.read() as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        application: int = connection.execute("PRAGMA application_id").fetchone()[0]
        tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (tables or version):
        raise CatalogDamaged(f"{database.path}: this database is not a ctk catalog", "choose another file with --db")
    if version > VERSION:
        raise CatalogTooNew(
            f"{database.path}: the catalog has schema {version}, this ctk knows {VERSION}",
            "update ctk, or put back a backup that `ctk doctor` names",
        )
    return version


def migrate(database: Database, version: int) -> Path | None:
    """Bring the catalog from `version` to VERSION; the caller holds the lock that every open catalog shares.

    Returns:
        The backup that was made, None for a new catalog or one that is up to date.
    """
    if database.read_only:
        raise CatalogReadOnly(
            f"{database.path}: the catalog's schema {version} must become {VERSION}, but it cannot be written",
            "make the file and its folder writable once",
        )
    if version == VERSION:
        return None  # another ctk came first, while this one waited for the lock
    backup = back_up(database, f"v{version}") if version else None
    for number in range(version, VERSION):
        with database.write() as connection:
            # Another ctk may have come first.
            if connection.execute("PRAGMA user_version").fetchone()[0] == number:
                MIGRATIONS[number](connection)
                connection.execute(f"PRAGMA user_version = {number + 1}")
    return backup


def back_up(database: Database, why: str) -> Path:
    """Copy the catalog beside itself, 0600, and keep the newest three.

    Args:
        database: the catalog.
        why: a word for the file's name.
    """
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    target = database.path.with_name(f"{database.path.name}.backup-{stamp}-{why}")
    partial = target.with_name(target.name + ".part")
    try:
        with told_as_ours(database.path), database.read() as connection:
            partial.touch(mode=0o600)
            with contextlib.closing(sqlite3.connect(partial)) as copy:
                connection.backup(copy)
            partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    for old in backups(database.path)[BACKUPS_KEPT:]:
        old.unlink(missing_ok=True)
    return target


def backups(path: Path) -> list[Path]:
    """Return the backups of the catalog at `path`, newest first."""
    found = path.parent.glob(f"{glob.escape(path.name)}.backup-*")
    return sorted((file for file in found if file.suffix != ".part"), key=lambda file: file.name, reverse=True)
