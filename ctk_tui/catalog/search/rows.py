"""What a search has to know of all paths, as arrays: whose they are, and which of them the index does not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ctk_tui.catalog.search.arrays import ids, numbers, numpy

if TYPE_CHECKING:
    import sqlite3

    from ctk_tui.catalog.search.arrays import Ids, Places


class State(NamedTuple):
    """When something of the catalog changed that searches keep in memory. Equal states: nothing did."""

    mark: int
    """The highest path id in the word indexes."""
    named: int
    """The highest path id in search_names."""
    revision: int
    """Grows when indexed rows are indexed anew, or leave."""
    changes: int
    """Grows with changes of rows that were there."""
    categories: int
    """The same for the table of categories."""
    pending: int
    """Indexed rows that changed since."""
    last_path: int
    """Paths have ids up to this, and so have those that were deleted since the index took them in."""
    last_audio: int

    def of_names(self) -> tuple[int, ...]:
        """Return what the order of names depends on."""
        return (self.named, self.revision, self.changes, self.pending, self.last_path, self.last_audio)


def state(connection: sqlite3.Connection) -> State:
    """Return the state of the catalog."""
    row = connection.execute(
        "SELECT mark, named, revision, changes, categories, (SELECT count(*) FROM search_pending), max(mark,"
        " (SELECT coalesce(max(id), 0) FROM paths)), (SELECT coalesce(max(id), 0) FROM audio) FROM search_state"
    ).fetchone()
    return State(*row)


@dataclass(frozen=True, slots=True)
class Rows:
    """The paths of one moment."""

    changes: int
    """As in `State`."""
    last_path: int
    """Paths have ids up to this."""
    last_audio: int
    """Audio files have ids up to this."""
    owner: Places
    """By path id: the id of the audio file of a present path, 0 for every other path and where there is none."""


def rows(connection: sqlite3.Connection, now: State, known: Rows | None) -> Rows:
    """Return the paths as they are now.

    Args:
        connection: in a read transaction.
        now: the state in it.
        known: what was known before: rows that were only added cost a read of those alone.
    """
    if known is not None and known.changes == now.changes:
        if (known.last_path, known.last_audio) == (now.last_path, now.last_audio):
            return known
        if known.last_path <= now.last_path:
            return _added(connection, now, known)
    owner = numpy().zeros(now.last_path + 1, dtype=numpy().int32)
    # Both columns are in the index of audio_id: no row is read.
    paths, audio = connection.execute("SELECT group_concat(id), group_concat(audio_id) FROM paths").fetchone()
    owner[numbers(paths)] = numbers(audio)
    owner[ids(connection, "SELECT group_concat(id) FROM paths WHERE state <> 'present'")] = 0
    return Rows(now.changes, now.last_path, now.last_audio, owner)


def _added(connection: sqlite3.Connection, now: State, known: Rows) -> Rows:
    owner = numpy().zeros(now.last_path + 1, dtype=numpy().int32)
    owner[: known.last_path + 1] = known.owner
    paths, audio = connection.execute(
        "SELECT group_concat(id), group_concat(audio_id) FROM paths WHERE id > ? AND state = 'present'",
        (known.last_path,),
    ).fetchone()
    owner[numbers(paths)] = numbers(audio)
    return Rows(now.changes, now.last_path, now.last_audio, owner)


def with_hidden(connection: sqlite3.Connection, owner: Places, states: tuple[int, ...]) -> Places:
    """Return `owner` with the paths of audio files that are hidden as a rule.

    Args:
        connection: in a read transaction.
        owner: as in `Rows`.
        states: of audio: 2 for what is in quarantine, 3 for what is missing.
    """
    wanted = " OR ".join(
        f"(a.state = {number} AND p.state = '{'quarantined' if number == 2 else 'missing'}')" for number in states
    )
    if not wanted:
        return owner
    paths, audio = connection.execute(
        "SELECT group_concat(p.id), group_concat(a.id) FROM paths p CROSS JOIN audio a ON a.id = p.audio_id"
        f" WHERE p.state <> 'present' AND ({wanted})"
    ).fetchone()
    owner = owner.copy()
    owner[numbers(paths)] = numbers(audio)
    return owner


def changed(connection: sqlite3.Connection, now: State) -> Ids:
    """Return the paths that the index has in an older state."""
    if now.pending == 0:
        return numbers(None)
    found = ids(connection, "SELECT group_concat(id) FROM search_pending")
    return found[found <= now.last_path]
