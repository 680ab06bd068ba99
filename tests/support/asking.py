"""Asking a catalog directly, and what it says in a form that two catalogs share: without ids and times of the scan."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.catalog.connection import Database
    from tests.support.library import Library

_CONTENTS = """
SELECT a.fingerprint, a.digest, a.size, a.format, a.duration, a.sample_rate, a.channels, a.bit_depth, a.title, a.artist,
       a.comment, a.description, a.truncated, a.error, a.verified, a.shared, a.state, a.copies,
       s.name, p.rel, p.display, p.size, p.mtime_ns, p.inode, v.identity, p.state, p.cloud, p.protected, p.search,
       p.id = a.primary_path, p.audio_id
FROM paths p JOIN audio a ON a.id = p.audio_id JOIN sources s ON s.id = p.source_id JOIN volumes v ON v.id = p.volume_id
ORDER BY s.name, p.rel"""
_ERRORS = """
SELECT s.name, e.path, e.stage, e.reason, e.size, e.mtime_ns FROM errors e JOIN sources s ON s.id = e.source_id
ORDER BY s.name, e.path"""
_SOURCES = "SELECT name, root, position, status, reason, online, held, volume FROM sources ORDER BY name"


def ask(database: Database, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Return all rows that a statement gives."""
    with database.read() as connection:
        return connection.execute(sql, values).fetchall()


def tell(database: Database, sql: str, *values: object) -> None:
    """Change rows by hand, as another program would."""
    with database.write() as connection:
        connection.execute(sql, values)


def dump(database: Database) -> list[tuple[Any, ...]]:
    """Return what the catalog says; which paths share a content is told by the first of them."""
    contents = []
    first: dict[int, tuple[str, bytes]] = {}
    for *row, audio_id in ask(database, _CONTENTS):
        contents.append((*row, first.setdefault(audio_id, (row[18], row[19]))))
    lonely = ask(database, "SELECT fingerprint, digest FROM audio WHERE state = 4 ORDER BY 1, 2")
    return [*contents, *ask(database, _ERRORS), *ask(database, _SOURCES), *lonely]


def content_of(library: Library, path: Path | bytes) -> int:
    """Return the id of the audio file at a present path."""
    return library.paths()[os.fsencode(path)]


def facts(library: Library, audio_id: int, *columns: str) -> tuple[Any, ...]:
    """Return columns of one row of audio."""
    [row] = ask(library.toolkit.database, f"SELECT {', '.join(columns)} FROM audio WHERE id = ?", audio_id)
    return row


def decide(library: Library, audio_id: int) -> None:
    """Let the user and the model say something of an audio file: category by hand, decision, label, outline."""
    database = library.toolkit.database
    tell(
        database, "INSERT INTO categories (audio_id, category, source, set_at) VALUES (?, 'drums', 'user', 1)", audio_id
    )
    tell(database, "INSERT INTO decisions (audio_id, kind, set_at) VALUES (?, 'keeper', 1)", audio_id)
    tell(database, "INSERT INTO labels (audio_id, label, p) VALUES (?, 'Drum', 0.9)", audio_id)
    tell(database, "INSERT INTO peaks (audio_id, version, data) VALUES (?, 1, x'00')", audio_id)


def decided(library: Library, audio_id: int) -> tuple[bool, bool, bool, bool]:
    """Return whether an audio file has its category by hand, its decision, its label and its outline."""
    database = library.toolkit.database
    tables = ("categories WHERE source = 'user' AND", "decisions WHERE", "labels WHERE", "peaks WHERE")
    one, two, three, four = (bool(ask(database, f"SELECT 1 FROM {t} audio_id = ?", audio_id)) for t in tables)
    return one, two, three, four
