"""The journal's entries and the files in quarantine, as the catalog's mirror tells them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ctk_tui.catalog import journal as table
from ctk_tui.catalog.holdings import holdings
from ctk_tui.model.journal import HeldFile, HistoryEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.catalog.connection import Database
    from ctk_tui.catalog.journal import Head
    from ctk_tui.files.places import Places
    from ctk_tui.files.reversal import Known, Reverser
    from ctk_tui.model.journal import EntryState

HELD = ("quarantine", "remove", "discard")
"""Steps that put a file into quarantine."""


def history(database: Database, places: Places, *, running: bool) -> list[HistoryEntry]:
    """Return all entries, newest first.

    Args:
        database: the catalog.
        places: all sources.
        running: whether an apply or an undo runs now: what is begun is then not interrupted.
    """
    return [entry_of(head, places) for head in table.heads(database) if not (running and head.state == "begun")]


def entry_of(head: Head, places: Places) -> HistoryEntry:
    """Return an entry of the mirror for eyes."""
    grounds = [places.by_name(line["source"]) for line in head.data["journals"] if line["source"]]
    operations = sum(head.steps.get(state, 0) for state in ("done", "undone", "emptied"))
    undoes = head.data.get("undoes") or [""]
    return HistoryEntry(
        head.entry, head.at, head.kind, _state(head, operations), operations, head.size,  # type: ignore[arg-type]
        str(head.data.get("query", "")), str(undoes[0]),
        any(ground is None or not ground.online for ground in grounds),
    )  # fmt: skip


def _state(head: Head, operations: int) -> EntryState:
    if head.state == "begun":
        return "interrupted"
    live, emptied = head.steps.get("done", 0), head.steps.get("emptied", 0)
    if head.kind == "empty":
        return "emptied"
    if not live:
        return "emptied" if emptied else "undone"
    complete = live == operations and live >= int(head.data.get("planned") or 0)
    return "applied" if complete else "partial"


def held(database: Database, reverser: Reverser, older_than_days: float = 0.0) -> list[Known]:
    """Return the steps that put what is in quarantine there, oldest first; links too.

    Args:
        database: the catalog.
        reverser: resolves paths.
        older_than_days: only those that went there longer ago.
    """
    before = time.time() - older_than_days * 86400
    rows = [row for row in table.all_done(database) if row.op in HELD and not row.data.get("again")]
    return [reverser.known(row) for row in reversed(rows) if row.at <= before]


def held_files(database: Database, every: Sequence[Known]) -> list[HeldFile]:
    """Return steps that `held` gave as files in quarantine, without links.

    Args:
        database: the catalog.
        every: the steps.
    """
    ids = {one.step.audio_id for one in every if one.step.audio_id is not None}
    copies = {
        audio_id: len({path.copy for path in paths if path.state == "present" and path.online})
        for audio_id, paths in holdings(database, ids).items()
    }
    return [_file(one, copies.get(one.step.audio_id or 0, 0)) for one in every if one.record.link is None]


def _file(one: Known, copies: int) -> HeldFile:
    step, root = one.step, one.record.source.root
    source = "" if root.startswith("@") else root
    return HeldFile(
        step.entry, step.number, one.record.at, source, step.path, step.target, step.size, one.offline, step.audio_id,
        copies,
    )  # fmt: skip
