"""Embeddings, in a database of their own beside the catalog: 4 KB a sound, which no backup of the catalog need carry.

A row has a stamp, and the catalog's `classified` says which stamp is whose. Stamps are nanoseconds since the epoch and
only grow: a catalog that comes back from a backup, or one without its embeddings, never takes another's for its own.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from typing import TYPE_CHECKING

from ctk_tui.catalog.derive import marks, slices
from ctk_tui.model.classification import EMBEDDING_BYTES
from ctk_tui.model.errors import CatalogDamaged, CatalogTooNew

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ctk_tui.catalog.connection import Database

APPLICATION_ID = 0x63746B32
"""`ctk2` in ASCII."""
VERSION = 1
ANEW = "move the file away; `ctk classify` makes it anew"
SLICE = 500
"""Rows a transaction: 2 MB."""
_STATEMENTS = (
    "CREATE TABLE embeddings (stamp INTEGER PRIMARY KEY, vector BLOB NOT NULL)",
    # For what asks only which there are: 10 bytes a row to read, not 4,600.
    "CREATE INDEX embeddings_stamps ON embeddings (stamp)",
    "CREATE TABLE identity (only INTEGER PRIMARY KEY CHECK (only = 1), name TEXT NOT NULL)",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
)


def path_of(catalog: Path) -> Path:
    """Return the file that holds a catalog's embeddings."""
    return catalog.with_name("embeddings.db" if catalog.name == "catalog.db" else f"{catalog.stem}.embeddings.db")


@contextlib.contextmanager
def _reading(catalog: Database) -> Iterator[sqlite3.Connection | None]:
    """Give a connection, None while there are no embeddings."""
    path = path_of(catalog.path)
    if not path.exists():
        yield None
        return
    with _told(), catalog.beside(path, APPLICATION_ID).read() as connection:
        yield connection if _is_made(connection, path) else None


@contextlib.contextmanager
def _writing(catalog: Database) -> Iterator[sqlite3.Connection]:
    path = path_of(catalog.path)
    with _told(), catalog.beside(path, APPLICATION_ID).write() as connection:
        if not _is_made(connection, path):
            for statement in _STATEMENTS:
                connection.execute(statement)
            connection.execute("INSERT INTO identity VALUES (1, ?)", (secrets.token_hex(16),))
        yield connection


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except CatalogDamaged as error:
        raise CatalogDamaged(error.message.replace("the catalog is", "the embeddings are"), ANEW) from error


def _is_made(connection: sqlite3.Connection, path: Path) -> bool:
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION and application == APPLICATION_ID:
        raise CatalogTooNew(f"{path}: the embeddings have schema {version}, this ctk knows {VERSION}", "update ctk")
    if application != APPLICATION_ID and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise CatalogDamaged(f"{path}: not the embeddings of a catalog", ANEW)
    return version == VERSION


def add(catalog: Database, vectors: Sequence[bytes]) -> list[int]:
    """Store embeddings; return their stamps, each higher than every one before."""
    assert all(len(vector) == EMBEDDING_BYTES for vector in vectors)  # for us: it comes from our own engine
    stamps: list[int] = []
    for part in slices(vectors, SLICE):
        with _writing(catalog) as connection:
            [last] = connection.execute("SELECT coalesce(max(stamp), 0) FROM embeddings").fetchone()
            first = max(time.time_ns(), last + 1)
            rows = [(first + at, vector) for at, vector in enumerate(part)]
            connection.executemany("INSERT INTO embeddings VALUES (?, ?)", rows)
        stamps += [row[0] for row in rows]
    return stamps


def remove(catalog: Database, stamps: Sequence[int]) -> None:
    """Delete embeddings."""
    for part in slices(stamps):
        with _writing(catalog) as connection:
            connection.execute(f"DELETE FROM embeddings WHERE stamp IN {marks(part)}", part)


def get(catalog: Database, stamp: int) -> bytes | None:
    """Return an embedding, None when it is not there."""
    with _reading(catalog) as connection:
        if connection is None:
            return None
        row = connection.execute("SELECT vector FROM embeddings WHERE stamp = ?", (stamp,)).fetchone()
    return None if row is None else bytes(row[0])


def newer(catalog: Database, than: int, most: int) -> list[tuple[int, bytes]]:
    """Return stamps and embeddings with a higher stamp, the lower ones first."""
    with _reading(catalog) as connection:
        if connection is None:
            return []
        sql = "SELECT stamp, vector FROM embeddings WHERE stamp > ? ORDER BY stamp LIMIT ?"
        return connection.execute(sql, (than, most)).fetchall()


def stamps(catalog: Database) -> list[int]:
    """Return which embeddings there are."""
    with _reading(catalog) as connection:
        if connection is None:
            return []
        rows = connection.execute("SELECT stamp FROM embeddings INDEXED BY embeddings_stamps ORDER BY stamp")
        return [row[0] for row in rows]


def faults(catalog: Database) -> list[str]:
    """Return what is wrong with the file and what it holds; empty for a sound one, and where there is none.

    Raises:
        CatalogDamaged, CatalogTooNew: it cannot be opened; the hint says what to do.
    """
    with _reading(catalog) as connection:
        if connection is None:
            return []
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)") if row[0] != "ok"]
        if found:
            return found
        sql = "SELECT count(*) FROM embeddings WHERE typeof(vector) <> 'blob' OR length(vector) <> ?"
        [odd] = connection.execute(sql, (EMBEDDING_BYTES,)).fetchone()
    return [f"{odd:,} embeddings of another size"] if odd else []


def identity(catalog: Database) -> str:
    """Return a name that this file has and no other, "" while there are no embeddings."""
    with _reading(catalog) as connection:
        if connection is None:
            return ""
        return str(connection.execute("SELECT name FROM identity").fetchone()[0])
