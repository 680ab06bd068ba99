"""What file operations change in the paths: the catalog is right after them without a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog import derive, files, problems
from ctk_tui.catalog.problems import Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from ctk_tui.catalog.ingest import Ingest
    from ctk_tui.model.reading import FoundFile


def _present(connection: sqlite3.Connection, source_id: int, rel: bytes) -> tuple[int, int] | None:
    """Return id and content of the path of this name, quarantined ones aside; None for none."""
    found: tuple[int, int] | None = connection.execute(
        "SELECT id, audio_id FROM paths WHERE source_id = ? AND rel = ? AND state <> 'quarantined'", (source_id, rel)
    ).fetchone()
    return found


def _free_name(connection: sqlite3.Connection, ingest: Ingest, source_id: int, rel: bytes, *, but: int) -> set[int]:
    """Forget the path that has a name on which another file lies now; return its content."""
    found = _present(connection, source_id, rel)
    if found is None or found[0] == but:
        return set()
    ingest.forget(connection, [found[0]])
    return {found[1]}


def _at(connection: sqlite3.Connection, column: str, source_id: int, rel: bytes) -> int | None:
    """Return a number of the path of this name, else of the last that went to quarantine from there; None for none."""
    for index in ("<>", "="):  # one after the other, so that each has its index: of names, of names in quarantine
        row = connection.execute(
            f"SELECT {column} FROM paths WHERE source_id = ? AND rel = ? AND state {index} 'quarantined'"
            " ORDER BY id DESC LIMIT 1",
            (source_id, rel),
        ).fetchone()
        if row is not None:
            return int(row[0])
    return None


def audio_at(connection: sqlite3.Connection, source_id: int, rel: bytes) -> int | None:
    """Return the content that the catalog has at a name; where no file is there now, the last that left it."""
    return _at(connection, "audio_id", source_id, rel)


def quarantined(connection: sqlite3.Connection, source_id: int, rel: bytes) -> set[int]:
    """Note that a file went to quarantine; return the contents that this touches."""
    found = _present(connection, source_id, rel)
    if found is None:
        return set()
    connection.execute("UPDATE paths SET state = 'quarantined' WHERE id = ?", (found[0],))
    problems.drop(connection, [(source_id, rel)])
    return {found[1]}


def restored(connection: sqlite3.Connection, ingest: Ingest, file: FoundFile, audio_id: int | None) -> set[int]:
    """Note that a file came back from quarantine; return the contents that this touches.

    Args:
        connection: inside a write transaction.
        ingest: the writer.
        file: where it is and how it looks now.
        audio_id: its content, where that is known: several files of one name may be in quarantine.
    """
    row = connection.execute(
        "SELECT id, audio_id FROM paths WHERE source_id = ? AND rel = ? AND state = 'quarantined'"
        " ORDER BY audio_id IS ? DESC, mtime_ns = ? AND size = ? DESC, inode = ? DESC, id DESC LIMIT 1",
        (file.source_id, file.rel, audio_id, file.mtime_ns, file.size, file.inode),
    ).fetchone()
    if row is None:
        return came(connection, ingest, file, audio_id)
    touched = _free_name(connection, ingest, file.source_id, file.rel, but=row[0])
    connection.execute(
        "UPDATE paths SET state = 'present', size = ?, mtime_ns = ?, inode = ?, protected = ? WHERE id = ?",
        (file.size, file.mtime_ns, file.inode, file.protected, row[0]),
    )
    _tell_broken(connection, file, row[1])
    return touched | {row[1]}


def moved(connection: sqlite3.Connection, ingest: Ingest, source_id: int, rel: bytes, file: FoundFile) -> set[int]:
    """Note that a file has another name now, in this source or in another; return the contents that this touches.

    Args:
        connection: inside a write transaction.
        ingest: the writer.
        source_id: where it was.
        rel: its name there.
        file: where it is and how it looks now; on the volume that it was on.
    """
    found = _present(connection, source_id, rel)
    if found is None:
        return set()
    touched = _free_name(connection, ingest, file.source_id, file.rel, but=found[0])
    ingest.place_path(connection, found[0], file, found[1])
    problems.drop(connection, [(source_id, rel)])
    _tell_broken(connection, file, found[1])
    return touched | {found[1]}


def volume_of(connection: sqlite3.Connection, source_id: int, rel: bytes) -> int:
    """Return the id of the volume that a path lies on, 0 where the catalog has no such path."""
    return _at(connection, "volume_id", source_id, rel) or 0


def came(connection: sqlite3.Connection, ingest: Ingest, file: FoundFile, audio_id: int | None) -> set[int]:
    """Note that a content has one more path; return the contents that this touches.

    Args:
        connection: inside a write transaction.
        ingest: the writer.
        file: where it is and how it looks.
        audio_id: the content; where the catalog has no such one, the next scan finds the file.
    """
    known = connection.execute("SELECT 1 FROM audio WHERE id = ?", (audio_id,)).fetchone()
    if audio_id is None or known is None or not file.volume_id:
        return set()
    touched = _free_name(connection, ingest, file.source_id, file.rel, but=0)
    ingest.add_path(connection, file, audio_id)
    _tell_broken(connection, file, audio_id)
    return touched | {audio_id}


def left(connection: sqlite3.Connection, ingest: Ingest, source_id: int, rel: bytes, *, state: str) -> set[int]:
    """Note that a path is no more: the file left the library, or was taken away for good.

    Args:
        connection: inside a write transaction.
        ingest: the writer.
        source_id: the source.
        rel: its name there.
        state: present or quarantined: which of the paths of this name it was.
    """
    index = "=" if state == "quarantined" else "<>"
    rows = connection.execute(
        f"SELECT id, audio_id FROM paths WHERE source_id = ? AND rel = ? AND state {index} 'quarantined'"
        " ORDER BY id LIMIT 1",
        (source_id, rel),
    ).fetchall()
    ingest.forget(connection, [row[0] for row in rows])
    problems.drop(connection, [(source_id, rel)])
    return {row[1] for row in rows}


def _tell_broken(connection: sqlite3.Connection, file: FoundFile, audio_id: int) -> None:
    """What cannot be decoded is told at every place where it lies."""
    [error] = connection.execute("SELECT error FROM audio WHERE id = ?", (audio_id,)).fetchone()
    if error is not None:
        problem = Problem(file.source_id, file.rel, "decode", error, file.size, file.mtime_ns)
        problems.store(connection, [problem], file.mtime_ns / 1e9)


def settle(connection: sqlite3.Connection, audio_ids: Iterable[int]) -> None:
    """Bring what follows from the paths of these contents up to date, inside the caller's transaction."""
    touched = set(audio_ids)
    prints = {one for audio_id in touched for one in files.fingerprint_of(connection, audio_id)}
    derive.refresh(connection, touched)
    derive.refresh_twins(connection, prints)
