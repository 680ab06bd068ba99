"""What the classifier is still to do, and what it found: labels, category, embedding, or why there are none."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ctk_tui.catalog import embeddings
from ctk_tui.catalog.derive import marks, slices
from ctk_tui.catalog.search.arrays import numbers
from ctk_tui.model.classification import Classified, NotClassified, ToClassify, Wanted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Sequence

    from ctk_tui.catalog.connection import Database
    from ctk_tui.catalog.search.arrays import Ids

SLICE = 200
"""Results a transaction: 10 to 20 ms, and other writers wait no longer."""
# A content that was read again since has another scanned_at, one that changed in place may keep its fingerprint.
_SEEN = "coalesce(a.fingerprint, '') || ' ' || a.scanned_at"
_STATES = """
SELECT a.id, a.state, a.error IS NOT NULL, a.fingerprint IS NULL, c.version IS ?, c.error IS NOT NULL, c.stamp
FROM audio a LEFT JOIN classified c ON c.audio_id = a.id"""
_WAITING = f"""
SELECT a.id, CAST(s.root || x'2f' || p.rel AS BLOB), a.duration, {_SEEN}
FROM audio a JOIN paths p ON p.id = a.primary_path JOIN sources s ON s.id = p.source_id WHERE a.id IN """
_KEEP = """
INSERT OR REPLACE INTO classified (audio_id, version, stamp, category, source, confidence, at)
VALUES (?, ?, ?, ?, ?, ?, ?)"""
# What was found before, of the same content, is as true as it was; but numbers of one version say nothing to another.
_FAIL = """
INSERT INTO classified (audio_id, version, error, at) VALUES (?, ?, ?, ?)
ON CONFLICT (audio_id) DO UPDATE SET stamp = CASE WHEN version = excluded.version THEN stamp END,
  version = excluded.version, error = excluded.error, at = excluded.at"""
_CATEGORISE = """
INSERT INTO categories (audio_id, category, source, confidence, set_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (audio_id) DO UPDATE SET category = excluded.category, source = excluded.source,
  confidence = excluded.confidence, set_at = excluded.set_at WHERE categories.source <> 'user'"""


def wanted(
    database: Database,
    version: str,
    ids: Sequence[int] | None = None,
    *,
    redo: bool = False,
    limit: int | None = None,
) -> Wanted:
    """Return which audio files the classifier is still to do.

    Args:
        database: the catalog.
        version: of the model and its rules; what another version did is done anew.
        ids: audio files to look at, in their order; None for all of the catalog.
        redo: also those that this version did, or could not do.
        limit: at most so many.
    """
    with database.read() as connection:
        rows = connection.execute(_STATES, (version,)).fetchall()
    there = set(embeddings.stamps(database))
    todo: dict[int, None] = {}
    counts = dict.fromkeys(("done", "failed", "broken", "away", "unread"), 0)
    asked = None if ids is None else set(ids)
    for audio_id, state, broken, unread, current, failed, stamp in rows:
        if (asked is not None and audio_id not in asked) or (asked is None and state >= 2):
            continue
        if state != 0:
            counts["away"] += 1
        elif broken:
            counts["broken"] += 1
        elif unread:
            counts["unread"] += 1
        elif redo or not current or not (failed or stamp in there):
            todo[audio_id] = None
        else:
            counts["failed" if failed else "done"] += 1
    order = list(todo) if ids is None else [audio_id for audio_id in dict.fromkeys(ids) if audio_id in todo]
    return Wanted(tuple(order[:limit]), **counts)


def waiting(database: Database, ids: Sequence[int]) -> list[ToClassify]:
    """Return what is to be classified now, in the order of the ids; what is gone meanwhile is left out."""
    found: dict[int, ToClassify] = {}
    with database.read() as connection:
        for part in slices(ids):
            for row in connection.execute(_WAITING + marks(part), part):
                found[row[0]] = ToClassify(*row)
    return [found[audio_id] for audio_id in ids if audio_id in found]


def write(database: Database, version: str, results: Sequence[Classified | NotClassified]) -> list[int]:
    """Keep what the classifier said, in short transactions; the user's own categories stay.

    Args:
        database: the catalog.
        version: of the model and its rules.
        results: what it said, at most one of an audio file.

    Returns:
        The ids of those whose content changed meanwhile, or is gone: nothing of them was kept.
    """
    late: list[int] = []
    for part in slices(results, SLICE):
        sounds = [one for one in part if isinstance(one, Classified)]
        # First: a catalog that names an embedding which is not there would only have it made again.
        stamps = dict(
            zip((one.id for one in sounds), embeddings.add(database, [one.embedding for one in sounds]), strict=True)
        )
        old: list[int] = []
        with database.write() as connection:
            for one in part:
                if _is_late(connection, one):
                    late.append(one.id)
                    old += [stamps[one.id]] if one.id in stamps else []
                else:
                    old += _keep(connection, version, one, stamps.get(one.id))
        if old:
            embeddings.remove(database, old)
    return late


def _is_late(connection: sqlite3.Connection, one: Classified | NotClassified) -> bool:
    row = connection.execute(f"SELECT {_SEEN} FROM audio a WHERE a.id = ?", (one.id,)).fetchone()
    return row is None or row[0] != one.seen


def _keep(
    connection: sqlite3.Connection, version: str, one: Classified | NotClassified, stamp: int | None
) -> list[int]:
    """Write one result; return the stamp of the embedding that it replaces, if there was one."""
    now = time.time()
    if isinstance(one, NotClassified):
        connection.execute(_FAIL, (one.id, version, one.reason, now))
        return []
    before = connection.execute("SELECT stamp FROM classified WHERE audio_id = ?", (one.id,)).fetchone()
    kept = (one.category, one.source, one.confidence)
    connection.execute(_KEEP, (one.id, version, stamp, *kept, now))
    connection.execute("DELETE FROM labels WHERE audio_id = ?", (one.id,))
    connection.executemany(
        "INSERT OR REPLACE INTO labels (audio_id, label, p) VALUES (?, ?, ?)",
        [(one.id, label.label, label.p) for label in one.labels],
    )
    connection.execute(_CATEGORISE, (one.id, *kept, now))
    return [before[0]] if before is not None and before[0] is not None else []


def stamp_of(database: Database, audio_id: int) -> tuple[int, str] | None:
    """Return the stamp of an audio file's embedding, and the version that it is of; None where it has none."""
    with database.read() as connection:
        row = connection.execute(
            "SELECT stamp, version FROM classified WHERE audio_id = ? AND stamp IS NOT NULL", (audio_id,)
        ).fetchone()
    return None if row is None else (row[0], row[1])


def stamped(database: Database, version: str | None = None) -> tuple[Ids, Ids]:
    """Return the stamps of all embeddings that are somebody's, growing, and the audio file of each.

    Args:
        database: the catalog.
        version: only those of one version, None for all.
    """
    with database.read() as connection:
        row = connection.execute(
            "SELECT group_concat(stamp), group_concat(audio_id) FROM (SELECT stamp, audio_id FROM classified"
            " INDEXED BY classified_stamps WHERE stamp IS NOT NULL AND (:version IS NULL OR version = :version)"
            " ORDER BY stamp)",
            {"version": version},
        ).fetchone()
    return numbers(row[0]), numbers(row[1])


def stamped_state(database: Database) -> tuple[int, int]:
    """Return what is another value after `stamped` is: the highest stamp and how many there are; stamps only grow."""
    with database.read() as connection:
        row = connection.execute(
            "SELECT coalesce(max(stamp), 0), count(*) FROM classified INDEXED BY classified_stamps"
            " WHERE stamp IS NOT NULL"
        ).fetchone()
    return row[0], row[1]


def versions(database: Database) -> dict[str, int]:
    """Return how many embeddings are somebody's, by the version of the model that they are of."""
    with database.read() as connection:
        sql = "SELECT version, count(*) FROM classified WHERE stamp IS NOT NULL GROUP BY version"
        return dict(connection.execute(sql).fetchall())


def moment(database: Database) -> tuple[int, int, int]:
    """Return what is another value after anything in the catalog changed, for this thread alone; it costs nothing."""
    with database.read() as connection:
        version: int = connection.execute("PRAGMA data_version").fetchone()[0]
        return id(connection), version, connection.total_changes


def errors(database: Database, only: Collection[int] | None = None) -> list[tuple[int, str]]:
    """Return which audio files could not be classified, and why."""
    with database.read() as connection:
        rows = connection.execute(
            "SELECT audio_id, error FROM classified WHERE error IS NOT NULL ORDER BY audio_id"
        ).fetchall()
    return rows if only is None else [row for row in rows if row[0] in only]


def sweep(database: Database, check: Callable[[], None] | None = None) -> int:
    """Delete embeddings that are no content's any more; return how many.

    Only whoever holds the lock of classification may: an embedding is there a moment before the catalog names it.

    Args:
        database: the catalog.
        check: called between two transactions; what it raises ends the work.
    """
    known = set(stamped(database)[0].tolist())
    old = [stamp for stamp in embeddings.stamps(database) if stamp not in known]
    for part in slices(old, embeddings.SLICE):
        if check is not None:
            check()
        embeddings.remove(database, part)
    return len(old)
