"""Audio files as the query language sees them, path by path: which of a file's paths a query means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.derive import marks, slices
from ctk_tui.model.audio import Tags
from ctk_tui.model.query.meaning import holds
from ctk_tui.model.query.subject import QuerySubject, SubjectPath

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Sequence

    from ctk_tui.catalog.connection import Database
    from ctk_tui.model.query.nodes import Query

_AUDIO = """
SELECT a.id, a.size, a.added_at, a.copies, a.format, a.duration, a.sample_rate, a.channels, a.bit_depth, a.state,
       a.error IS NOT NULL, a.title, a.artist, a.comment, a.description, c.category, c.confidence,
       EXISTS (SELECT 1 FROM decisions d WHERE d.audio_id = a.id AND d.kind = 'marked')
FROM audio a LEFT JOIN categories c ON c.audio_id = a.id WHERE a.id IN """
_PATHS = """
SELECT p.audio_id, p.id, s.name, p.display, s.root_text || '/' || p.display, p.mtime_ns / 1e9, p.protected, p.cloud,
       p.state
FROM paths p JOIN sources s ON s.id = p.source_id WHERE p.audio_id IN """
_RANK = {"present": 0, "quarantined": 1, "missing": 2}


def meant_paths(database: Database, audio_ids: Collection[int], query: Query, now: float) -> set[int]:
    """Return the ids of the paths at which a query holds; of each file those that `QuerySubject.paths` tells of.

    Args:
        database: the catalog.
        audio_ids: audio files that the query found.
        query: what was asked.
        now: the moment that relative dates count from, in seconds since the epoch.
    """
    found: set[int] = set()
    with database.read() as connection:
        for part in slices(audio_ids):
            for subject, ids in _subjects(connection, part):
                found.update(
                    path_id
                    for path_id, path in zip(ids, subject.paths, strict=True)
                    if holds(query.expr, subject, path, now)
                )
    return found


def _subjects(connection: sqlite3.Connection, part: Sequence[int]) -> Iterator[tuple[QuerySubject, list[int]]]:
    paths: dict[int, list[tuple[int, int, SubjectPath]]] = {}
    for audio_id, path_id, source, shown, absolute, modified, protected, cloud, state in connection.execute(
        _PATHS + marks(part) + " ORDER BY p.id", part
    ):
        one = SubjectPath(source, shown, absolute, modified, bool(protected), bool(cloud))
        paths.setdefault(audio_id, []).append((_RANK[state], path_id, one))
    labels: dict[int, dict[str, float]] = {}
    for audio_id, label, p in connection.execute(
        f"SELECT audio_id, label, p FROM labels WHERE audio_id IN {marks(part)}", part
    ):
        labels.setdefault(audio_id, {})[label] = p
    for row in connection.execute(_AUDIO + marks(part), part):
        here = paths.get(row[0], [])
        best = min((rank for rank, _, _ in here), default=0)
        shown_paths = [(path_id, one) for rank, path_id, one in here if rank == best]
        yield (
            _subject(row, tuple(one for _, one in shown_paths), labels.get(row[0], {})),
            [path_id for path_id, _ in shown_paths],
        )


def _subject(row: tuple[object, ...], paths: tuple[SubjectPath, ...], labels: dict[str, float]) -> QuerySubject:
    (audio_id, size, added, copies, form, duration, rate, channels, bits, state, broken, title, artist, comment,
     description, category, confidence, marked) = row  # fmt: skip
    flags = {
        "dup": copies > 1 and not broken,  # type: ignore[operator]  # the columns' types are the schema's
        "offline": state == 1, "quarantined": state == 2, "missing": state == 3, "broken": broken, "marked": marked,
        "unclassified": category is None,
    }  # fmt: skip
    return QuerySubject(
        audio_id, paths, size, added, copies, Tags(title, artist, comment, description).words(), labels, category,  # type: ignore[arg-type]
        confidence, form, duration, rate, channels, bits, frozenset(name for name, on in flags.items() if on),  # type: ignore[arg-type]
    )  # fmt: skip
