"""The journal table: a mirror of what lies in the quarantine folders, so that history is there when drives are not.

Step 0 of an entry is the entry itself: its state is begun or ended. The others are the changes of files, with the state
that each has now: an undo brings that of the steps which it takes back up to date.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ctk_tui.catalog.derive import marks, slices

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

    from ctk_tui.catalog.connection import Database

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """An entry."""

    entry: str
    at: float
    """Seconds since the epoch when it began."""
    kind: str
    state: str
    """begun or ended."""
    data: Data
    steps: dict[str, int]
    """State of steps to how many have it; second halves of one operation are not counted."""
    size: int
    """Bytes of those that were done, whatever became of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One step."""

    entry: str
    number: int
    at: float
    """Seconds since the epoch."""
    op: str
    state: str
    source: str
    """Name of the source that the file was in, "" for none."""
    data: Data


def _row(values: tuple[Any, ...]) -> Row:
    entry, number, at, op, state, source, data = values
    return Row(entry, number, at, op, state, source, json.loads(data))


def begin(connection: sqlite3.Connection, entry: str, at: float, kind: str, data: Data) -> None:
    """Add an entry, or bring what is told of it up to date."""
    connection.execute(
        "INSERT INTO journal (entry, step, at, kind, state, data) VALUES (?, 0, ?, ?, 'begun', ?)"
        " ON CONFLICT (entry, step) DO UPDATE SET data = excluded.data",
        (entry, at, kind, json.dumps(data)),
    )


def end(connection: sqlite3.Connection, entry: str) -> None:
    """Note that an entry came to its end, or was recovered."""
    connection.execute("UPDATE journal SET state = 'ended' WHERE entry = ? AND step = 0", (entry,))


def store(connection: sqlite3.Connection, row: Row) -> bool:
    """Add a step; return False where it was there with this state."""
    before = connection.execute(
        "SELECT state FROM journal WHERE entry = ? AND step = ?", (row.entry, row.number)
    ).fetchone()
    # What an undo made of a step is not forgotten when its own journal is read once more.
    if before is not None and (before[0] == row.state or before[0] in ("undone", "emptied")):
        return False
    connection.execute(
        "INSERT OR REPLACE INTO journal (entry, step, at, kind, state, source, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row.entry, row.number, row.at, row.op, row.state, row.source, json.dumps(row.data)),
    )
    return True


def set_state(connection: sqlite3.Connection, entry: str, number: int, state: str) -> None:
    """Change the state of a step."""
    connection.execute("UPDATE journal SET state = ? WHERE entry = ? AND step = ?", (state, entry, number))


def step(connection: sqlite3.Connection, entry: str, number: int) -> Row | None:
    """Return one step, None where the catalog does not know it."""
    row = connection.execute(
        "SELECT entry, step, at, kind, state, source, data FROM journal WHERE entry = ? AND step = ?", (entry, number)
    ).fetchone()
    return _row(row) if row is not None else None


def turn(connection: sqlite3.Connection, entry: str, number: int, *, live: bool) -> None:
    """Say whether a step is in force now, and turn the one that it takes back the other way, and so on."""
    while True:
        row = step(connection, entry, number)
        if row is None:
            return
        set_state(connection, entry, number, "done" if live else "undone")
        undoes = row.data.get("undoes")
        if not undoes:
            return
        (entry, number), live = undoes, not live


def in_force(database: Database, entry: str) -> bool:
    """Return whether anything that an entry did is in force; a copy that it threw away by itself is not."""
    with database.read() as connection:
        found = connection.execute(
            "SELECT 1 FROM journal WHERE entry = ? AND step > 0 AND state = 'done' AND kind <> 'discard' LIMIT 1",
            (entry,),
        )
        return found.fetchone() is not None


def plain_heads(database: Database, entries: Sequence[str] | None = None) -> list[Head]:
    """Return the entries, newest first, without their steps counted; None for all."""
    where = "" if entries is None else f" AND entry IN {marks(entries)}"
    with database.read() as connection:
        rows = connection.execute(
            f"SELECT entry, at, kind, state, data FROM journal WHERE step = 0{where} ORDER BY entry DESC", entries or ()
        ).fetchall()
    return [Head(entry, at, kind, state, json.loads(data), {}, 0) for entry, at, kind, state, data in rows]


def heads(database: Database, entries: Sequence[str] | None = None) -> list[Head]:
    """Return the entries, newest first, their steps counted; None for all."""
    found = {head.entry: head for head in plain_heads(database, entries)}
    where = "" if entries is None else f" AND entry IN {marks(entries)}"
    with database.read() as connection:
        counts = connection.execute(
            "SELECT entry, state, count(*), sum(json_extract(data, '$.size')) FROM journal"
            f" WHERE step > 0 AND json_extract(data, '$.half') IS NULL{where} GROUP BY entry, state",
            entries or (),
        ).fetchall()
    sizes: dict[str, int] = {}
    for entry, state, number, size in counts:
        if entry in found:
            found[entry].steps[state] = number
            if state in ("done", "undone", "emptied"):
                sizes[entry] = sizes.get(entry, 0) + int(size or 0)
    return [replace(head, size=sizes.get(head.entry, 0)) for head in found.values()]


def open_entries(database: Database) -> list[str]:
    """Return the entries that never came to their end, oldest first."""
    # From entry to entry by the key: every command asks, and the steps between them may be many thousands.
    with database.read() as connection:
        rows = connection.execute(
            "WITH RECURSIVE known (entry) AS (SELECT min(entry) FROM journal UNION ALL"
            " SELECT (SELECT min(entry) FROM journal WHERE entry > known.entry) FROM known"
            " WHERE known.entry IS NOT NULL)"
            " SELECT journal.entry FROM known JOIN journal ON journal.entry = known.entry AND journal.step = 0"
            " WHERE journal.state = 'begun' ORDER BY journal.entry"
        )
        return [row[0] for row in rows]


def steps(database: Database, entry: str) -> list[Row]:
    """Return the steps of an entry, in their order."""
    with database.read() as connection:
        rows = connection.execute(
            "SELECT entry, step, at, kind, state, source, data FROM journal WHERE entry = ? AND step > 0 ORDER BY step",
            (entry,),
        ).fetchall()
    return [_row(row) for row in rows]


def steps_of(database: Database, audio_ids: Collection[int]) -> list[Row]:
    """Return the steps in force of these audio files, the newest first."""
    found: list[Row] = []
    with database.read() as connection:
        for part in slices(audio_ids):
            rows = connection.execute(
                "SELECT entry, step, at, kind, state, source, data FROM journal WHERE step > 0 AND state = 'done'"
                f" AND json_extract(data, '$.audio') IN {marks(part)}",
                part,
            )
            found.extend(_row(row) for row in rows)
    return sorted(found, key=lambda row: (row.entry, row.number), reverse=True)


def all_done(database: Database) -> list[Row]:
    """Return all steps in force, the newest first."""
    with database.read() as connection:
        rows = connection.execute(
            "SELECT entry, step, at, kind, state, source, data FROM journal WHERE step > 0 AND state = 'done'"
            " ORDER BY entry DESC, step DESC"
        ).fetchall()
    return [_row(row) for row in rows]
