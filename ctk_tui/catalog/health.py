"""Is the database sound?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Database


def faults(database: Database) -> list[str]:
    """Return what SQLite finds wrong with the file and its references; empty for a sound one."""
    with database.read() as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)") if row[0] != "ok"]
        broken = connection.execute("PRAGMA foreign_key_check").fetchmany(20)
    return found + [f"a row of {row[0]} points to a row of {row[2]} that is not there" for row in broken]


def inconsistencies(database: Database) -> list[str]:
    """Return what does not follow from the paths as it should; empty when `derive` kept everything true."""
    questions = {
        "contents whose primary path is not theirs": "SELECT count(*) FROM audio a WHERE a.primary_path IS NOT NULL AND"
        " NOT EXISTS (SELECT 1 FROM paths p WHERE p.id = a.primary_path AND p.audio_id = a.id)",
        "contents without a primary path": "SELECT count(*) FROM audio a WHERE a.primary_path IS NULL AND"
        " EXISTS (SELECT 1 FROM paths p WHERE p.audio_id = a.id)",
        "contents with equal fingerprints where a readable one has no digest": "SELECT count(*) FROM audio a WHERE"
        " a.digest IS NULL AND a.verified AND a.fingerprint IS NOT NULL AND a.shared",
        "contents whose number of copies is wrong": "SELECT count(*) FROM audio a WHERE a.copies <> (SELECT count("
        "DISTINCT CASE WHEN inode = 0 THEN 'p' || id ELSE volume_id || ':' || inode END) FROM paths"
        " WHERE audio_id = a.id AND state = 'present')",
    }
    found = []
    with database.read() as connection:
        for what, sql in questions.items():
            number = int(connection.execute(sql).fetchone()[0])
            if number:
                found.append(f"{number:,} {what}")
    return found
