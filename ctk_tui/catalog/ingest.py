"""Writing what a scan found: contents and paths, inside the caller's transaction."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ctk_tui.catalog.derive import VARIABLES
from ctk_tui.catalog.files import add_folder
from ctk_tui.model.audio import Tags
from ctk_tui.model.text import display, search_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

    from ctk_tui.model.reading import FoundFile, Reading

_ADD_AUDIO = """
INSERT INTO audio (id, fingerprint, digest, size, format, duration, sample_rate, channels, bit_depth, title, artist,
                   comment, description, truncated, error, added_at, scanned_at, primary_path)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_PATH = """
INSERT INTO paths (id, audio_id, source_id, folder_id, rel, display, size, mtime_ns, inode, volume_id, cloud, protected,
                   first_seen, search)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
# A statement of one row spends half of its time on setting out: keys, triggers and counters are prepared anew for each.
_PATHS_AT_ONCE = VARIABLES // 14
_ADD_PATHS = _ADD_PATH + ", (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" * (_PATHS_AT_ONCE - 1)
_PLACE_PATH = """
UPDATE paths SET audio_id = ?, source_id = ?, folder_id = ?, rel = ?, display = ?, size = ?, mtime_ns = ?, inode = ?,
                 volume_id = ?, cloud = ?, protected = ?, search = ?, state = 'present' WHERE id = ?"""
_RENEW = """
UPDATE audio SET fingerprint = ?, digest = ?, size = ?, format = ?, duration = ?, sample_rate = ?, channels = ?,
                 bit_depth = ?, title = ?, artist = ?, comment = ?, description = ?, truncated = ?, error = ?,
                 scanned_at = ? WHERE id = ?"""
_LEAVE_TRACES = """
INSERT OR REPLACE INTO traces (audio_id, size, mtime_ns, inode, volume_id)
SELECT audio_id, size, mtime_ns, inode, volume_id FROM paths WHERE id IN """
_LAST = " AND NOT EXISTS (SELECT 1 FROM paths q WHERE q.audio_id = paths.audio_id AND q.id <> paths.id)"

Facts = tuple[object, ...]


def _facts(reading: Reading | None) -> Facts:
    """Return format to error as the audio table stores them."""
    if reading is None or reading.facts is None:
        return (None, None, None, None, None, "", "", "", "", 0, reading.error if reading else None)
    facts = reading.facts
    tags = facts.tags
    return (
        facts.format, facts.duration_secs, facts.sample_rate, facts.channels, facts.bit_depth, tags.title, tags.artist,
        tags.comment, tags.description, int(facts.truncated), reading.error,
    )  # fmt: skip


def _words(reading: Reading | None) -> str:
    return reading.facts.tags.words() if reading and reading.facts else ""


class Ingest:
    """The writer of one scan.

    It keeps the ids of folders that it met, so it must be the only writer of folders and audio while it lives: the
    scan lock sees to that.

    Args:
        now: the time of the scan, seconds since the epoch, stored as added_at and first_seen.
    """

    def __init__(self, now: float) -> None:
        self._now = now
        self._folders: dict[tuple[int, bytes], int] = {}

    def _folder(self, connection: sqlite3.Connection, found: FoundFile) -> int:
        key = (found.source_id, found.folder)
        number = self._folders.get(key)
        if number is None:
            number = self._folders[key] = add_folder(connection, *key)
        return number

    def add_contents(
        self, connection: sqlite3.Connection, batch: Sequence[tuple[FoundFile, Reading | None, str | None]]
    ) -> list[int]:
        """Add contents that the catalog does not have, each with its path.

        Args:
            connection: inside a write transaction.
            batch: file, what is in it (None for a cloud placeholder), its digest where it was taken.

        Returns:
            The ids of the contents, in the order of the batch.
        """
        audio_id = self._next(connection, "audio")
        path_id = self._next(connection, "paths")
        audio: list[tuple[object, ...]] = []
        paths: list[tuple[object, ...]] = []
        for at, (found, reading, digest) in enumerate(batch):
            fingerprint = reading.fingerprint if reading else None
            facts = _facts(reading)
            audio.append((audio_id + at, fingerprint, digest, found.size, *facts, self._now, self._now, path_id + at))
            paths.append(self._path(connection, path_id + at, audio_id + at, found, _words(reading)))
        connection.executemany(_ADD_AUDIO, audio)
        whole = len(paths) - len(paths) % _PATHS_AT_ONCE
        for start in range(0, whole, _PATHS_AT_ONCE):
            connection.execute(_ADD_PATHS, list(chain.from_iterable(paths[start : start + _PATHS_AT_ONCE])))
        connection.executemany(_ADD_PATH, paths[whole:])
        return list(range(audio_id, audio_id + len(batch)))

    def _next(self, connection: sqlite3.Connection, table: str) -> int:
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        return (int(row[0]) if row else 0) + 1

    def _path(
        self, connection: sqlite3.Connection, path_id: int, audio_id: int, found: FoundFile, words: str
    ) -> tuple[object, ...]:
        shown = display(found.rel)
        return (
            path_id, audio_id, found.source_id, self._folder(connection, found), found.rel, shown, found.size,
            found.mtime_ns, found.inode, found.volume_id, found.cloud, found.protected, self._now,
            search_text(shown, words),
        )  # fmt: skip

    def add_path(self, connection: sqlite3.Connection, found: FoundFile, audio_id: int) -> None:
        """Add one more name of a content that the catalog has."""
        words = self._words_of(connection, audio_id)
        path_id = self._next(connection, "paths")
        connection.execute(_ADD_PATH, self._path(connection, path_id, audio_id, found, words))
        connection.execute("DELETE FROM traces WHERE audio_id = ?", (audio_id,))

    def place_path(self, connection: sqlite3.Connection, path_id: int, found: FoundFile, audio_id: int) -> None:
        """Make a row of paths say where and what it is now: moved, changed, or joined to another content."""
        shown = display(found.rel)
        words = self._words_of(connection, audio_id)
        row = (
            audio_id, found.source_id, self._folder(connection, found), found.rel, shown, found.size, found.mtime_ns,
            found.inode, found.volume_id, found.cloud, found.protected, search_text(shown, words), path_id,
        )  # fmt: skip
        connection.execute(_LEAVE_TRACES + "(?) AND audio_id <> ?" + _LAST, (path_id, audio_id))
        connection.execute(_PLACE_PATH, row)
        connection.execute("DELETE FROM traces WHERE audio_id = ?", (audio_id,))

    def _words_of(self, connection: sqlite3.Connection, audio_id: int) -> str:
        row = connection.execute(
            "SELECT title, artist, comment, description FROM audio WHERE id = ?", (audio_id,)
        ).fetchone()
        return Tags(*row).words()

    def renew(
        self,
        connection: sqlite3.Connection,
        audio_id: int,
        reading: Reading | None,
        size: int,
        digest: str | None,
        *,
        same: bool = False,
    ) -> None:
        """Give a content new facts.

        Args:
            connection: inside a write transaction.
            audio_id: the row, which keeps its id and a category set by hand.
            reading: what is in the file now, None for a cloud placeholder.
            size: bytes.
            digest: of the new bytes, None where it was not needed.
            same: the bytes are the old ones, read again: what was derived from them stays.
        """
        fingerprint = reading.fingerprint if reading else None
        connection.execute(_RENEW, (fingerprint, digest, size, *_facts(reading), self._now, audio_id))
        if not same:
            connection.execute("DELETE FROM labels WHERE audio_id = ?", (audio_id,))
            connection.execute("DELETE FROM peaks WHERE audio_id = ?", (audio_id,))
            connection.execute("DELETE FROM categories WHERE audio_id = ? AND source <> 'user'", (audio_id,))
            connection.execute("DELETE FROM classified WHERE audio_id = ?", (audio_id,))
        words = _words(reading)
        for path_id, shown, stored in connection.execute(
            "SELECT id, display, search FROM paths WHERE audio_id = ?", (audio_id,)
        ).fetchall():
            search = search_text(shown, words)
            if search != stored:
                connection.execute("UPDATE paths SET search = ? WHERE id = ?", (search, path_id))

    def store_cloud(self, connection: sqlite3.Connection, found: FoundFile) -> int:
        """Store a cloud placeholder that is new or changed, unread; return the id of its content."""
        if found.path_id is None or found.audio_id is None:
            return self.add_contents(connection, [(found, None, None)])[0]
        [others] = connection.execute(
            "SELECT count(*) FROM paths WHERE audio_id = ? AND id <> ?", (found.audio_id, found.path_id)
        ).fetchone()
        if others:
            self.forget(connection, [found.path_id])
            return self.add_contents(connection, [(found, None, None)])[0]
        self.renew(connection, found.audio_id, None, found.size, None)
        self.restat(connection, found)
        return found.audio_id

    def restat(self, connection: sqlite3.Connection, found: FoundFile) -> None:
        """Store size, time, inode and volume of a path whose content is the same."""
        connection.execute(
            "UPDATE paths SET size = ?, mtime_ns = ?, inode = ?, volume_id = ?, cloud = ?, protected = ?,"
            " state = 'present' WHERE id = ?",
            (
                found.size,
                found.mtime_ns,
                found.inode,
                found.volume_id,
                found.cloud,
                found.protected,
                found.path_id,
            ),
        )

    def forget(self, connection: sqlite3.Connection, path_ids: Collection[int]) -> None:
        """Delete rows of paths; contents stay, with a trace of the last one that they had."""
        for path_id in path_ids:
            connection.execute(_LEAVE_TRACES + "(?)" + _LAST, (path_id,))
            connection.execute("DELETE FROM paths WHERE id = ?", (path_id,))
