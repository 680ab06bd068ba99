"""SQLite's errors, told as ctk's own."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING

from ctk_tui.disk.mounts import mount_point
from ctk_tui.model.errors import CatalogDamaged, CatalogError, CatalogReadOnly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DAMAGED = {"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"}
_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED"}


def _translate(error: sqlite3.Error, path: Path) -> CatalogError | None:
    """Return ctk's error for SQLite's, None where there is none and the original is a defect of ours."""
    # The extended name starts with the primary one: SQLITE_BUSY_SNAPSHOT is a SQLITE_BUSY.
    name = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
    text = str(error)
    if name in _DAMAGED or "malformed" in text:
        return CatalogDamaged(
            f"{path}: the catalog is damaged: {text}",
            "put back a backup that `ctk doctor` names, or move the file away and scan again",
        )
    if name == "SQLITE_READONLY":
        return CatalogReadOnly(f"{path}: the catalog cannot be written", "make the file and its folder writable")
    if name in _BUSY:
        return CatalogError(
            f"{path}: the catalog is locked by another program",
            "close the program that holds it open, or wait for its work to end",
        )
    # SHMSIZE: no room for the file beside the catalog by which its readers agree, so that nothing can be read either.
    if name == "SQLITE_FULL" or getattr(error, "sqlite_errorname", "") == "SQLITE_IOERR_SHMSIZE":
        return CatalogError(
            f"{path}: the disk that holds the catalog is full: {os.fsdecode(mount_point(os.fsencode(path)))}",
            "make room there; the next run goes on from here",
        )
    if name in {"SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_PERM", "SQLITE_AUTH"}:
        return CatalogError(f"{path}: the catalog cannot be opened: {text}", "look at its folder and its permissions")
    return None


@contextlib.contextmanager
def told_as_ours(path: Path) -> Iterator[None]:
    """Raise CatalogError and its kind where SQLite raises its own errors over the database at `path`."""
    try:
        yield
    except sqlite3.Error as error:
        ours = _translate(error, path)
        if ours is None:
            raise
        raise ours from error
