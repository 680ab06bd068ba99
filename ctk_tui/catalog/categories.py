"""The user's word on what a sound is: a decision about the content, above the model's, with the way back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ctk_tui.catalog.derive import marks, slices
from ctk_tui.model.category import AUTO, CategoryChange

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from ctk_tui.catalog.connection import Database

SLICE = 1000
"""Audio files a transaction: about 30 ms."""
KEPT = 100
"""Changes that can be undone, the newest ones."""
_USERS = "SELECT audio_id, value FROM decisions WHERE kind = 'category' AND audio_id IN "
_SAY = """
INSERT INTO decisions (audio_id, kind, value, set_at) VALUES (?, 'category', ?, ?)
ON CONFLICT (audio_id, kind) DO UPDATE SET value = excluded.value, set_at = excluded.set_at"""
_SHOW = """
INSERT OR REPLACE INTO categories (audio_id, category, source, confidence, set_at) VALUES (?, ?, 'user', NULL, ?)"""
_SHOW_MODELS = """
INSERT INTO categories (audio_id, category, source, confidence, set_at)
SELECT audio_id, category, source, confidence, at FROM classified WHERE audio_id = ? AND category IS NOT NULL"""
# What a later change said anew is left to that change.
_TO_UNDO = """
SELECT c.audio_id, c.before FROM category_changed c WHERE c.change_id = :id AND NOT EXISTS (
  SELECT 1 FROM category_changed d JOIN category_changes n ON n.id = d.change_id
  WHERE d.audio_id = c.audio_id AND d.change_id > :id AND n.undone IS NULL)"""
_CHANGES = """
SELECT c.id, c.at, c.category, (SELECT count(*) FROM category_changed d WHERE d.change_id = c.id), c.undone IS NOT NULL
FROM category_changes c"""


def set_category(database: Database, audio_ids: Collection[int], category: str) -> CategoryChange:
    """Let audio files have the category that the user says, whatever the model said or will say.

    Args:
        database: the catalog.
        audio_ids: those that the catalog does not know are passed over.
        category: one of `model.audio.CATEGORIES`, or AUTO for the model's word.
    """
    now = time.time()
    change_id = files = 0
    for part in slices(dict.fromkeys(audio_ids), SLICE):
        with database.write() as connection:
            before = _before(connection, part)
            changed = [(audio_id, word) for audio_id, word in before.items() if word != category]
            if not changed:
                continue
            change_id = change_id or _begin(connection, now, category)
            connection.executemany(
                f"INSERT INTO category_changed (change_id, audio_id, before) VALUES ({change_id}, ?, ?)", changed
            )
            _say(connection, [(audio_id, category) for audio_id, _ in changed], now)
            files += len(changed)
    return CategoryChange(change_id, now, category, files, undone=False)


def _before(connection: sqlite3.Connection, audio_ids: list[int]) -> dict[int, str]:
    """Return the user's word on those that are in the catalog, AUTO for none."""
    found: dict[int, str] = {}
    for part in slices(audio_ids):
        there = connection.execute(f"SELECT id FROM audio WHERE id IN {marks(part)}", part)
        found.update((row[0], AUTO) for row in there.fetchall())
        found.update(connection.execute(_USERS + marks(part), part).fetchall())
    return found


def _begin(connection: sqlite3.Connection, now: float, category: str) -> int:
    made = connection.execute("INSERT INTO category_changes (at, category) VALUES (?, ?)", (now, category)).lastrowid
    connection.execute("DELETE FROM category_changes WHERE id <= ?", ((made or 0) - KEPT,))
    return made or 0


def _say(connection: sqlite3.Connection, words: Collection[tuple[int, str]], now: float) -> None:
    """Write the user's words, each with the category that counts then."""
    said = [(audio_id, word, now) for audio_id, word in words if word != AUTO]
    connection.executemany(_SAY, said)
    connection.executemany(_SHOW, said)
    automatic = [(audio_id,) for audio_id, word in words if word == AUTO]
    connection.executemany("DELETE FROM decisions WHERE audio_id = ? AND kind = 'category'", automatic)
    connection.executemany("DELETE FROM categories WHERE audio_id = ?", automatic)
    connection.executemany(_SHOW_MODELS, automatic)


def undo(database: Database, change_id: int) -> int | None:
    """Take a change back; return how many audio files have their earlier word again.

    Returns:
        None when there is no such change, or it is undone already.
    """
    with database.read() as connection:
        there = connection.execute(
            "SELECT 1 FROM category_changes WHERE id = ? AND undone IS NULL", (change_id,)
        ).fetchone()
        words = connection.execute(_TO_UNDO, {"id": change_id}).fetchall()
    if there is None:
        return None
    now = time.time()
    for part in slices(words, SLICE):
        with database.write() as connection:
            _say(connection, part, now)
    with database.write() as connection:
        # Last: an undo that was cut short is done whole the next time.
        connection.execute("UPDATE category_changes SET undone = ? WHERE id = ?", (now, change_id))
    return len(words)


def changes(database: Database) -> list[CategoryChange]:
    """Return the changes that are kept, newest first."""
    with database.read() as connection:
        rows = connection.execute(f"{_CHANGES} ORDER BY c.id DESC").fetchall()
    return [CategoryChange(number, at, word, files, undone=bool(undone)) for number, at, word, files, undone in rows]
