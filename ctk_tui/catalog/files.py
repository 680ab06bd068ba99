"""Rows of paths and folders: what the walk compares with, and what identity asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.derive import marks, slices
from ctk_tui.model.reading import Content, KnownPath
from ctk_tui.model.text import display

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection

    from ctk_tui.catalog.connection import Database

Row = tuple[int, int, bytes, int, int, int, int, str, int, int]
"""id, audio_id, rel, size, mtime_ns, inode, volume_id, state, cloud, protected"""


def folders(database: Database, source_id: int) -> dict[bytes, int]:
    """Return the folders of a source that the catalog knows: relative path to id."""
    with database.read() as connection:
        return dict(connection.execute("SELECT rel, id FROM folders WHERE source_id = ?", (source_id,)).fetchall())


def in_folder(connection: sqlite3.Connection, folder_id: int) -> list[Row]:
    """Return the known paths that lie directly in a folder."""
    return connection.execute(
        "SELECT id, audio_id, rel, size, mtime_ns, inode, volume_id, state, cloud, protected"
        " FROM paths WHERE folder_id = ? AND state <> 'quarantined'",
        (folder_id,),
    ).fetchall()


def add_folder(connection: sqlite3.Connection, source_id: int, rel: bytes) -> int:
    """Return the id of a folder, making its row where there is none."""
    made = connection.execute(
        "INSERT INTO folders (source_id, rel, display) VALUES (?, ?, ?)"
        " ON CONFLICT (source_id, rel) DO UPDATE SET rel = excluded.rel RETURNING id",  # DO NOTHING returns nothing
        (source_id, rel, display(rel)),
    )
    return int(made.fetchone()[0])


def volume_id(database: Database, identity: str) -> int:
    """Return the id of a volume's identity, making its row where there is none."""
    with database.read() as connection:
        found = connection.execute("SELECT id FROM volumes WHERE identity = ?", (identity,)).fetchone()
    if found:
        return int(found[0])
    with database.write() as connection:
        connection.execute("INSERT OR IGNORE INTO volumes (identity) VALUES (?)", (identity,))
        return int(connection.execute("SELECT id FROM volumes WHERE identity = ?", (identity,)).fetchone()[0])


def move_volume(database: Database, source_id: int, before: str, after: str) -> None:
    """Let the paths of a source that lay on one volume lie on another: the user says that it took its place.

    Without that, what is not on the new volume would count as unplugged for ever. Numbers of inodes stay, so that hard
    links are still known as such; the next scan brings the new ones.

    Args:
        database: the catalog.
        source_id: the source.
        before: identity of the volume that its root was on.
        after: identity of the one that it is on.
    """
    old, new = volume_id(database, before), volume_id(database, after)
    with database.read() as connection:
        rows = connection.execute(
            "SELECT id FROM paths WHERE source_id = ? AND volume_id = ? AND state <> 'quarantined'", (source_id, old)
        ).fetchall()
    for part in slices(rows, 1000):
        with database.write() as connection:
            connection.executemany("UPDATE paths SET volume_id = ? WHERE id = ?", [(new, row[0]) for row in part])


def contents(connection: sqlite3.Connection, fingerprints: Collection[str]) -> dict[str, list[Content]]:
    """Return the contents that have one of these fingerprints, by fingerprint, lower ids first."""
    found: dict[str, list[Content]] = {}
    for part in slices(fingerprints):
        for row in connection.execute(
            f"SELECT id, fingerprint, digest FROM audio WHERE fingerprint IN {marks(part)} ORDER BY id",
            part,
        ):
            found.setdefault(row[1], []).append(Content(*row))
    return found


def fingerprint_of(connection: sqlite3.Connection, audio_id: int) -> set[str]:
    """Return the fingerprint of a content, as a set that is empty for a cloud placeholder."""
    row = connection.execute("SELECT fingerprint FROM audio WHERE id = ?", (audio_id,)).fetchone()
    return {row[0]} if row and row[0] else set()


