"""Outlines of sounds, kept by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Database


def get(database: Database, audio_id: int, version: int) -> bytes | None:
    """Return the outline of an audio file, None when there is none of this version."""
    with database.read() as connection:
        row = connection.execute(
            "SELECT data FROM peaks WHERE audio_id = ? AND version = ?", (audio_id, version)
        ).fetchone()
    return None if row is None else bytes(row[0])


def put(database: Database, audio_id: int, version: int, data: bytes) -> None:
    """Keep the outline of an audio file; nothing happens when the file is not in the catalog any more."""
    with database.write() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO peaks (audio_id, version, data) SELECT id, ?, ? FROM audio WHERE id = ?",
            (version, data, audio_id),
        )
