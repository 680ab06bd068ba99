"""What can be taken back: steps in force, where their files are now, and what stands against it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.catalog import journal as table
from ctk_tui.disk.mounts import same_file
from ctk_tui.files.logbook import Logbook
from ctk_tui.files.record import path_of, record_of, root_of
from ctk_tui.files.sidecars import belongs
from ctk_tui.model.errors import UsageError
from ctk_tui.model.journal import JournalStep, Reversal
from ctk_tui.model.plan import Refusal
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ctk_tui.catalog.journal import Head, Row
    from ctk_tui.files.archive import Archive
    from ctk_tui.files.record import Record, Ref
    from ctk_tui.model.journal import EntryKind
    from ctk_tui.model.plan import RefusalKind

BACKWARDS = frozenset(("undo", "redo", "restore"))
"""Kinds of entries that take others back: what `undo` without a name passes over."""


@dataclass(frozen=True, slots=True)
class Known:
    """A step as the mirror or a journal tells it."""

    step: JournalStep
    record: Record
    offline: bool
    shelf: int = 0
    """Which of its entry's quarantine folders."""


@dataclass(slots=True)
class Reverser:
    """Finds what can be taken back.

    Args:
        archive: the quarantine folders.
    """

    archive: Archive
    _heads: dict[str, Head] = field(default_factory=dict)
    _books: dict[tuple[str, int], tuple[Logbook, bool]] = field(default_factory=dict)

    def head(self, entry: str) -> Head:
        """Return an entry.

        Raises:
            UsageError: there is none.
        """
        if entry not in self._heads:
            found = table.plain_heads(self.archive.database, [entry])
            if not found:
                raise UsageError(f"there is no journal entry {entry}", "`ctk history` lists them")
            self._heads[entry] = found[0]
        return self._heads[entry]

    def known(self, row: Row) -> Known:
        """Return a mirrored step with its paths as they are now."""
        record = record_of({**row.data, "n": row.number, "op": row.op})
        shelf = int(row.data.get("shelf", 0))
        book, offline = self._book(row.entry, shelf)
        path, target = (self._path(book, ref) for ref in (record.source, record.target))
        state = row.state
        gone = row.op == "empty"
        step = JournalStep(
            row.entry, row.number, row.op, path, b"" if gone else target, record.stamp.size,
            state,  # type: ignore[arg-type]  # the table holds no other words
            row.data.get("audio"),
        )  # fmt: skip
        return Known(step, record, offline, shelf)

    def _book(self, entry: str, number: int) -> tuple[Logbook, bool]:
        """Return an empty journal that resolves paths as the one of a mirrored entry, and whether it is offline."""
        key = (entry, number)
        if key not in self._books:
            line = self.head(entry).data["journals"][number]
            shelf = self.archive.shelf_of(entry, line)
            parent = shelf.parent if shelf is not None else path_of(line, "parent")
            roots = {root["root"]: root_of(root) for root in line["roots"]}
            offline = shelf is None or not os.path.lexists(shelf.path)
            self._books[key] = Logbook(parent, entry, self.archive.known(), roots=roots), offline
        return self._books[key]

    def _path(self, book: Logbook, ref: Ref) -> bytes:
        found = book.path(ref)
        if found is not None:
            return found
        ground = self.archive.places.by_name(ref.root)
        if ground is not None:
            return ground.full(ref.rel)
        root = book.roots.get(ref.root)
        return os.path.join(root.path, ref.rel) if root is not None else ref.rel

    def newest(self, among: Collection[str] | None = None) -> str:
        """Return the newest entry that has something in force and is no undo itself.

        Args:
            among: ids to look at, None for all.

        Raises:
            UsageError: there is none.
        """
        for head in table.heads(self.archive.database):
            if among is not None and head.entry not in among:
                continue
            if head.kind not in BACKWARDS and head.kind != "empty" and head.steps.get("done"):
                return head.entry
        raise UsageError("there is nothing to undo", "`ctk history` lists what was done")

    def whole(self, entry: str) -> Reversal:
        """Return the reversal of all that is in force of an entry.

        Raises:
            UsageError: there is no such entry, or nothing of it is in force.
        """
        head = self.head(entry)
        rows = [row for row in table.steps(self.archive.database, entry) if row.state == "done" and row.op != "discard"]
        if not rows or head.kind == "empty":
            what = "what was emptied is gone" if head.kind == "empty" else "nothing of it is in force any more"
            raise UsageError(f"{entry}: {what}", "`ctk history` lists what can be undone")
        kind: EntryKind = "redo" if head.kind in ("undo", "restore") else "undo"
        return self._reversal(kind, map(self.known, reversed(rows)))

    def some(self, ids: Collection[int], paths: Collection[bytes], entry: str | None) -> Reversal:
        """Return the reversal of what was done to some files: brought back from quarantine, or all of one entry.

        Args:
            ids: audio files.
            paths: where files were before, or folders around them, absolute.
            entry: only of this one.

        Raises:
            UsageError: there is nothing of the kind.
        """
        database = self.archive.database
        rows = table.all_done(database) if paths or entry else table.steps_of(database, ids)
        wanted = set(ids)
        every = [self.known(row) for row in rows if entry in (None, row.entry)]
        chosen = [
            one
            for one in every
            if ((one.record.op == "quarantine" and not one.record.again) or entry is not None)
            and (one.step.audio_id in wanted or _lies(one.step.path, paths))
        ]
        with_rest = self._with_rest(chosen, every if paths or entry else None)
        if not with_rest:
            raise UsageError("none of these files is in quarantine", "`ctk quarantine list` shows what is")
        return self._reversal("restore", with_rest)

    def _with_rest(self, chosen: Sequence[Known], every: Sequence[Known] | None) -> list[Known]:
        """Add what goes with steps: the copy on another volume that a quarantined original has, sidecars."""
        if every is None:
            entries = {one.step.entry for one in chosen}
            database = self.archive.database
            every = [
                self.known(row) for entry in entries for row in table.steps(database, entry) if row.state == "done"
            ]
        halves = {(one.step.entry, one.step.path) for one in chosen if one.record.half}
        owners: dict[tuple[str, bytes], list[bytes]] = {}
        for one in chosen:
            folder, name = os.path.split(one.step.path)
            owners.setdefault((one.step.entry, folder), []).append(name)
        found = {(one.step.entry, one.step.number): one for one in chosen}
        for one in every:
            folder, name = os.path.split(one.step.path)
            copied = one.record.temporary is not None and (one.step.entry, one.step.path) in halves
            beside = one.step.audio_id is None and any(
                belongs(name, owner) for owner in owners.get((one.step.entry, folder), ())
            )
            if copied or beside:
                found[one.step.entry, one.step.number] = one
        return [found[key] for key in sorted(found, reverse=True)]

    def _reversal(self, kind: EntryKind, every: Iterable[Known]) -> Reversal:
        steps: list[JournalStep] = []
        refused: list[Refusal] = []
        all_of_them = list(every)
        vacated = {one.step.target for one in all_of_them}
        for one in all_of_them:
            wrong = self._wrong(one, vacated)
            if wrong is None:
                steps.append(one.step)
            else:
                refused.append(Refusal(one.step.path, *wrong))
        entries = tuple(sorted({one.entry for one in steps}, reverse=True))
        size = sum(one.size for one in steps)
        return Reversal(kind, entries, tuple(steps), tuple(refused), size, self.archive.named)

    def _wrong(self, one: Known, vacated: Collection[bytes]) -> tuple[RefusalKind, str] | None:
        """Return what can be seen now that stands against a step's reversal; it is all looked at again when done.

        Args:
            one: the step.
            vacated: paths that other steps of the reversal free.
        """
        if one.offline:
            return "offline", "its volume is not there"
        places = self.archive.places
        for path in (one.step.path, one.step.target):
            place = places.find(path)
            if place is not None and not place.ground.online:
                return "offline", f"its source {place.ground.name} is offline: {place.ground.reason}"
            if (
                place is not None
                and place.ground.protects(place.rel)
                and not (_creates(one.record) and path == one.step.path)
            ):
                return "protected", f"protected in the source {place.ground.name}"
        if not os.path.lexists(one.step.target):
            return "missing", f"not where the journal says: {os.fsdecode(one.step.target)}"
        taken = not _creates(one.record) and one.step.path not in vacated and os.path.lexists(one.step.path)
        if taken and not _is_case_change(one.step):
            return "exists", "its name is taken by another file now"
        return None


def _creates(record: Record) -> bool:
    """Return whether a step made something, so that its first path only tells what it was made from."""
    return record.temporary is not None or record.op in ("hardlink", "symlink")


def _is_case_change(step: JournalStep) -> bool:
    """Return whether both names of a step are one on a case-blind volume."""
    if display(step.path).casefold() != display(step.target).casefold():
        return False
    try:
        return same_file(os.lstat(step.path), os.lstat(step.target))
    except OSError:
        return False


def _lies(path: bytes, wanted: Collection[bytes]) -> bool:
    return any(path == one or path.startswith(one.rstrip(b"/") + b"/") for one in wanted)
