"""What the catalog is told of an entry: the journal's mirror, and the paths as they are now, in one transaction."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.catalog import changes, files, journal, sources
from ctk_tui.catalog.ingest import Ingest
from ctk_tui.disk.volume import identify
from ctk_tui.files.record import line_of, path_fields, path_of, root_line
from ctk_tui.model.reading import FoundFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctk_tui.catalog.connection import Connection, Database
    from ctk_tui.disk.volume_kinds import Volume
    from ctk_tui.files.places import Ground, Places
    from ctk_tui.files.record import Line, Record, Ref, Root
    from ctk_tui.files.shelf import Shelf

BATCH = 200
"""Steps a transaction, about 40 ms."""
PATIENCE = 0.5
"""Seconds that a step waits at most to be told."""


@dataclass(frozen=True, slots=True)
class _Told:
    entry: str
    record: Record
    shelf: int
    """Which of the entry's quarantine folders."""
    volume_id: int
    """Of the target's folder, 0 where that does not matter."""


@dataclass(slots=True)
class Mirror:
    """Brings the catalog up to date, some steps at a time.

    Args:
        database: the catalog.
        places: all sources.
        identify: from a folder to its volume.
    """

    database: Database
    places: Places
    identify: Callable[[bytes], Volume] = identify
    _waiting: list[_Told] = field(default_factory=list)
    _since: float = 0.0
    _heads: dict[str, Line] = field(default_factory=dict)
    _volumes: dict[int, int] = field(default_factory=dict)

    def begin(self, entry: str, at: float, kind: str, more: Line) -> None:
        """Tell of an entry, before its first change.

        Args:
            entry: its id.
            at: seconds since the epoch.
            kind: see EntryKind.
            more: query, plan, planned and undoes.
        """
        if entry not in self._heads:
            known = journal.plain_heads(self.database, [entry])
            self._heads[entry] = known[0].data if known else {**more, "journals": []}
            if not known:
                with self.database.write() as connection:
                    journal.begin(connection, entry, at, kind, self._heads[entry])

    def shelf(self, entry: str, shelf: Shelf, roots: Mapping[str, Root]) -> int:
        """Tell where a journal of an entry lies; return its number among the entry's."""
        head = self._heads[entry]
        line = _shelf_line(shelf, roots)
        known = head["journals"]
        for index, other in enumerate(known):
            if all(other.get(name) == line.get(name) for name in ("source", "place", "place_b64", "parent")):
                if other != line:
                    known[index] = line
                    self._store_head(entry)
                return index
        known.append(line)
        self._store_head(entry)
        return len(known) - 1

    def _store_head(self, entry: str) -> None:
        with self.database.write() as connection:
            journal.begin(connection, entry, 0.0, "", self._heads[entry])

    def settle(self, entry: str, record: Record, shelf: int) -> None:
        """Take a step that is done or back; the catalog is told of it soon."""
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append(_Told(entry, record, shelf, self._volume(record)))
        if len(self._waiting) >= BATCH or time.monotonic() - self._since > PATIENCE:
            self.flush()

    def end(self, entry: str) -> None:
        """Note that an entry came to its end."""
        self.flush()
        with self.database.write() as connection:
            journal.end(connection, entry)

    def flush(self) -> None:
        """Tell the catalog of all steps that wait."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        ingest = Ingest(time.time())
        with self.database.write() as connection:
            touched: set[int] = set()
            for told in waiting:
                touched |= self._one(connection, ingest, told)
            changes.settle(connection, touched)

    def _one(self, connection: Connection, ingest: Ingest, told: _Told) -> set[int]:
        record = told.record
        undone = journal.step(connection, *record.undoes) if record.undoes else None
        audio_id = self._audio(connection, record, undone)
        source = self._ground(record.source)
        data = {**line_of(record), "audio": audio_id, "shelf": told.shelf}
        row = journal.Row(
            told.entry, record.number, record.at, record.op, record.state, source.name if source else "", data
        )
        if not journal.store(connection, row) or record.state != "done":
            return set()
        if record.op == "empty":
            return self._emptied(connection, ingest, undone)
        if record.undoes:
            journal.turn(connection, *record.undoes, live=False)
        return self._changed(connection, ingest, told, audio_id)

    def _audio(self, connection: Connection, record: Record, undone: journal.Row | None) -> int | None:
        if undone is not None:
            known: int | None = undone.data.get("audio")
            return known
        ground = self._ground(record.source)
        return changes.audio_at(connection, ground.id, record.source.rel) if ground is not None else None

    def _ground(self, ref: Ref) -> Ground | None:
        return self.places.by_name(ref.root) if ref.root and not ref.root.startswith("@") else None

    def _changed(self, connection: Connection, ingest: Ingest, told: _Told, audio_id: int | None) -> set[int]:
        record = told.record
        source, target = self._ground(record.source), self._ground(record.target)
        if target is not None and not record.target.rel.startswith(b"."):
            sources.set_held(connection, target.id)
        if target is not None and not target.takes(record.target.rel):
            target = None  # excluded there: for the catalog it has left
        creates = record.temporary is not None or record.op == "hardlink"
        if record.link is not None:
            return set()  # a scan takes no symbolic links
        if creates:
            file = self._found(record, target, told.volume_id) if target is not None else None
            return changes.came(connection, ingest, file, audio_id) if file is not None else set()
        if source is not None and record.target.root == "":
            return changes.quarantined(connection, source.id, record.source.rel)
        if source is not None and target is not None:
            file = self._found(record, target, changes.volume_of(connection, source.id, record.source.rel))
            return changes.moved(connection, ingest, source.id, record.source.rel, file)
        if source is not None:
            return changes.left(connection, ingest, source.id, record.source.rel, state="present")
        if target is not None and record.source.root == "":
            return changes.restored(connection, ingest, self._found(record, target, told.volume_id), audio_id)
        if target is not None:
            return changes.came(connection, ingest, self._found(record, target, told.volume_id), audio_id)
        return set()

    def _emptied(self, connection: Connection, ingest: Ingest, undone: journal.Row | None) -> set[int]:
        if undone is None:
            return set()
        journal.set_state(connection, undone.entry, undone.number, "emptied")
        ground = self.places.by_name(str(undone.data.get("from_root")))
        if ground is None:
            return set()
        rel = path_of(undone.data, "from")
        return changes.left(connection, ingest, ground.id, rel, state="quarantined")

    def _found(self, record: Record, target: Ground, volume_id: int) -> FoundFile:
        rel, stamp = record.target.rel, record.stamp
        return FoundFile(
            target.id, rel, stamp.size, stamp.mtime_ns, stamp.inode, volume_id, protected=target.protects(rel)
        )

    def _volume(self, record: Record) -> int:
        """Return the catalog's id of the volume on which a target lies, 0 for none that it has to know."""
        target = self._ground(record.target)
        if target is None or record.state != "done":
            return 0
        folder = os.path.dirname(target.full(record.target.rel))
        try:
            dev = os.stat(folder).st_dev
            if dev not in self._volumes:
                self._volumes[dev] = files.volume_id(self.database, self.identify(folder).identity)
            return self._volumes[dev]
        except OSError:
            return 0


def _shelf_line(shelf: Shelf, roots: Mapping[str, Root]) -> Line:
    line: Line = {"source": shelf.ground.name if shelf.ground else "", **path_fields(shelf.parent, "parent")}
    if shelf.place is not None:
        line |= path_fields(shelf.place, "place")
    return {**line, "roots": [root_line(root) for root in roots.values()]}
