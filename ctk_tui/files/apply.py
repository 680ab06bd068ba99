"""Doing what a plan says: one file after the other, each proved now, what is not as it should be left alone."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.disk.mounts import on_one_mount
from ctk_tui.files import change
from ctk_tui.files.ahead import read_ahead
from ctk_tui.files.change import Facts, Name
from ctk_tui.files.looks import Stamp, may_change
from ctk_tui.files.names import cannot_hold
from ctk_tui.files.proof import Held, catalogued, hold, keeper_of, require_fingerprint
from ctk_tui.files.refusing import NotDoneError, copy_stays, from_system
from ctk_tui.files.shelf import Shelves
from ctk_tui.files.sidecars import belongs
from ctk_tui.files.transfer import copy
from ctk_tui.files.way import Ways
from ctk_tui.model.errors import Cancelled, FileError
from ctk_tui.model.plan import LEFT_LINK, SIDECAR, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.catalog.connection import Database
    from ctk_tui.files.entry import Entry
    from ctk_tui.files.journal import Journal
    from ctk_tui.files.places import Places
    from ctk_tui.model.job import Job
    from ctk_tui.model.plan import Operation, Plan

COUNTERS = {
    "quarantine": "quarantined", "move": "moved", "rename": "renamed", "copy": "copied", "symlink": "copied",
    "hardlink": "copied",
}  # fmt: skip


@dataclass(slots=True)
class Apply:
    """Applies one plan.

    Args:
        database: the catalog.
        places: all sources.
        entry: the journal's entry.
        job: counters, and whether to go on.
        outside: the folder outside every source that the user named as a target, links followed; none where empty.
    """

    database: Database
    places: Places
    entry: Entry
    job: Job
    outside: tuple[bytes, ...] = ()
    failed: list[Refusal] = field(default_factory=list)
    bytes_done: int = 0
    _shelves: Shelves = field(default_factory=Shelves)
    _ways: Ways = field(init=False)
    _owner: Operation | None = None
    """The last operation that was no sidecar, None where it failed."""

    def __post_init__(self) -> None:
        self._ways = Ways(self.places, self.entry, self.outside, shelves=self._shelves)

    def run(self, plan: Plan) -> None:
        """Do every operation; what is refused is told in `failed`."""
        self.job.stage = "apply"
        self.job.total = plan.totals.files
        with contextlib.suppress(Cancelled):
            for operation in read_ahead(self.places, plan.operations):
                self.job.check()
                self._one(operation)

    def _one(self, operation: Operation) -> None:
        try:
            self._do(operation)
        except NotDoneError as error:
            self._refuse(error.refusal(operation.path), operation)
        except (OSError, FileError) as error:
            self._refuse(from_system(error).refusal(operation.path), operation)
        else:
            if operation.reason not in (SIDECAR, LEFT_LINK):
                self._owner = operation
            if operation.reason != LEFT_LINK:
                self.job.bump(COUNTERS[operation.op])
                self.job.bump("bytes", operation.file_size)
                self.bytes_done += operation.file_size
        if operation.reason != LEFT_LINK:
            self.job.done += 1

    def _refuse(self, refusal: Refusal, operation: Operation) -> None:
        self.failed.append(refusal)
        self.job.bump("refused")
        if operation.reason not in (SIDECAR, LEFT_LINK):
            self._owner = None

    def _do(self, operation: Operation) -> None:
        if operation.reason == LEFT_LINK:
            self._leave_link(operation)
            return
        place = self.places.find(operation.path)
        if place is None:
            raise NotDoneError("outside", "it lies in no source")
        takes_away = operation.op in ("quarantine", "move", "rename")
        if takes_away:
            may_change(place.ground, place.rel)
        stamp = Stamp(operation.file_size, operation.mtime_ns, operation.inode)
        if operation.reason == SIDECAR:
            self._require_owner(operation)
        holding = None if operation.reason == SIDECAR else catalogued(self.database, place)
        with hold(self.places, place, stamp, change=takes_away) as held:
            if operation.op == "quarantine" and operation.keeper is not None:
                with keeper_of(self.database, self.places, operation, held, self.job.check) as keeper:
                    facts = Facts("quarantine", digest=keeper.digest, keeper=operation.keeper)
                    self.quarantine(held, facts, keeper.still)
                return
            if operation.op == "quarantine" and holding is not None and not operation.last:
                raise NotDoneError("keeper", "it has no keeper and is not marked as the last copy")
            value = require_fingerprint(held, holding) if holding is not None else None
            if operation.op == "quarantine":
                self.quarantine(held, Facts("quarantine", fingerprint=value))
            else:
                self._to_target(operation, held, Facts(operation.op, fingerprint=value))

    def _require_owner(self, operation: Operation) -> None:
        """A sidecar is in no catalog: it goes only with its owner, which the plan names just before it."""
        owner = self._owner
        if owner is None:
            raise NotDoneError("skipped", "its owner stays, so it does")
        here, owner_here = os.path.split(operation.path), os.path.split(owner.path)
        if owner.op != operation.op or here[0] != owner_here[0] or not belongs(here[1], owner_here[1]):
            raise NotDoneError("outside", "it is no sidecar of the file before it")

    def quarantine(self, held: Held, facts: Facts, still: Callable[[], str] = lambda: "") -> None:
        """Rename a file into the quarantine folder of its volume.

        Args:
            held: the file, proved.
            facts: what the journal says of it.
            still: says afterwards what is wrong with what the removal relied on.

        Raises:
            NotDoneError: it is where it was.
        """
        journal = self.entry.journal(self._shelves.of(held.place.ground, held.place.folder))
        here = Name(held.folder, held.place.name)
        change.to_shelf(self.entry, journal, facts, here, held.place.folder, held.file, still)

    def _to_target(self, operation: Operation, held: Held, facts: Facts) -> None:
        target = operation.target
        assert target is not None  # for mypy: the plan was checked
        self._check_target(target)
        folder, journal = self._ways.open(target, held.place)
        with folder:
            here, there = Name(held.folder, held.place.name), Name(folder, os.path.basename(target))
            if operation.op in ("move", "rename") and on_one_mount(held.folder, folder):
                change.rename(self.entry, journal, facts, here, there, held.file)
            elif operation.op == "move":
                self._move_across(journal, held, here, there)
            elif operation.op == "rename":
                raise NotDoneError("volume", "its folder lies on another volume now")
            elif operation.op == "hardlink":
                change.hardlink(self.entry, journal, here, there, held.file)
            elif operation.op == "symlink":
                change.symlink(self.entry, journal, operation.path, there)
            else:
                copy(self.entry, journal, "copy", here, there, held.file, self.job.check)

    def _check_target(self, target: bytes) -> None:
        place = self.places.find(target)
        wrong = cannot_hold(os.path.basename(target), place.ground.fstype if place is not None else "")
        if wrong:
            raise NotDoneError("name", wrong)

    def _move_across(self, journal: Journal, held: Held, here: Name, there: Name) -> None:
        """Copy a file to another volume, prove the copy, and only then quarantine the original."""
        record = copy(self.entry, journal, "move", here, there, held.file, self.job.check)
        self.entry.flush()  # the copy is on its disk before anything happens to the original
        with there.folder.open(there.name) as copied:
            wrong = lambda: change.differs(there, copied.status)  # noqa: E731  it speaks of this file alone
            facts = Facts("quarantine", digest=record.digest, keeper=there.path, half=True)
            try:
                self.quarantine(held, facts, wrong)
            except NotDoneError as refused:
                # The original stays, so its copy does not: it goes where removed files go, and nothing is unlinked.
                self.entry.done -= 1
                taken = Facts("discard", digest=record.digest, half=True, undoes=(self.entry.id, record.number))
                try:
                    change.to_shelf(self.entry, journal, taken, there, b"", copied)
                except (NotDoneError, OSError, FileError) as error:
                    stays = _copy_stays(journal, there, error)
                    raise NotDoneError(refused.kind, f"{refused.message}; {stays.message}") from error
                raise
            except (OSError, FileError) as error:
                # Whether the original went, only a look at the disk tells: a recovery takes one.
                self.entry.done -= 1
                raise _copy_stays(journal, there, error) from error

    def _leave_link(self, operation: Operation) -> None:
        owner = self._owner
        if owner is None:
            return  # the file is where it was
        if owner.op != "move" or (owner.target, owner.path) != (operation.path, operation.target):
            raise NotDoneError("outside", "it is not the link that the move before it leaves")
        folder, journal = self._ways.open(owner.path, None)
        with folder:
            change.symlink(
                self.entry, journal, operation.path, Name(folder, os.path.basename(owner.path)), half=True
            )  # fmt: skip


def _copy_stays(journal: Journal, there: Name, error: NotDoneError | OSError | FileError) -> NotDoneError:
    """Leave a copy, which may be one too many, to a recovery; return the reason."""
    why = error if isinstance(error, NotDoneError) else from_system(error, writes=there.folder.path)
    stays = copy_stays(there.path, why)
    journal.leave_open(stays)
    return stays
