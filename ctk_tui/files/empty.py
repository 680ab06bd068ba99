"""Taking files in quarantine away for good: the only place where ctk unlinks a file of the user's."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from ctk_tui.catalog.holdings import alike
from ctk_tui.disk.compare import equal_digest
from ctk_tui.disk.mounts import same_file
from ctk_tui.files.change import Facts, make_record
from ctk_tui.files.draft import stamp
from ctk_tui.files.places import is_unsafe
from ctk_tui.files.proof import hold
from ctk_tui.files.refusing import NotDoneError, from_system
from ctk_tui.files.shelf import open_inside
from ctk_tui.files.steps import step
from ctk_tui.model.errors import Cancelled, FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ctk_tui.catalog.connection import Database
    from ctk_tui.disk.folder import Folder
    from ctk_tui.disk.safe_open import OpenFile
    from ctk_tui.files.entry import Entry
    from ctk_tui.files.looks import Stamp
    from ctk_tui.files.places import Place, Places
    from ctk_tui.files.proof import Held
    from ctk_tui.files.reversal import Known
    from ctk_tui.files.shelf import Shelf
    from ctk_tui.model.job import Job
    from ctk_tui.model.plan import Refusal


@dataclass(slots=True)
class Emptier:
    """Unlinks files in quarantine whose content is proved to be elsewhere.

    Args:
        database: the catalog.
        places: all sources.
        entry: the journal's entry.
        job: counters, and whether to go on.
        last_copies: whether files without a copy may go.
    """

    database: Database
    places: Places
    entry: Entry
    job: Job
    last_copies: bool
    failed: list[Refusal] = field(default_factory=list)
    bytes_done: int = 0

    def run(self, files: Sequence[tuple[Known, Shelf]]) -> None:
        """Unlink files; what stays is told in `failed`."""
        self.job.stage = "empty"
        self.job.total = len(files)
        with contextlib.suppress(Cancelled):
            for known, shelf in files:
                self.job.check()
                try:
                    self._one(known, shelf)
                except NotDoneError as error:
                    self.failed.append(error.refusal(known.step.path))
                except (OSError, FileError) as error:
                    self.failed.append(from_system(error).refusal(known.step.path))
                else:
                    self.bytes_done += known.step.size
                    self.job.bump("emptied")
                self.job.done += 1

    def _one(self, known: Known, shelf: Shelf) -> None:
        journal = self.entry.journal(shelf)
        folder, name = os.path.split(known.record.target.rel)
        with contextlib.ExitStack() as stack:
            here = stack.enter_context(open_inside(journal.folder, folder, make=False))
            status = here.look(name)
            if status is None:
                raise NotDoneError("missing", "not in quarantine any more")
            still: Callable[[], bool] = lambda: True  # noqa: E731  the usual case is below
            if not stat.S_ISLNK(status.st_mode):
                held = stack.enter_context(here.open(name))
                if (held.size, held.mtime_ns) != (known.record.stamp.size, known.record.stamp.mtime_ns):
                    raise NotDoneError("changed", "changed in quarantine: look at it yourself")
                still = stack.enter_context(self._proved(known, held))
                status = held.status
            self._unlink(known, shelf, here, name, status, still)

    def _unlink(
        self, known: Known, shelf: Shelf, here: Folder, name: bytes, status: os.stat_result, still: Callable[[], bool]
    ) -> None:
        journal = self.entry.journal(shelf)
        path = here.full(name)
        facts = Facts("empty", undoes=(known.step.entry, known.step.number))
        record = make_record(self.entry, journal, facts, path, path, status)
        self.entry.begin(journal, record)
        now = here.look(name)
        if now is None or not same_file(now, status) or not still():
            self.entry.settle(journal, record, done=False, reason="changed at the last moment")
            raise NotDoneError("changed", "changed at the last moment")
        try:
            os.unlink(here.at(name), dir_fd=here.fd)
        except OSError as error:
            refused = from_system(error)
            self.entry.settle(journal, record, done=False, reason=refused.message)
            raise refused from error
        step("unlinked")
        journal.sync_later(here)
        self.entry.settle(journal, record, done=True)

    @contextlib.contextmanager
    def _proved(self, known: Known, held: OpenFile) -> Iterator[Callable[[], bool]]:
        """Find a copy outside of every quarantine, on another inode, and read both; held until the file is gone.

        Raises:
            NotDoneError: there is none, and last copies may not go.
        """
        for place, expected in self._candidates(known):
            with contextlib.ExitStack() as stack:
                try:
                    copy = stack.enter_context(hold(self.places, place, expected, change=False))
                    if same_file(copy.file.status, held.status):
                        continue
                    equal = equal_digest(
                        held, copy.file, self.job.check, path=known.step.target, other_path=place.path
                    )  # fmt: skip
                except (NotDoneError, FileError):
                    continue
                if equal is not None:
                    yield partial(_is_still, copy, expected)
                    return
        if not self.last_copies:
            raise NotDoneError("last", "no copy of it could be proved now")
        yield lambda: True

    def _candidates(self, known: Known) -> Iterator[tuple[Place, Stamp]]:
        if known.step.audio_id is None:
            return
        for one in alike(self.database, known.step.audio_id):
            place = self.places.find(one.path)
            if not one.cloud and place is not None and not is_unsafe(one.path):
                yield place, stamp(one)


def _is_still(copy: Held, expected: Stamp) -> bool:
    """Return whether a copy that is held open still has its name."""
    now = copy.folder.look(copy.place.name)
    return now is not None and expected.fits(now, coarse=copy.place.ground.coarse)
