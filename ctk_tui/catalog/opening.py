"""Opening a catalog: made when new, migrated when old, refused when newer, shared with every other ctk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctk_tui.catalog import migrations
from ctk_tui.catalog.connection import Database
from ctk_tui.disk.locks import exclusive, shared
from ctk_tui.model.errors import CatalogDamaged, CatalogError

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.disk.locks import Held

MAGIC = b"SQLite format 3\0"
"""How every SQLite database begins."""
MIGRATION_PATIENCE = 10.0
"""Seconds that a migration waits for other programs to close the catalog."""


def open_database(path: Path) -> tuple[Database, Held]:
    """Open the catalog at `path`; where it cannot be written it is opened for reading.

    Returns:
        The database, and the lock that every open catalog shares; both are to be closed.

    Raises:
        CatalogError: or one of its kind, naming the file and the next step.
    """
    if path.is_dir():
        raise CatalogError(f"{path} is a folder", "name the catalog's file, such as catalog.db in it")
    read_only = path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
    _require_database(path)
    database = Database(path, read_only=read_only)
    lock = path.with_name(path.name + ".open.lock")
    held = shared(lock)
    try:
        version = migrations.stored_version(database)
        if version < migrations.VERSION and read_only:
            migrations.migrate(database, version)  # says why it cannot
        elif version < migrations.VERSION:
            held.release()
            with exclusive(lock, timeout=MIGRATION_PATIENCE):
                migrations.migrate(database, migrations.stored_version(database))
            held = shared(lock)
    except BaseException:
        database.close()
        held.release()
        raise
    return database, held


def _require_database(path: Path) -> None:
    """Refuse a file that is something else: SQLite takes one of less than 512 bytes for empty, and overwrites it.

    Raises:
        CatalogDamaged: it is no SQLite database.
    """
    if not path.is_file():
        return  # there is none yet, or SQLite says what is wrong
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError:
        return
    if start not in (b"", MAGIC):
        raise CatalogDamaged(
            f"{path}: the catalog is damaged: the file is not a database",
            "choose another file with --db; if it was a catalog, put back a backup that `ctk doctor` names",
        )
