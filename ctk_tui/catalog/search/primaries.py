"""The path that lists show of every audio file, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import numbers, numpy

if TYPE_CHECKING:
    import sqlite3

    from ctk_tui.catalog.search.arrays import Places
    from ctk_tui.catalog.search.rows import State


@dataclass(frozen=True, slots=True)
class Primaries:
    """Primary paths of one moment."""

    changes: int
    """As in `State`."""
    last_path: int
    last_audio: int
    path_of: Places
    """By id of the audio file: id of its primary path, 0 where there is none."""
    audio_of: Places
    """By id of the path: the audio file whose primary path it is, 0 where it is none."""


def primaries(connection: sqlite3.Connection, now: State, known: Primaries | None) -> Primaries:
    """Return the primary paths as they are now.

    Args:
        connection: in a read transaction.
        now: the state in it.
        known: what was known before; audio files that were only added cost a read of those alone.
    """
    same = known is not None and known.changes == now.changes and known.last_audio <= now.last_audio
    if same and known is not None and (known.last_path, known.last_audio) == (now.last_path, now.last_audio):
        return known
    np = numpy()
    path_of = np.zeros(now.last_audio + 1, dtype=np.int32)
    audio_of = np.zeros(now.last_path + 1, dtype=np.int32)
    first = 0
    if same and known is not None and known.last_path <= now.last_path:
        path_of[: known.last_audio + 1] = known.path_of
        audio_of[: known.last_path + 1] = known.audio_of
        first = known.last_audio
    audio, paths = connection.execute(
        "SELECT group_concat(id), group_concat(primary_path) FROM audio WHERE id > ? AND primary_path IS NOT NULL",
        (first,),
    ).fetchone()
    path_of[numbers(audio)] = numbers(paths)
    audio_of[numbers(paths)] = numbers(audio)
    return Primaries(now.changes, now.last_path, now.last_audio, path_of, audio_of)
