"""Paths as file operations need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.derive import marks, slices
from ctk_tui.model.holding import Holding, Known

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable

    from ctk_tui.catalog.connection import Database

_SELECT = """
SELECT p.id, p.audio_id, p.source_id, s.name, p.rel, CAST(s.root || x'2f' || p.rel AS BLOB), p.size, p.mtime_ns,
       p.inode, v.identity, p.state, s.online, p.protected, p.cloud, p.id = a.primary_path, a.fingerprint, a.digest,
       a.verified
FROM paths p JOIN sources s ON s.id = p.source_id JOIN audio a ON a.id = p.audio_id
     JOIN volumes v ON v.id = p.volume_id
WHERE """
# The order of primaries: what is there first, then the configuration's, the shorter path, the bytes.
_ORDER = (
    " ORDER BY p.audio_id, p.state <> 'present', s.online = 0, s.position, length(s.root) + length(p.rel),"
    " CAST(s.root || x'2f' || p.rel AS BLOB), p.id"
)


def _holding(row: tuple[object, ...]) -> Holding:
    fields = dict(zip(Holding.__dataclass_fields__, row, strict=True))
    for name in ("online", "protected", "cloud", "primary", "verified"):
        fields[name] = bool(fields[name])
    return Holding(**fields)  # type: ignore[arg-type]  # the columns' types are the schema's


def holdings(database: Database, audio_ids: Collection[int]) -> dict[int, list[Holding]]:
    """Return all paths of these audio files, in the order in which they would be primary."""
    found: dict[int, list[Holding]] = {}
    with database.read() as connection:
        for part in slices(audio_ids):
            for row in connection.execute(f"{_SELECT}p.audio_id IN {marks(part)}{_ORDER}", part):
                found.setdefault(row[1], []).append(_holding(row))
    return found


def alike(database: Database, audio_id: int) -> list[Holding]:
    """Return the present paths of a content and of all that have its fingerprint: where a copy of it may lie."""
    with database.read() as connection:
        rows = connection.execute(
            f"{_SELECT}p.state = 'present' AND p.audio_id IN (SELECT ? UNION SELECT id FROM audio WHERE fingerprint ="
            f" (SELECT fingerprint FROM audio WHERE id = ?)){_ORDER}",
            (audio_id, audio_id),
        )
        return [_holding(row) for row in rows]


def present_at(connection: sqlite3.Connection, source_id: int, rel: bytes) -> Holding | None:
    """Return the present path of a source that has this relative name."""
    # The last condition says nothing new: by it SQLite sees that the index of names has every such row.
    row = connection.execute(
        f"{_SELECT}p.source_id = ? AND p.rel = ? AND p.state = 'present' AND p.state <> 'quarantined'", (source_id, rel)
    ).fetchone()
    return _holding(row) if row is not None else None


def known_at(connection: sqlite3.Connection, source_id: int, rel: bytes) -> Known | None:
    """Return what the catalog believes of the present path of a source that has this relative name."""
    # The last condition is there for the index, as above; a join of all tables would take twice as long.
    row = connection.execute(
        "SELECT p.size, p.mtime_ns, p.inode, p.cloud, a.fingerprint FROM paths p JOIN audio a ON a.id = p.audio_id"
        " WHERE p.source_id = ? AND p.rel = ? AND p.state = 'present' AND p.state <> 'quarantined'",
        (source_id, rel),
    ).fetchone()
    return Known(*row) if row is not None else None


def in_folders(database: Database, folders: Iterable[tuple[int, bytes]]) -> dict[tuple[int, bytes], int]:
    """Return how many present audio files lie directly in each of these folders (source id, relative path)."""
    found = {}
    with database.read() as connection:
        for source_id, rel in folders:
            row = connection.execute(
                "SELECT count(*) FROM paths p JOIN folders f ON f.id = p.folder_id"
                " WHERE f.source_id = ? AND f.rel = ? AND p.state = 'present'",
                (source_id, rel),
            ).fetchone()
            found[source_id, rel] = int(row[0])
    return found


def known_folders(database: Database, source_id: int) -> list[bytes]:
    """Return the folders of a source that hold a path, relative, parents before children."""
    with database.read() as connection:
        rows = connection.execute("SELECT rel FROM folders WHERE source_id = ? ORDER BY rel", (source_id,))
        return [row[0] for row in rows]
