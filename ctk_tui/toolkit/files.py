"""Changing the user's files: plans that are shown first, applied, journaled, and taken back on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ctk_tui.files import planfile
from ctk_tui.files.review import review, without
from ctk_tui.model.errors import Refused
from ctk_tui.model.format import count
from ctk_tui.toolkit.fileworks import Works, interrupted, quarantine_parent
from ctk_tui.toolkit.grounds import look_at_places
from ctk_tui.toolkit.planning import Planner

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from ctk_tui.model.job import Job
    from ctk_tui.model.journal import Emptying, FilesReport, HeldFile, HistoryEntry, JournalStep, Recovery, Reversal
    from ctk_tui.model.plan import CopyAs, FolderReview, OnExists, Plan
    from ctk_tui.model.query.nodes import Query
    from ctk_tui.toolkit.toolkit import Toolkit

T = TypeVar("T")
REMEMBERED = 32
"""Plans whose target folder is remembered."""


class FilesFacade:
    """Plans, apply, undo, quarantine. Nothing is touched by what is called `plan_…`, `reversal…` or `emptying`.

    A front end makes a plan (or reads one), shows it with `review`, asks, and hands the same object to `apply`; the
    same with `reversal` and `undo`, `emptying` and `empty`. What cannot be done stands in the plan with its reason.

    Where a method takes `ids` and `query`: of each audio file those paths are meant at which the query holds; without
    a query the path that lists show. `paths` are exact paths beside them. The order is the one that is given.

    Args:
        toolkit: the open toolkit.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit = toolkit
        self._targets: dict[str, Path] = {}

    def _run(self, kind: str, work: Callable[[Job], T], job: Job | None) -> T:
        return self._toolkit.jobs.run(kind, work, job=job)

    def _to(self, plan: Plan, to: Path) -> Plan:
        """Remember the folder that the user named as a plan's target."""
        self._targets[plan.id] = to
        while len(self._targets) > REMEMBERED:
            del self._targets[next(iter(self._targets))]
        return plan

    # --- plans ---------------------------------------------------------------------------------------------------

    def plan_duplicates(
        self,
        only: Collection[int] | None = None,
        *,
        rules: Sequence[str] | None = None,
        keepers: Collection[bytes] = (),
        with_sidecars: bool = False,
        query: str = "",
        job: Job | None = None,
    ) -> Plan:
        """Plan to remove all but the keeper of every exact group; never a last copy.

        Protected copies stay besides the keeper; names of one inode go together or not at all.

        Args:
            only: ids of audio files to look at, None for all.
            rules: keep rules, first decides; None for those of the configuration.
            keepers: paths of copies that stay, whatever the rules say; where one cannot stay, the rules decide.
            with_sidecars: whether .asd, .sfk, .reapeaks and .cue files go along.
            query: what the user asked for, for the plan's head.
            job: counts the files looked at, and may be cancelled.

        Raises:
            UsageError: there is no such rule.
        """
        planner = Planner(self._toolkit, query, with_sidecars=with_sidecars, job=job, keepers=keepers)
        return planner.duplicates(only, rules)

    def plan_delete(
        self,
        ids: Sequence[int],
        *,
        query: Query | None = None,
        paths: Sequence[bytes] = (),
        keepers: Collection[bytes] = (),
        with_sidecars: bool = False,
        words: str = "",
        job: Job | None = None,
    ) -> Plan:
        """Plan to quarantine files.

        Of a content with several copies one that is online and verified always stays: the keeper is one that was not
        asked for, else the rules choose. A content with one copy becomes a `last` line, which `apply` refuses unless
        it is told otherwise.

        Args:
            ids: audio files.
            query: narrows which of their paths are meant.
            paths: exact paths, absolute.
            keepers: paths of copies that stay before those that the rules would choose.
            with_sidecars: whether sidecars go along.
            words: what the user asked for, for the plan's head.
            job: counts, and may be cancelled.
        """
        planner = Planner(self._toolkit, words, with_sidecars=with_sidecars, job=job, keepers=keepers)
        return planner.delete(planner.choose(ids, query, paths))

    def plan_move(
        self,
        ids: Sequence[int],
        to: Path,
        *,
        query: Query | None = None,
        paths: Sequence[bytes] = (),
        with_sidecars: bool = False,
        leave_symlink: bool = False,
        words: str = "",
        job: Job | None = None,
    ) -> Plan:
        """Plan to move files into a folder, by their names; one path of each audio file.

        Args:
            ids: audio files.
            to: a folder; made when the plan is applied. It may lie outside every source: the files leave the library.
            query: narrows which of their paths are meant.
            paths: exact paths, absolute.
            with_sidecars: whether sidecars go along.
            leave_symlink: whether a symbolic link is left in each file's old place, so that projects find it.
            words: what the user asked for, for the plan's head.
            job: counts, and may be cancelled.
        """
        planner = Planner(self._toolkit, words, with_sidecars=with_sidecars, job=job)
        return self._to(planner.move(planner.choose(ids, query, paths), to, leave_symlink=leave_symlink), to)

    def plan_rename(
        self,
        ids: Sequence[int],
        template: str,
        *,
        query: Query | None = None,
        paths: Sequence[bytes] = (),
        with_sidecars: bool = False,
        words: str = "",
        job: Job | None = None,
    ) -> Plan:
        """Plan to rename files in their folders; one path of each audio file.

        Args:
            ids: audio files, in the order in which {n} counts.
            template: `{category} {name} {n:03}`, or `s/old/new/` with the flags g and i.
            query: narrows which of their paths are meant.
            paths: exact paths, absolute, counted after `ids`.
            with_sidecars: whether sidecars are renamed too.
            words: what the user asked for, for the plan's head.
            job: counts, and may be cancelled.

        Raises:
            UsageError: the template is off; the message names the token.
        """
        planner = Planner(self._toolkit, words, with_sidecars=with_sidecars, job=job)
        return planner.rename(planner.choose(ids, query, paths), template)

    def names_to_edit(
        self, ids: Sequence[int], *, query: Query | None = None, paths: Sequence[bytes] = ()
    ) -> list[bytes]:
        """Return the absolute paths that `plan_rename_to` would rename, in order: what --edit shows, a name a line."""
        return [one.path for one in Planner(self._toolkit).choose(ids, query, paths).first()]

    def plan_rename_to(
        self,
        names: Sequence[tuple[bytes, bytes]],
        *,
        with_sidecars: bool = False,
        words: str = "",
        job: Job | None = None,
    ) -> Plan:
        """Plan to give files names that the user wrote.

        Args:
            names: absolute path and new file name (without a folder); equal names are left out.
            with_sidecars: whether sidecars are renamed too.
            words: what the user asked for, for the plan's head.
            job: counts, and may be cancelled.
        """
        planner = Planner(self._toolkit, words, with_sidecars=with_sidecars, job=job)
        return planner.rename_to(names)

    def plan_copy(
        self,
        ids: Sequence[int],
        to: Path,
        *,
        kind: CopyAs = "copy",
        tree: bool = False,
        on_exists: OnExists = "refuse",
        query: Query | None = None,
        paths: Sequence[bytes] = (),
        with_sidecars: bool = False,
        words: str = "",
        job: Job | None = None,
    ) -> Plan:
        """Plan to copy or link files into a folder; the library is not changed. The first online path of each is taken.

        Args:
            ids: audio files.
            to: a folder, in a source or not; made when the plan is applied.
            kind: copy, symlink or hardlink.
            tree: keep the folders below the source.
            on_exists: what happens where a name is taken.
            query: narrows which of their paths are meant.
            paths: exact paths, absolute.
            with_sidecars: whether sidecars are copied too.
            words: what the user asked for, for the plan's head.
            job: counts, and may be cancelled.
        """
        planner = Planner(self._toolkit, words, with_sidecars=with_sidecars, job=job)
        return self._to(planner.copy(planner.choose(ids, query, paths), to, kind, tree=tree, on_exists=on_exists), to)

    def review(self, plan: Plan) -> list[FolderReview]:
        """Return what a plan does, grouped by the folder that the files lie in, the largest loss first."""
        return review(self._toolkit.database, look_at_places(self._toolkit), plan)

    def without(self, plan: Plan, paths: Collection[bytes]) -> Plan:
        """Return a plan without the operations on these paths (and their sidecars): lines that the user took out."""
        return without(plan, paths)

    def write_plan(self, plan: Plan, file: Path) -> None:
        """Write a plan as JSON lines; a file that is there is not replaced.

        Raises:
            UsageError: the file is there already, or cannot be written.
        """
        planfile.write(plan, file)

    def read_plan(self, file: Path) -> Plan:
        """Read a plan file; nothing in it is believed before `apply` has checked it against the catalog and the disk.

        Raises:
            UsageError: the file cannot be read.
            Refused: it is no plan, has an unknown operation or field, a relative path, or a keeper that is removed by
                another line; the message names the line.
        """
        return planfile.read(file)

    # --- doing ---------------------------------------------------------------------------------------------------

    def apply(
        self, plan: Plan, *, last_copies: bool = False, to: Path | None = None, job: Job | None = None
    ) -> FilesReport:
        """Do what a plan says, as the job `apply`: each file proved again at that moment, journaled before it moves.

        What is not as the plan says is left alone (or put back) and told in `failed`; the rest goes on. Interrupted
        operations are recovered first.

        Args:
            plan: made here, or read from a file.
            last_copies: the user confirmed (by typing their number) that last copies may go.
            to: the folder outside every source that the user names (again) as a target; None for none. A plan that was
                made by this object remembers its own.
            job: the job to count on, where the caller samples or cancels it: done of total, and the counters
                `quarantined`, `moved`, `renamed`, `copied`, `refused`, `bytes`.

        Raises:
            Refused: it has last copies and `last_copies` is not given; nothing was done.
            Busy: another ctk scans, applies, undoes or prunes, here or on one of the volumes.
        """
        if plan.totals.last and not last_copies:
            raise Refused(
                f"the plan removes {count(plan.totals.last, 'only copy', 'only copies')} of a sound",
                "--last-copies allows that, once their number is confirmed",
            )
        named = to or self._targets.get(plan.id)
        return self._run("apply", lambda running: Works(self._toolkit).apply(plan, named, running), job)

    def reversal(
        self,
        entry: str | None = None,
        *,
        ids: Collection[int] = (),
        paths: Collection[bytes] = (),
        kind: str = "undo",
    ) -> Reversal:
        """Return what an undo or a restore would do.

        Args:
            entry: id of a journal entry; None with nothing else for the newest that is not undone.
            ids: only the files of these audio files, from any entry (or the one named).
            paths: only the files that lay at these paths before, absolute; a folder's path means all below it.
            kind: "undo" for a whole entry, "restore" for some files.

        Raises:
            UsageError: there is no such entry, or nothing to take back.
        """
        return Works(self._toolkit).reversal(entry, ids, paths, kind)

    def reversal_from(self, folder: Path, entry: str | None = None) -> Reversal:
        """Return the same, read from a quarantine folder alone: the catalog, and the configuration, are not needed.

        Args:
            folder: a `.ctk-quarantine` folder, the folder it lies in, or the folder of one entry in it.
            entry: id; None for the newest that is not undone.

        Raises:
            UsageError: no journal lies there.
        """
        parent, named = quarantine_parent(folder)
        return Works(self._toolkit, (parent,)).reversal_from(parent, entry or named)

    def undo(self, reversal: Reversal, *, job: Job | None = None) -> FilesReport:
        """Take back what `reversal` or `reversal_from` showed, as the job `undo`; it is a journal entry of its own.

        Undoing an undo is redo. A target that was taken meanwhile is refused, a vanished parent folder is made again.

        Raises:
            Busy: another ctk scans, applies, undoes or prunes, here or on one of the volumes.
        """
        return self._run("undo", lambda running: Works(self._toolkit, reversal.folders).undo(reversal, running), job)

    def interrupted(self) -> list[HistoryEntry]:
        """Return the entries that a kill or a power cut left in the middle: quick, for every command's stderr."""
        return interrupted(self._toolkit)

    def recover(self, *, job: Job | None = None) -> list[Recovery]:
        """Complete or roll back every interrupted operation within reach; `apply` and `undo` do so by themselves.

        Raises:
            JournalError: some cannot be brought to their end before their volumes can be written; it has what was made
                of the others.
            Busy: another ctk scans, applies, undoes or prunes.
        """
        return self._run("undo", lambda _: Works(self._toolkit).recover(), job)

    # --- history and quarantine ----------------------------------------------------------------------------------

    def history(self) -> list[HistoryEntry]:
        """Return the entries of the journal, newest first; those that lie on sources and are not mirrored yet, too."""
        return Works(self._toolkit).history()

    def steps(self, entry: str) -> list[JournalStep]:
        """Return what an entry did, file by file.

        Raises:
            UsageError: there is no such entry.
        """
        return Works(self._toolkit).steps(entry)

    def quarantine(self, *, older_than_days: float = 0.0) -> list[HeldFile]:
        """Return the files in quarantine, oldest first.

        Args:
            older_than_days: only those that went there longer ago.
        """
        return Works(self._toolkit).quarantine(older_than_days)

    def emptying(self, *, older_than_days: float = 0.0) -> Emptying:
        """Return what `empty` would take away for good: only files whose place is online."""
        return Works(self._toolkit).emptying(older_than_days)

    def empty(self, emptying: Emptying, *, last_copies: bool = False, job: Job | None = None) -> FilesReport:
        """Unlink files in quarantine for good, each after a copy of it was read and proved now; as the job `apply`.

        Args:
            emptying: what was shown.
            last_copies: the user confirmed (by typing their number) that files without a copy may go too.
            job: the job to count on.

        Raises:
            Busy: another ctk scans, applies, undoes or prunes.
        """
        return self._run(
            "apply",
            lambda running: Works(self._toolkit).empty(emptying, last_copies=last_copies, job=running),
            job,
        )
