"""The marks of the user: decisions about contents, so that they follow moves and outlive a removed source."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctk_tui.catalog.connection import Database


def marks(database: Database) -> list[int]:
    """Return the ids of all marked audio files."""
    with database.read() as connection:
        rows = connection.execute("SELECT audio_id FROM decisions WHERE kind = 'marked'").fetchall()
    return [row[0] for row in rows]


def mark(database: Database, audio_ids: Collection[int]) -> None:
    """Mark audio files; ids that the catalog does not know are passed over."""
    now = time.time()
    with database.write() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO decisions (audio_id, kind, set_at) SELECT id, 'marked', ? FROM audio WHERE id = ?",
            [(now, audio_id) for audio_id in audio_ids],
        )


def unmark(database: Database, audio_ids: Collection[int]) -> None:
    """Take the marks of audio files away."""
    with database.write() as connection:
        connection.executemany(
            "DELETE FROM decisions WHERE audio_id = ? AND kind = 'marked'", [(audio_id,) for audio_id in audio_ids]
        )


def changes(database: Database) -> int:
    """Return a number that is another one after any other connection wrote to the catalog."""
    with database.read() as connection:
        found: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return found
