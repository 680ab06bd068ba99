"""The sources table: what the configuration says, and what was seen of each root."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.model.text import display

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from ctk_tui.catalog.connection import Database
    from ctk_tui.model.settings import SourceSettings


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of sources."""

    id: int
    name: str
    root: bytes
    """Absolute, without a slash at the end; b"" for the root folder itself."""
    position: int
    """Place in the configuration, from 0."""
    configured: bool
    enabled: bool
    protected: bool
    protect: tuple[str, ...]
    """Patterns of protected parts."""
    removable: bool
    volume: str
    """Identity of the volume that was there when it was last scanned, "" before the first scan."""
    volume_known: bool
    """Whether that identity is sure."""
    status: str
    """One of SOURCE_STATES."""
    reason: str
    online: bool
    held: bool
    """Whether anything (hidden entries aside) lay in it at the last scan."""
    last_scan: float | None
    """Seconds since the epoch when a scan of it last ended."""
    complete_scan: float | None
    """The same, of the last scan that walked it to the end."""

    @property
    def path(self) -> bytes:
        """The root as the system names it."""
        return self.root or os.fsencode(os.sep)


_COLUMNS = (
    "id, name, root, position, configured, enabled, protected, protect, removable, volume, volume_known, status,"
    " reason, online, held, last_scan, complete_scan"
)


def _row(values: tuple[object, ...]) -> SourceRow:
    fields: dict[str, object] = dict(zip(SourceRow.__dataclass_fields__, values, strict=True))
    fields["protect"] = tuple(json.loads(str(fields["protect"])))
    for name in ("configured", "enabled", "protected", "removable", "volume_known", "online", "held"):
        fields[name] = bool(fields[name])
    return SourceRow(**fields)  # type: ignore[arg-type]  # one table, one order: a test reads every column back


def rows(database: Database) -> list[SourceRow]:
    """Return all sources, in the order of the configuration, those no longer configured last."""
    with database.read() as connection:
        found = connection.execute(f"SELECT {_COLUMNS} FROM sources ORDER BY position, id")
        return [_row(values) for values in found]


def root_bytes(settings: SourceSettings) -> bytes:
    """Return the root of a source as the catalog stores it."""
    return os.fsencode(settings.path).rstrip(os.fsencode(os.sep))


@dataclass(frozen=True, slots=True)
class Changed:
    """What another configuration changes for sources that the catalog has."""

    placed: frozenset[int] = frozenset()
    """Ids of sources whose order, root or place in the configuration changed: their contents need `derive`."""
    guarded: frozenset[int] = frozenset()
    """Ids of sources whose protection changed."""


def sync(database: Database, wanted: Sequence[SourceSettings], protected: Sequence[bool]) -> Changed:
    """Make the table say what the configuration says.

    Args:
        database: the catalog.
        wanted: the configured sources in their order.
        protected: for each, whether all of it is protected (by itself or by a source around it).

    Returns:
        What that changed.
    """
    known = {row.name: row for row in rows(database)}
    values = [
        (root_bytes(s), display(root_bytes(s)), at, s.enabled, p, json.dumps(s.protect), s.removable, s.name)
        for at, (s, p) in enumerate(zip(wanted, protected, strict=True))
    ]
    gone = [row for row in known.values() if row.configured and row.name not in {s.name for s in wanted}]
    if not gone and all(_same(known.get(str(value[-1])), value) for value in values):
        return Changed()  # the usual case writes nothing: reading commands run beside a scan
    with database.write() as connection:
        _forget_names(connection, gone, len(values))
        for value in values:
            connection.execute(
                "INSERT INTO sources (root, root_text, position, enabled, protected, protect, removable, name)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET root = excluded.root,"
                " root_text = excluded.root_text, position = excluded.position, enabled = excluded.enabled,"
                " protected = excluded.protected, protect = excluded.protect, removable = excluded.removable,"
                " configured = 1",
                value,
            )
    after = {row.name: row for row in rows(database)}
    new = [row for name, row in after.items() if name not in known]
    old = [(row, known[name]) for name, row in after.items() if name in known]
    return Changed(
        frozenset(
            row.id
            for row, was in old
            if (was.position, was.root, was.configured) != (row.position, row.root, row.configured)
        )
        | {row.id for row in new},
        frozenset(row.id for row, was in old if (was.protected, was.protect) != (row.protected, row.protect)),
    )


def _same(row: SourceRow | None, value: tuple[object, ...]) -> bool:
    if row is None or not row.configured:
        return False
    stored = (row.root, row.position, row.enabled, row.protected, json.dumps(row.protect), row.removable, row.name)
    return stored == (value[0], *value[2:])


def _forget_names(connection: sqlite3.Connection, gone: Sequence[SourceRow], first: int) -> None:
    for at, row in enumerate(gone):
        connection.execute(
            "UPDATE sources SET configured = 0, enabled = 0, position = ? WHERE id = ?", (first + at, row.id)
        )


def set_seen(database: Database, source_id: int, status: str, reason: str, *, online: bool) -> bool:
    """Store how a source was found; return whether that changed anything, so that the caller runs `derive`."""
    with database.read() as connection:
        before = connection.execute("SELECT status, reason, online FROM sources WHERE id = ?", (source_id,)).fetchone()
    if before == (status, reason, int(online)):
        return False
    with database.write() as connection:
        connection.execute(
            "UPDATE sources SET status = ?, reason = ?, online = ? WHERE id = ?", (status, reason, online, source_id)
        )
    return bool(before[2]) != online


def set_volume(database: Database, source_id: int, identity: str, *, known: bool, held: bool) -> None:
    """Store which volume lies at the root of a source, and whether anything lies in it."""
    with database.write() as connection:
        connection.execute(
            "UPDATE sources SET volume = ?, volume_known = ?, held = ? WHERE id = ?", (identity, known, held, source_id)
        )


def set_held(connection: sqlite3.Connection, source_id: int) -> None:
    """Note, inside the caller's transaction, that something lies in a source: ctk itself has put it there."""
    connection.execute("UPDATE sources SET held = 1 WHERE id = ? AND NOT held", (source_id,))


def set_scanned(database: Database, source_id: int, at: float, *, complete: bool) -> None:
    """Store when a scan of the source ended, and whether it walked all of it."""
    with database.write() as connection:
        connection.execute(
            "UPDATE sources SET last_scan = ?, complete_scan = CASE WHEN ? THEN ? ELSE complete_scan END WHERE id = ?",
            (at, complete, at, source_id),
        )
