"""Doing what was planned and confirmed: apply, undo, recovery, history, quarantine."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from ctk_tui.catalog import journal as table
from ctk_tui.catalog.holdings import alike
from ctk_tui.disk.locks import is_held
from ctk_tui.disk.own import QUARANTINE
from ctk_tui.files import logbook
from ctk_tui.files.aftermath import Aftermath
from ctk_tui.files.apply import Apply
from ctk_tui.files.archive import Archive
from ctk_tui.files.empty import Emptier
from ctk_tui.files.entry import Entry
from ctk_tui.files.history import HELD, entry_of, held, held_files, history
from ctk_tui.files.mirror import Mirror
from ctk_tui.files.places import Ground, Places, is_unsafe
from ctk_tui.files.refusing import NotDoneError, next_step
from ctk_tui.files.reversal import Reverser
from ctk_tui.files.shelf import drop_empty
from ctk_tui.files.undo import Undo
from ctk_tui.jobs.runner import lock_path
from ctk_tui.model.errors import CatalogError, JournalError, Refused, UsageError
from ctk_tui.model.format import count
from ctk_tui.model.journal import Emptying, FilesReport
from ctk_tui.model.plan import PLAN_ID
from ctk_tui.toolkit.grounds import look_at_places
from ctk_tui.toolkit.unfinished import unfinished

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from ctk_tui.files.logbook import Logbook
    from ctk_tui.files.record import Record
    from ctk_tui.files.undo import Step
    from ctk_tui.model.job import Job
    from ctk_tui.model.journal import EntryKind, HeldFile, HistoryEntry, JournalStep, Recovery, Reversal
    from ctk_tui.model.plan import Plan, Refusal
    from ctk_tui.toolkit.toolkit import Toolkit

KINDS: dict[frozenset[str], EntryKind] = {
    frozenset({"move"}): "move", frozenset({"move", "symlink"}): "move", frozenset({"rename"}): "rename",
    frozenset({"copy"}): "copy", frozenset({"symlink"}): "copy", frozenset({"hardlink"}): "copy",
}  # fmt: skip


class Works:
    """Changes files, by the sources as they are when it begins.

    Args:
        toolkit: the open toolkit.
        named: folders with a quarantine in them that the user named.
    """

    def __init__(self, toolkit: Toolkit, named: tuple[bytes, ...] = ()) -> None:
        self._database = toolkit.database
        self._named = named
        self.places: Places = look_at_places(toolkit)
        self.mirror = Mirror(self._database, self.places)
        self.archive = Archive(self._database, self.places, self.mirror, named)

    def recover(self) -> list[Recovery]:
        """Bring interrupted operations to an end.

        Raises:
            JournalError: some have to wait until their volumes can be written; the others are at their end.
        """
        found = self.archive.recover()
        waiting = self.archive.stuck.values()
        if waiting:
            steps = dict.fromkeys(map(next_step, waiting))
            raise JournalError(
                f"operations are not at their end: {'; '.join(why.message for why in waiting)}",
                f"{', '.join(steps)}, then `ctk doctor --repair` brings them there", tuple(found),
            )  # fmt: skip
        return found

    # --- apply ---------------------------------------------------------------------------------------------------

    def apply(self, plan: Plan, to: Path | None, job: Job) -> FilesReport:
        """Do what a plan says."""
        recovered = tuple(self.archive.recover())
        outside: tuple[bytes, ...] = ()
        if to is not None:
            real = os.path.realpath(os.path.abspath(os.fsencode(to.expanduser())))
            outside = () if self.places.find_folder(real) is not None else (real,)
        kind = _kind_of(plan)
        entry = Entry(
            self.places, self.mirror, kind, plan.query, plan.id, plan.totals.files, outside=outside,
            blocked=self.archive.stuck,
        )  # fmt: skip
        work = Apply(self._database, self.places, entry, job, outside)
        with self._written(entry):
            work.run(plan)
            Aftermath(self.archive, entry).run()
            entry.end()
        return self._report(entry, kind, work.bytes_done, work.failed, recovered, job)

    @contextlib.contextmanager
    def _written(self, entry: Entry) -> Iterator[None]:
        """Close an entry at the end, however that comes."""
        try:
            try:
                yield
            finally:
                entry.close()
                self.mirror.flush()
        except CatalogError as error:
            if entry.began:
                error.hint += "; what was done stands in the journals: `ctk doctor --repair` tells the catalog"
            raise

    def _report(
        self,
        entry: Entry,
        kind: EntryKind,
        size: int,
        failed: Sequence[Refusal],
        recovered: Sequence[Recovery],
        job: Job,
    ) -> FilesReport:
        # Where nothing counts as done, a file may have gone all the same that could not be put back.
        name = entry.id if entry.done or table.in_force(self._database, entry.id) else ""
        return FilesReport(
            name, kind, entry.done, size, tuple(failed), tuple(recovered), _notes(failed, entry, self.archive.stuck),
            cancelled=job.cancelled,
        )  # fmt: skip

    # --- undo ----------------------------------------------------------------------------------------------------

    def reversal(self, entry: str | None, ids: Collection[int], paths: Collection[bytes], kind: str) -> Reversal:
        """Return what an undo or a restore would do."""
        self.archive.take_in_all()
        reverser = Reverser(self.archive)
        if kind == "restore" or ids or paths:
            return reverser.some(ids, paths, entry)
        return reverser.whole(entry or reverser.newest())

    def reversal_from(self, parent: bytes, entry: str | None) -> Reversal:
        """Return the same, by the journals of one quarantine folder: the catalog takes them in first."""
        try:
            entries, _ = logbook.entries_at(parent)
        except OSError as error:
            raise UsageError(f"{os.fsdecode(parent)}: no quarantine lies there", "name a .ctk-quarantine") from error
        except NotDoneError as error:
            raise Refused(error.message, "look at it yourself") from error
        self.archive.take_in_all()
        reverser = Reverser(self.archive)
        return reverser.whole(entry or reverser.newest(entries))

    def undo(self, reversal: Reversal, job: Job) -> FilesReport:
        """Take steps back."""
        recovered = tuple(self.archive.recover())
        every = self._books_of(reversal)
        self._know_roots(every)
        by_name = {
            (book.entry, number): (book, record) for book in every for number, record in book.records.items()
        }  # fmt: skip
        steps = [by_name[one.entry, one.number] for one in reversal.steps if (one.entry, one.number) in by_name]
        planned = sum(not record.half for _, record in steps)
        entry = Entry(
            self.places, self.mirror, reversal.kind, _query(every), "", planned, reversal.entries,
            outside=_outside(self.places, every), blocked=self.archive.stuck,
        )  # fmt: skip
        work = Undo(
            self.places, entry, lambda book: self.archive.shelf_at(book.parent),
            lambda record: _origin(record, by_name), self._others, job, entry.outside,
        )  # fmt: skip
        work.modes.update(
            (path, mode) for book in every for ref, (_, mode) in book.folders.items()
            if (path := book.path(ref)) is not None
        )  # fmt: skip
        with self._written(entry):
            work.run(steps)
            Aftermath(self.archive, entry).run()
            entry.end()
        failed = (*reversal.refused, *work.failed)
        return self._report(entry, reversal.kind, work.bytes_done, failed, recovered, job)

    def _others(self, book: Logbook, record: Record) -> list[bytes]:
        """Return where the catalog has the content of a step, elsewhere than where the step put it."""
        with self._database.read() as connection:
            row = table.step(connection, book.entry, record.number)
        audio_id = row.data.get("audio") if row is not None else None
        if audio_id is None:
            return []
        own = book.path(record.target)
        return [
            one.path
            for one in alike(self._database, audio_id)
            if one.online and one.path != own and not is_unsafe(one.path)
        ]

    def _books_of(self, reversal: Reversal) -> list[Logbook]:
        """Return the journals of the entries that are taken back, and of those that these took back before."""
        wanted = list(reversal.entries)
        found: dict[str, list[Logbook]] = {}
        while wanted:
            name = wanted.pop()
            if name not in found:
                found[name] = self.archive.books(name)
                wanted.extend(undone for book in found[name] for undone in book.head.get("undoes") or ())
        return [book for books in found.values() for book in books]

    def _know_roots(self, books: Sequence[Logbook]) -> None:
        """Take the roots that only a journal knows for sources: another machine's, a configuration's that is gone."""
        extra: dict[bytes, Ground] = {}
        for book in books:
            for name in book.roots:
                path = book.root(name)
                if path is None or name.startswith("@") or self.places.find_folder(path) is not None:
                    continue
                # Where the configuration means another folder by that name, the catalog must not take it for that.
                taken = self.places.by_name(name) is not None
                extra[path] = _journal_ground(f"@{name}" if taken else name, path, book.roots[name].volume)
        if extra:
            self.places = replace(self.places, grounds=(*self.places.grounds, *extra.values()))
            self.mirror.places = self.archive.places = self.places

    # --- history and quarantine ----------------------------------------------------------------------------------

    def history(self) -> list[HistoryEntry]:
        """Return all entries, newest first."""
        running = is_held(lock_path(self._database, "apply"))
        if not running and not self._database.read_only:
            self.archive.take_in_all()
        return history(self._database, self.places, running=running)

    def steps(self, entry: str) -> list[JournalStep]:
        """Return what an entry did."""
        reverser = Reverser(self.archive)
        reverser.head(entry)
        return [reverser.known(row).step for row in table.steps(self._database, entry)]

    def quarantine(self, older_than_days: float) -> list[HeldFile]:
        """Return the files in quarantine."""
        return held_files(self._database, held(self._database, Reverser(self.archive), older_than_days))

    def emptying(self, older_than_days: float) -> Emptying:
        """Return what emptying would take away."""
        files = tuple(one for one in self.quarantine(older_than_days) if not one.offline)
        alone = tuple(one for one in files if not one.copies)
        return Emptying(files, alone, sum(one.size for one in files))

    def empty(self, emptying: Emptying, *, last_copies: bool, job: Job) -> FilesReport:
        """Take files away for good."""
        recovered = tuple(self.archive.recover())
        reverser = Reverser(self.archive)
        entry = Entry(
            self.places, self.mirror, "empty", "quarantine empty", "", len(emptying.files), blocked=self.archive.stuck
        )
        work = Emptier(self._database, self.places, entry, job, last_copies)
        wanted = {(one.entry, one.number) for one in emptying.files}
        names = {one.entry for one in emptying.files}
        files = []
        for known in held(self._database, reverser):
            # A link that an undo took away holds nothing: it goes along.
            link = known.record.link is not None and known.step.entry in names
            line = reverser.head(known.step.entry).data["journals"][known.shelf]
            shelf = self.archive.shelf_of(known.step.entry, line)
            if shelf is not None and (link or (known.step.entry, known.step.number) in wanted):
                files.append((known, shelf))
        with self._written(entry):
            work.run(files)
            entry.end()
        for known, shelf in files:
            drop_empty(shelf.path, known.step.entry)
        return self._report(entry, "empty", work.bytes_done, work.failed, recovered, job)


def interrupted(toolkit: Toolkit) -> list[HistoryEntry]:
    """Return the entries that never came to their end: asked of the catalog alone, so that every command can."""
    names = unfinished(toolkit)
    if not names:
        return []
    return [entry_of(head, Places(())) for head in table.heads(toolkit.database, names)]


def quarantine_parent(folder: Path) -> tuple[bytes, str | None]:
    """Return the folder around a quarantine folder, and the entry where the user named the folder of one."""
    path = os.path.abspath(os.fsencode(folder.expanduser()))
    above, name = os.path.split(path)
    if name == QUARANTINE:
        return above, None
    if os.path.basename(above) == QUARANTINE and PLAN_ID.fullmatch(os.fsdecode(name)):
        return os.path.dirname(above), os.fsdecode(name)
    return path, None


def _kind_of(plan: Plan) -> EntryKind:
    ops: set[str] = set()
    keepers = False
    for operation in plan.operations:
        ops.add(operation.op)
        keepers = keepers or operation.keeper is not None
    if ops == {"quarantine"}:
        return "clean-up" if keepers and not plan.totals.last else "delete"
    return KINDS.get(frozenset(ops), "plan")


def _notes(failed: Sequence[Refusal], entry: Entry, blocked: Mapping[bytes, NotDoneError]) -> tuple[str, ...]:
    full = sum(one.kind == "space" for one in failed)
    notes = [f"{count(full, 'file')} did not fit: make room and apply again"] if full else []
    left = entry.left
    waiting = [
        (f"what was done is done, its last lines are missing: {why.message}", why)
        for parent, why in entry.stuck.items()
        if parent not in left
    ]
    waiting += [(why.message, why) for why in left.values()]
    waiting += [(why.message, why) for why in blocked.values()]
    notes += [f"{said}; {next_step(why)}, then `ctk doctor --repair`" for said, why in waiting]
    return tuple(notes)


def _query(books: Sequence[Logbook]) -> str:
    return next((str(book.head.get("query", "")) for book in books), "")


def _outside(places: Places, books: Sequence[Logbook]) -> tuple[bytes, ...]:
    """Return the folders outside every source that journals name."""
    found = []
    for book in books:
        for name, root in book.roots.items():
            if name.startswith("@"):
                path = book.root(name) or root.path
                if places.find_folder(path) is None:
                    found.append(path)
    return tuple(dict.fromkeys(found))


def _origin(record: Record, by_name: dict[tuple[str, int], Step]) -> Step | None:
    """Return the step that a chain of undos goes back to, where that put a file into quarantine."""
    while record.undoes is not None and record.undoes in by_name:
        book, record = by_name[record.undoes]
        if record.op in HELD:
            return book, record
    return None


def _journal_ground(name: str, path: bytes, volume: str) -> Ground:
    """Return a source that only a journal knows: nothing is protected there, and no scan looks at it."""
    return Ground(
        -1, name, path.rstrip(b"/"), enabled=True, online=True, reason="", volume=volume, fstype="",
        case_blind=False, coarse=False, quarantine=b"", protects=lambda _: False, takes=lambda _: False,
    )  # fmt: skip
