"""Digests that become known later, and contents that turn out to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from ctk_tui.catalog.connection import Database


def give_digest(connection: sqlite3.Connection, audio_id: int, digest: str) -> tuple[int, str]:
    """Store the digest of a content that had none; join it with the row that has the same bytes, if there is one.

    Args:
        connection: inside a write transaction.
        audio_id: the content.
        digest: 32 hex digits.

    Returns:
        The id of the row that stays (the lower one) and the fingerprint, for `derive`.
    """
    row = connection.execute("SELECT fingerprint, digest FROM audio WHERE id = ?", (audio_id,)).fetchone()
    if row is None or row[1] is not None:
        return audio_id, row[0] if row else ""
    fingerprint: str = row[0]
    same = connection.execute(
        "SELECT id FROM audio WHERE fingerprint = ? AND digest = ?", (fingerprint, digest)
    ).fetchone()
    if same is None:
        connection.execute("UPDATE audio SET digest = ? WHERE id = ?", (digest, audio_id))
        return audio_id, fingerprint
    stays, goes = sorted((audio_id, int(same[0])))
    _join(connection, stays, goes)
    connection.execute("UPDATE audio SET digest = ? WHERE id = ?", (digest, stays))
    return stays, fingerprint


def _join(connection: sqlite3.Connection, stays: int, goes: int) -> None:
    """Move paths and decisions of one row to another; what the user said of either stays."""
    connection.execute("UPDATE paths SET audio_id = ? WHERE audio_id = ?", (stays, goes))
    connection.execute("UPDATE OR IGNORE decisions SET audio_id = ? WHERE audio_id = ?", (stays, goes))
    connection.execute("UPDATE OR IGNORE category_changed SET audio_id = ? WHERE audio_id = ?", (stays, goes))
    # The model's word gives way to the user's; otherwise the row that stays keeps its own.
    connection.execute(
        "DELETE FROM categories WHERE audio_id = ? AND source <> 'user'"
        " AND EXISTS (SELECT 1 FROM categories WHERE audio_id = ? AND source = 'user')",
        (stays, goes),
    )
    connection.execute("UPDATE OR IGNORE categories SET audio_id = ? WHERE audio_id = ?", (stays, goes))
    labelled = connection.execute("SELECT 1 FROM labels WHERE audio_id = ?", (stays,)).fetchone()
    if not labelled:
        connection.execute("UPDATE labels SET audio_id = ? WHERE audio_id = ?", (stays, goes))
    # What the classifier could not do with one row's path it may have done with the other's.
    connection.execute(
        "DELETE FROM classified WHERE audio_id = ? AND error IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM classified WHERE audio_id = ? AND error IS NULL)",
        (stays, goes),
    )
    connection.execute("UPDATE OR IGNORE classified SET audio_id = ? WHERE audio_id = ?", (stays, goes))
    connection.execute("UPDATE OR IGNORE peaks SET audio_id = ? WHERE audio_id = ?", (stays, goes))
    connection.execute("UPDATE audio SET added_at = min(added_at, (SELECT added_at FROM audio WHERE id = ?))"
                       " WHERE id = ?", (goes, stays))  # fmt: skip
    connection.execute("DELETE FROM traces WHERE audio_id = ?", (stays,))
    connection.execute("DELETE FROM audio WHERE id = ?", (goes,))


def undigested_twins(database: Database) -> list[int]:
    """Return the contents without a digest that keep others of the same fingerprint unverified."""
    with database.read() as connection:
        rows = connection.execute(
            "SELECT id FROM audio WHERE verified = 0 AND digest IS NULL AND state = 0 ORDER BY id"
        )
        return [row[0] for row in rows]
