"""Forgetting: sources that were removed, paths that are pruned, contents that nothing points to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog import derive, files
from ctk_tui.catalog.ingest import Ingest
from ctk_tui.model.audio import Tags
from ctk_tui.model.text import display, search_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from ctk_tui.catalog.connection import Database

SLICE = 1000
"""Paths a transaction, about 50 ms."""


def forget_paths(database: Database, path_ids: Collection[int]) -> None:
    """Delete rows of paths; contents, labels and decisions stay."""
    ingest = Ingest(0.0)
    for part in derive.slices(path_ids, SLICE):
        with database.write() as connection:
            audio_ids = files.audio_of(connection, part)
            prints = {one for audio_id in audio_ids for one in files.fingerprint_of(connection, audio_id)}
            ingest.forget(connection, part)
            derive.refresh(connection, audio_ids)
            derive.refresh_twins(connection, prints)


def all_paths(database: Database, source_id: int) -> list[int]:
    """Return the ids of all paths of a source that are not in quarantine."""
    with database.read() as connection:
        rows = connection.execute(
            "SELECT id FROM paths WHERE source_id = ? AND state <> 'quarantined' ORDER BY id", (source_id,)
        )
        return [row[0] for row in rows]


def forget_source(database: Database, source_id: int) -> int:
    """Delete a source with its paths; return how many paths it had. Files and decisions stay.

    A source that has files in quarantine stays in the catalog, so that they can be brought back.
    """
    ids = all_paths(database, source_id)
    forget_paths(database, ids)
    with database.write() as connection:
        connection.execute(
            "DELETE FROM sources WHERE id = ? AND NOT EXISTS (SELECT 1 FROM paths WHERE source_id = sources.id)",
            (source_id,),
        )
    return len(ids)


def missing_paths(database: Database, source_id: int, *, seen_since: bool) -> list[tuple[int, bytes]]:
    """Return id and absolute path of the missing paths of a source, never quarantined ones.

    Args:
        database: the catalog.
        source_id: the source.
        seen_since: only those of a source that was walked to its end when they were found missing, or later.
    """
    with database.read() as connection:
        return connection.execute(
            "SELECT p.id, CAST(s.root || x'2f' || p.rel AS BLOB) FROM paths p JOIN sources s ON s.id = p.source_id"
            " WHERE p.source_id = ? AND p.state = 'missing' AND (NOT ? OR s.complete_scan >= p.missing_at)"
            " ORDER BY p.id",
            (source_id, seen_since),
        ).fetchall()


def orphans(database: Database) -> int:
    """Return how many contents no path leads to any more, kept for their labels and decisions."""
    with database.read() as connection:
        return int(connection.execute("SELECT count(*) FROM audio WHERE state = 4").fetchone()[0])


def forget_orphans(database: Database) -> int:
    """Delete contents that no path leads to, with their labels and decisions; return how many."""
    with database.read() as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM audio WHERE state = 4")]
    for part in derive.slices(ids, derive.VARIABLES):
        with database.write() as connection:
            connection.execute(f"DELETE FROM audio WHERE id IN {derive.marks(part)}", part)
    return len(ids)


def rehome(database: Database, outer_id: int, inner_id: int, prefix: bytes) -> int:
    """Give the paths below a folder of one source to the source that has this folder as its root.

    Args:
        database: the catalog.
        outer_id: the source that had them.
        inner_id: the source whose root is the folder.
        prefix: the folder, relative to the outer source, with a slash at its end; b"" where both have one root.

    Returns:
        How many paths changed hands.
    """
    with database.read() as connection:
        rows = connection.execute(
            "SELECT p.id, p.rel, a.title, a.artist, a.comment, a.description FROM paths p"
            " JOIN audio a ON a.id = p.audio_id WHERE p.source_id = ? AND p.rel >= ? AND (? = x'' OR p.rel < ?)",
            (outer_id, prefix, prefix, prefix[:-1] + b"0"),
        ).fetchall()
    for part in derive.slices(rows, SLICE):
        with database.write() as connection:
            audio_ids = files.audio_of(connection, [row[0] for row in part])
            for path_id, rel, *tags in part:
                _rehome(connection, path_id, inner_id, rel[len(prefix) :], Tags(*tags).words())
            derive.refresh(connection, audio_ids)
    _rehome_errors(database, outer_id, inner_id, prefix)
    return len(rows)


def _rehome_errors(database: Database, outer_id: int, inner_id: int, prefix: bytes) -> None:
    with database.read() as connection:
        rows = connection.execute(
            "SELECT id, path FROM errors WHERE source_id = ? AND (? = x'' OR path = ? OR path >= ? AND path < ?)",
            (outer_id, prefix, prefix[:-1], prefix, prefix[:-1] + b"0"),
        ).fetchall()
    for part in derive.slices(rows, SLICE):
        with database.write() as connection:
            for number, path in part:
                rel = path[len(prefix) :]
                connection.execute(
                    "UPDATE OR REPLACE errors SET source_id = ?, path = ?, display = ? WHERE id = ?",
                    (inner_id, rel, display(rel), number),
                )


def _rehome(connection: sqlite3.Connection, path_id: int, source_id: int, rel: bytes, words: str) -> None:
    taken = connection.execute(
        "SELECT 1 FROM paths WHERE source_id = ? AND rel = ? AND state <> 'quarantined'", (source_id, rel)
    ).fetchone()
    if taken:
        Ingest(0.0).forget(connection, [path_id])
        return
    shown = display(rel)
    connection.execute(
        "UPDATE paths SET source_id = ?, folder_id = ?, rel = ?, display = ?, search = ? WHERE id = ?",
        (
            source_id,
            files.add_folder(connection, source_id, rel.rpartition(b"/")[0]),
            rel,
            shown,
            search_text(shown, words),
            path_id,
        ),
    )
