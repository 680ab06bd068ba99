"""Audio files as lists and details show them: read by id, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.changes import audio_at
from ctk_tui.catalog.derive import marks, slices
from ctk_tui.catalog.schema import FILE_HASH
from ctk_tui.model.entry import AudioDetails, AudioEntry, Label, PathEntry

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

    from ctk_tui.catalog.connection import Database

LABELS_SHOWN = 5
_ENTRIES = f"""
SELECT a.id, s.root, p.rel, s.name, a.size, {FILE_HASH}, a.duration, a.sample_rate, a.channels, a.format, a.bit_depth,
       p.mtime_ns, a.added_at, c.category, c.source, c.confidence, a.copies, a.verified, p.protected, a.state, p.cloud,
       coalesce(a.error, m.error)
FROM audio a JOIN paths p ON p.id = a.primary_path JOIN sources s ON s.id = p.source_id
     LEFT JOIN categories c ON c.audio_id = a.id LEFT JOIN classified m ON m.audio_id = a.id
WHERE a.id IN """
_PATHS = """
SELECT s.root, p.rel, s.name, p.id = a.primary_path, p.state, s.online, p.protected, p.cloud, p.mtime_ns, p.size,
       p.audio_id, p.volume_id, p.inode
FROM paths p JOIN sources s ON s.id = p.source_id JOIN audio a ON a.id = p.audio_id
WHERE p.audio_id IN """


def entries(database: Database, audio_ids: Sequence[int]) -> list[AudioEntry]:
    """Return the audio files with these ids, in this order; ids that are not there any more are left out."""
    found: dict[int, AudioEntry] = {}
    with database.read() as connection:
        for part in slices(audio_ids):
            labels = _labels(connection, part)
            for row in connection.execute(_ENTRIES + marks(part), part):
                found[row[0]] = _entry(row, labels.get(row[0], ()))
    return [found[audio_id] for audio_id in audio_ids if audio_id in found]


def _entry(row: tuple[object, ...], labels: tuple[Label, ...]) -> AudioEntry:
    (audio_id, root, rel, source, size, file_hash, duration, rate, channels, name, bits, mtime_ns, added_at, category,
     category_source, confidence, copies, verified, protected, state, cloud, error) = row  # fmt: skip
    assert isinstance(root, bytes)  # for mypy: the columns' types are the schema's
    assert isinstance(rel, bytes)
    return AudioEntry(
        audio_id, root + b"/" + rel, source, len(root) + 1, size, file_hash, duration, rate, channels, name, bits,  # type: ignore[arg-type]
        mtime_ns / 1e9, added_at, category, category_source, confidence, labels, copies, bool(verified),  # type: ignore[operator,arg-type]
        bool(protected), state == 1, state == 3, state == 2, bool(cloud), error,  # type: ignore[arg-type]
    )  # fmt: skip


def _labels(connection: sqlite3.Connection, audio_ids: Sequence[int]) -> dict[int, tuple[Label, ...]]:
    found: dict[int, list[Label]] = {}
    rows = connection.execute(
        f"SELECT audio_id, label, p FROM labels WHERE audio_id IN {marks(audio_ids)} ORDER BY audio_id, p DESC, label",
        audio_ids,
    )
    for audio_id, label, p in rows:
        of_one = found.setdefault(audio_id, [])
        if len(of_one) < LABELS_SHOWN:
            of_one.append(Label(label, p))
    return {audio_id: tuple(labels) for audio_id, labels in found.items()}


def paths(database: Database, audio_ids: Collection[int]) -> dict[int, list[tuple[PathEntry, tuple[int, int]]]]:
    """Return all paths of these audio files, each with (volume id, inode): equal pairs are one copy."""
    found: dict[int, list[tuple[PathEntry, tuple[int, int]]]] = {}
    with database.read() as connection:
        for part in slices(audio_ids):
            for row in connection.execute(_PATHS + marks(part) + " ORDER BY p.audio_id, p.id", part):
                root, rel, source, primary, state, online, protected, cloud, mtime_ns, size = row[:10]
                entry = PathEntry(
                    root + b"/" + rel, source, bool(primary), state, not online, bool(protected), bool(cloud),
                    mtime_ns / 1e9, size,
                )  # fmt: skip
                found.setdefault(row[10], []).append((entry, (row[11], row[12])))
    return found


def listed(database: Database, audio_ids: Collection[int]) -> set[int]:
    """Return those of these audio files that lists show: not what is missing or in quarantine."""
    found: set[int] = set()
    with database.read() as connection:
        for part in slices(audio_ids):
            rows = connection.execute(f"SELECT id FROM audio WHERE state < 2 AND id IN {marks(part)}", part)
            found.update(row[0] for row in rows)
    return found


def details(database: Database, audio_id: int) -> AudioDetails | None:
    """Return everything that is known of one audio file, None when there is no such id (or nothing lies anywhere)."""
    found = entries(database, [audio_id])
    if not found:
        return None
    with database.read() as connection:
        row = connection.execute(
            "SELECT fingerprint, digest, title, artist, comment, description FROM audio WHERE id = ?", (audio_id,)
        ).fetchone()
    where = [path for path, _ in paths(database, [audio_id]).get(audio_id, [])]
    where.sort(key=lambda path: (not path.primary, path.path))
    return AudioDetails(found[0], tuple(where), *row)


def id_of_path(database: Database, path: bytes) -> int | None:
    """Return the audio file that lies at an absolute path, as the catalog knows it; present names first."""
    with database.read() as connection:
        roots = connection.execute("SELECT id, root FROM sources ORDER BY length(root) DESC").fetchall()
        for source_id, root in roots:
            if not path.startswith(root + b"/"):
                continue
            found = audio_at(connection, source_id, path[len(root) + 1 :])
            if found is not None:
                return found
    return None
