"""Looking at the root of a source with what the catalog knows of ctk's own work there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.catalog import journal, sources
from ctk_tui.disk.own import QUARANTINE
from ctk_tui.scan.roots import look, volume_of

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Database
    from ctk_tui.catalog.sources import SourceRow
    from ctk_tui.disk.volume_kinds import Volume
    from ctk_tui.scan.roots import Look


def look_at(database: Database, row: SourceRow, *, accept_volume: bool = False, accept_empty: bool = False) -> Look:
    """Look at the root of a source; arguments as for `scan.roots.look`."""
    return look(
        row, accept_volume=accept_volume, accept_empty=accept_empty, is_ours=lambda volume: _has_ours(database, volume)
    )


def _has_ours(database: Database, volume: Volume) -> bool:
    """Return whether a quarantine folder with an entry of this catalog lies on a volume.

    It is what tells a drive without an identity from the empty folder that it leaves when it is unmounted.
    """
    from ctk_tui.files.record import shelf_parent  # here: hardly any look gets this far, and every command looks

    roots = {row.name: row.path for row in sources.rows(database)}
    entries: dict[bytes, list[bytes]] = {}
    for head in journal.plain_heads(database):
        for line in head.data["journals"]:
            parent = shelf_parent(line, roots.get(line["source"]))
            entries.setdefault(parent, []).append(head.entry.encode())
    for parent, names in entries.items():
        there = volume_of(Path(os.fsdecode(parent)))
        if there is not None and there.identity == volume.identity:
            shelf = os.path.join(parent, QUARANTINE)
            if any(os.path.isdir(os.path.join(shelf, name)) for name in names):
                return True
    return False