_KNOWN = """
SELECT p.id, p.audio_id, p.source_id, p.rel, CAST(s.root || x'2f' || p.rel AS BLOB), p.size, p.mtime_ns, p.inode,
       p.volume_id, p.state, s.online, p.cloud
FROM paths p JOIN sources s ON s.id = p.source_id WHERE p.audio_id IN """


def paths_of(connection: sqlite3.Connection, audio_ids: Collection[int]) -> dict[int, list[KnownPath]]:
    """Return all paths of these contents, by content."""
    found: dict[int, list[KnownPath]] = {}
    for part in slices(audio_ids):
        for row in connection.execute(_KNOWN + marks(part) + " ORDER BY p.id", part):
            found.setdefault(row[1], []).append(KnownPath(*row))
    return found


def traces_of(connection: sqlite3.Connection, audio_ids: Collection[int]) -> dict[int, tuple[int, int, int, int]]:
    """Return size, mtime_ns, inode and volume id of the last path of contents that have none any more."""
    found: dict[int, tuple[int, int, int, int]] = {}
    for part in slices(audio_ids):
        for row in connection.execute(
            f"SELECT audio_id, size, mtime_ns, inode, volume_id FROM traces WHERE audio_id IN {marks(part)}",
            part,
        ):
            found[row[0]] = row[1:]
    return found


def mark_missing(
    connection: sqlite3.Connection, source_id: int, path_ids: Collection[tuple[int, bytes]], now: float
) -> tuple[int, set[int]]:
    """Mark paths as missing since `now`, each only if it still has the name under which it was missed.

    Returns:
        How many were marked, and the contents that they belong to.
    """
    audio_ids = []
    for path_id, rel in path_ids:
        row = connection.execute(
            "UPDATE paths SET state = 'missing', missing_at = ? WHERE id = ? AND source_id = ? AND rel = ?"
            " AND state = 'present' RETURNING audio_id",
            (now, path_id, source_id, rel),
        ).fetchone()
        if row is not None:
            audio_ids.append(int(row[0]))
    return len(audio_ids), set(audio_ids)


def is_present(connection: sqlite3.Connection, source_id: int, rel: bytes) -> bool:
    """Return whether a source has a present path of this name."""
    found = connection.execute(  # the last condition is what the index of names asks for
        "SELECT 1 FROM paths WHERE source_id = ? AND rel = ? AND state = 'present' AND state <> 'quarantined'",
        (source_id, rel),
    )
    return found.fetchone() is not None


def count_present(database: Database, source_id: int) -> int:
    """Return how many present paths a source has."""
    with database.read() as connection:
        return int(
            connection.execute(
                "SELECT count(*) FROM paths WHERE source_id = ? AND state = 'present'", (source_id,)
            ).fetchone()[0]
        )


def audio_of(connection: sqlite3.Connection, path_ids: Collection[int]) -> set[int]:
    """Return the contents that these paths belong to."""
    found: set[int] = set()
    for part in slices(path_ids):
        rows = connection.execute(f"SELECT DISTINCT audio_id FROM paths WHERE id IN {marks(part)}", part)
        found.update(row[0] for row in rows)
    return found


def protect_paths(database: Database, source_id: int, protects: Callable[[bytes], bool]) -> None:
    """Bring the protected mark of all paths of a source up to date.

    Args:
        database: the catalog.
        source_id: the source.
        protects: whether the path with this relative name is protected.
    """
    with database.read() as connection:
        rows = connection.execute("SELECT id, rel, protected FROM paths WHERE source_id = ?", (source_id,)).fetchall()
    wrong = [(protects(rel), path_id) for path_id, rel, protected in rows if protects(rel) != bool(protected)]
    for part in slices(wrong, 1000):
        with database.write() as connection:
            connection.executemany("UPDATE paths SET protected = ? WHERE id = ?", part)
