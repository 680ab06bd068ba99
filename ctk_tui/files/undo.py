"""Taking steps back, the newest first: each is a rename the other way, checked and journaled like the first one."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from ctk_tui.disk.compare import equal_digest
from ctk_tui.disk.digest import digest
from ctk_tui.disk.fingerprint import fingerprint
from ctk_tui.disk.folder import open_below
from ctk_tui.disk.mounts import same_file
from ctk_tui.disk.stamps import same_time
from ctk_tui.files import change
from ctk_tui.files.change import Facts, Name
from ctk_tui.files.looks import may_change, stamp_of
from ctk_tui.files.refusing import NotDoneError, from_system
from ctk_tui.files.shelf import Shelf, open_inside
from ctk_tui.files.way import Ways
from ctk_tui.model.errors import Cancelled, FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ctk_tui.disk.safe_open import OpenFile
    from ctk_tui.files.entry import Entry
    from ctk_tui.files.logbook import Logbook
    from ctk_tui.files.places import Places
    from ctk_tui.files.record import Record, Ref
    from ctk_tui.model.job import Job
    from ctk_tui.model.plan import Refusal

Step = tuple["Logbook", "Record"]
"""A step that is taken back, and the journal that it stands in."""


@dataclass(slots=True)
class Undo:
    """Takes steps back.

    Args:
        places: all sources.
        entry: the new entry, which says so.
        shelf_of: the quarantine folder of a journal.
        origin: from a step to the one that it took back, None for none: a redo needs what the first one relied on.
        others: where else the catalog has the content of a step, absolute.
        job: counters, and whether to go on.
        outside: folders outside every source that the journals name.
        modes: permissions of folders that may have to be made again, by absolute path.
    """

    places: Places
    entry: Entry
    shelf_of: Callable[[Logbook], Shelf]
    origin: Callable[[Record], Step | None]
    others: Callable[[Logbook, Record], Iterable[bytes]]
    job: Job
    outside: tuple[bytes, ...] = ()
    modes: dict[bytes, int] = field(default_factory=dict)
    failed: list[Refusal] = field(default_factory=list)
    bytes_done: int = 0
    _ways: Ways = field(init=False)

    def __post_init__(self) -> None:
        self._ways = Ways(self.places, self.entry, self.outside, self.modes)

    def run(self, steps: Sequence[Step]) -> None:
        """Take steps back in this order; what is refused is told in `failed`."""
        self.job.stage = "undo"
        self.job.total = len(steps)
        with contextlib.suppress(Cancelled):
            for book, record in steps:
                self.job.check()
                self._one(book, record)
                self.job.done += 1

    def _one(self, book: Logbook, record: Record) -> None:
        path = book.path(record.source)
        try:
            self._take_back(book, record, path)
        except NotDoneError as error:
            refusal = error.refusal(path or record.source.rel)
        except (OSError, FileError) as error:
            refusal = from_system(error).refusal(path or record.source.rel)
        else:
            self.bytes_done += 0 if record.half else record.stamp.size
            self.job.bump("undone")
            return
        self.failed.append(refusal)
        self.job.bump("refused")

    def _take_back(self, book: Logbook, record: Record, old: bytes | None) -> None:
        now = book.path(record.target)
        if old is None or now is None:
            raise NotDoneError("offline", "its volume is not there")
        creates = record.temporary is not None or record.op in ("hardlink", "symlink")
        journal = self.entry.journal(self.shelf_of(book))
        facts = Facts(
            self._op(record, creates=creates), record.digest, record.fingerprint, None, record.link, record.half,
            (book.entry, record.number), again=record.op == "restore",
        )  # fmt: skip
        with contextlib.ExitStack() as stack:
            here = self._here(stack, record.target, now)
            held = self._held(stack, here, record)
            if record.half and record.link is not None and not creates and not os.path.lexists(record.link):
                raise NotDoneError("skipped", "the file that it led to did not move, so its link stays away")
            if creates:
                still = self._copy_stays(stack, book, record, old, here, held)
                change.to_shelf(self.entry, journal, facts, here, b"", held, still)
            elif record.source.root == "":
                still = self._keeper(stack, record, held)
                folder, name = os.path.split(record.source.rel)
                there = Name(stack.enter_context(open_inside(journal.folder, folder, make=True)), name)
                change.rename(self.entry, journal, facts, here, there, held, still)
            else:
                opened, _ = self._ways.open(old, None, journal)
                there = Name(stack.enter_context(opened), os.path.basename(old))
                change.rename(self.entry, journal, facts, here, there, held)

    def _op(self, record: Record, *, creates: bool) -> str:
        """Return what the taking back is called in the journal."""
        if creates:
            return "remove"
        if record.op in ("quarantine", "remove"):
            return "restore"
        if record.op == "restore":
            origin = self.origin(record)
            return origin[1].op if origin is not None else "quarantine"
        return record.op

    def _here(self, stack: contextlib.ExitStack, ref: Ref, now: bytes) -> Name:
        """Return where a file is now, in its open folder."""
        place = self.places.find(now)
        if place is not None:
            may_change(place.ground, place.rel, disabled=True)
        rel = ref.rel if ref.root else b".ctk-quarantine/" + ref.rel
        root = now[: len(now) - len(rel)].rstrip(b"/") or b"/"
        ways: list[tuple[int, int]] = []
        try:
            folder = open_below(root, os.path.dirname(rel), lambda passed: ways.append(passed.identity))
        except (OSError, FileError) as error:
            raise from_system(error, os.fsdecode(os.path.dirname(now))) from error
        stack.enter_context(folder)
        if not self.places.protected.isdisjoint(ways):
            raise NotDoneError("protected", "it lies in a protected folder")
        return Name(folder, os.path.basename(now))

    def _held(self, stack: contextlib.ExitStack, here: Name, record: Record) -> OpenFile | os.stat_result:
        """Return the file, open, or the look at a link; it must be what the step left there.

        Raises:
            NotDoneError: it is not there, or was changed since.
        """
        status = here.look()
        if status is None:
            raise NotDoneError("missing", f"not where the journal says: {os.fsdecode(here.path)}")
        if record.link is not None:
            if not stat.S_ISLNK(status.st_mode) or os.readlink(
                here.folder.at(here.name), dir_fd=here.folder.fd
            ) != record.link:  # fmt: skip
                raise NotDoneError("changed", "the link was changed since")
            return status
        held = stack.enter_context(here.folder.open(here.name))
        if (held.size, held.mtime_ns) != (record.stamp.size, record.stamp.mtime_ns) and not self._is_proved(
            here, held, record
        ):
            raise NotDoneError("changed", f"changed since: {os.fsdecode(here.path)}")
        copied = record.temporary is not None or record.op == "hardlink"
        doubtful = copied or stamp_of(held.status).inode != record.stamp.inode
        if doubtful and record.digest is not None and not self._is_proved(here, held, record):
            raise NotDoneError("changed", f"its bytes were changed since: {os.fsdecode(here.path)}")
        return held

    def _is_proved(self, here: Name, held: OpenFile, record: Record) -> bool:
        """Return whether a file has the digest of the journal, where another time or inode leaves it in doubt.

        Without a digest its ends have to do, and a time that the FAT family may show on a machine with another clock.
        """
        if held.size != record.stamp.size:
            return False
        if record.digest is None:
            near = same_time(held.mtime_ns, record.stamp.mtime_ns, coarse=True)
            return near and fingerprint(held.fd, held.size, path=here.path).value == record.fingerprint
        return digest(held.fd, held.size, self.job.check, path=here.path) == record.digest

    def _copy_stays(
        self,
        stack: contextlib.ExitStack,
        book: Logbook,
        record: Record,
        old: bytes,
        here: Name,
        held: OpenFile | os.stat_result,
    ) -> Callable[[], str]:
        """Prove that a copy which is taken away leaves another one: the original may have gone since.

        Raises:
            NotDoneError: it would leave none, or the original of a moved file is not back; the copy stays.
        """
        if isinstance(held, os.stat_result):
            return lambda: ""  # a symbolic link holds nothing
        if record.op == "move":
            return self._equal(stack, old, held, "the original")
        places = (old, *self.others(book, record))
        for path in places if record.op == "hardlink" else ():  # the original may have another name by now
            if _is_other_name(path, here, held):
                return partial(_other_name, path, here, held)
        for path in places:
            with contextlib.suppress(NotDoneError):
                return self._equal(stack, path, held, "another copy")
        raise NotDoneError("keeper", "it is the only copy now: the original is gone")

    def _keeper(
        self, stack: contextlib.ExitStack, record: Record, held: OpenFile | os.stat_result
    ) -> Callable[[], str]:
        """Prove the keeper of a removal that is done again; a removal of a last copy relied on none.

        Raises:
            NotDoneError: it is no copy any more; the file stays.
        """
        step = self.origin(record)
        if step is None or step[1].keeper is None or isinstance(held, os.stat_result):
            return lambda: ""
        keeper = step[0].path(step[1].keeper)
        if keeper is None:
            raise NotDoneError("keeper", "the volume of its keeper is not there")
        return self._equal(stack, keeper, held, "its keeper")

    def _equal(
        self, stack: contextlib.ExitStack, path: bytes, held: OpenFile | os.stat_result, what: str
    ) -> Callable[[], str]:
        """Open another copy, prove that it is the same, and return what looks at it once more afterwards."""
        place = self.places.find(path)
        root, rel = (place.ground.path, place.rel) if place is not None else os.path.split(path)
        try:
            folder = stack.enter_context(open_below(root, os.path.dirname(rel)))
            other = stack.enter_context(folder.open(os.path.basename(rel)))
        except (OSError, FileError) as error:
            raise NotDoneError("keeper", f"{what} cannot be read: {from_system(error).message}") from error
        if isinstance(held, os.stat_result) or same_file(other.status, held.status):
            raise NotDoneError("keeper", f"{what} is another name of the same file")
        if equal_digest(held, other, self.job.check, path=path, other_path=path) is None:
            raise NotDoneError("keeper", f"{what} is not the same any more: their bytes differ")
        return lambda: change.differs(Name(folder, os.path.basename(rel)), other.status)


def _other_name(path: bytes, here: Name, held: OpenFile) -> str:
    """Look once more for the further name of an open file; return what is wrong, "" for nothing."""
    return "" if _is_other_name(path, here, held) else "the original vanished at the last moment"


def _is_other_name(path: bytes, here: Name, held: OpenFile) -> bool:
    """Return whether a path is a further name of an open file, and not the same name by another way, as of a mount."""
    try:
        if not same_file(os.lstat(path), held.status):
            return False
        same_folder = same_file(os.stat(os.path.dirname(path)), os.stat(os.path.dirname(here.path)))
    except OSError:
        return False
    return not (same_folder and os.path.basename(path) == here.name)
