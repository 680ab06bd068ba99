"""Which content a file is: new, known, moved, changed, or a candidate that only a digest can decide.

The rules, in the words of docs/vocabulary.md: equal fingerprints make candidates; equal digests of both make one audio
file; a path whose content is alone keeps its row when the content changes; a file that vanished in one place and
appeared in another keeps its row, when inode, digest, or size and time say that it is the same.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.catalog import files
from ctk_tui.disk.stamps import signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.catalog.connection import Connection
    from ctk_tui.catalog.ingest import Ingest
    from ctk_tui.model.reading import Content, FoundFile, KnownPath, Reading


@dataclass(slots=True)
class Pending:
    """A file that was read and waits for its place in the catalog."""

    found: FoundFile
    reading: Reading
    digest: str | None = None
    """Of all its bytes, once it was needed and taken."""


@dataclass(frozen=True, slots=True)
class NeedsProof:
    """A candidate: it can be settled when these digests are known."""

    pending: Pending
    own: bool
    """Whether its own digest is needed."""
    contents: tuple[KnownPath, ...]
    """For each content with its fingerprint and no digest yet, a path where its bytes can be read."""


@dataclass(slots=True)
class Settled:
    """What became of a batch."""

    outcomes: list[tuple[Pending, str]] = field(default_factory=list)
    """Each with new, duplicates, moved, updated or unchanged."""
    proofs: list[NeedsProof] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    """Contents whose paths changed."""
    twins: set[str] = field(default_factory=set)
    """Fingerprints that more than one content may have."""
    deferred: list[Pending] = field(default_factory=list)
    """To be settled when every other file is."""


@dataclass(slots=True)
class Resolver:
    """Settles what was read, a batch at a time, inside the caller's write transaction.

    Args:
        ingest: the writer.
        follow: whether symbolic links are followed.
        unreadable: contents whose bytes turned out not to be readable now; filled by the caller.
    """

    ingest: Ingest
    follow: bool = False
    unreadable: set[int] = field(default_factory=set)
    displaced: set[int] = field(default_factory=set)
    """Contents whose last name another file took in this scan: where they are found again, they moved."""

    def settle(self, connection: Connection, batch: Sequence[Pending], *, final: bool) -> Settled:
        """Give each file of the batch its place, or say which digests that takes.

        Args:
            connection: inside a write transaction.
            batch: files that were read.
            final: no other file is waiting, so nothing is deferred.
        """
        settled = Settled()
        known = files.contents(connection, {pending.reading.fingerprint for pending in batch})
        fresh: list[Pending] = []
        taken: set[str] = set()
        rest: list[Pending] = []
        for pending in batch:
            fingerprint = pending.reading.fingerprint
            if pending.found.path_id is None and fingerprint not in known and fingerprint not in taken:
                taken.add(fingerprint)
                fresh.append(pending)
            else:
                rest.append(pending)
        if fresh:
            self.ingest.add_contents(connection, [(p.found, p.reading, p.digest) for p in fresh])
            settled.outcomes.extend((pending, "new") for pending in fresh)
        for pending in rest:
            _Case(self, connection, pending, settled, final=final).decide()
        return settled


class _Case:
    """One file that is not simply new."""

    def __init__(
        self, resolver: Resolver, connection: Connection, pending: Pending, settled: Settled, *, final: bool
    ) -> None:
        self.final = final
        self.ingest = resolver.ingest
        self.unreadable = resolver.unreadable
        self.displaced = resolver.displaced
        self.follow = resolver.follow
        self.connection = connection
        self.pending = pending
        self.found = pending.found
        self.settled = settled
        fingerprint = pending.reading.fingerprint
        # Read now, not for the batch: the case before this one may have added, moved or joined.
        self.alike = files.contents(connection, {fingerprint}).get(fingerprint, [])
        # Of the row now, not as the walk saw it: its content may have turned out to be another's and joined it.
        own = files.audio_of(connection, () if self.found.path_id is None else (self.found.path_id,))
        self.paths = files.paths_of(connection, {content.id for content in self.alike} | own)
        self.row = self._own_row()

    def _own_row(self) -> KnownPath | None:
        """Return the row of this path, if it still has it: a file that took a moved one's name has none."""
        here = (self.found.path_id, self.found.source_id, self.found.rel)
        every = (path for paths in self.paths.values() for path in paths)
        return next((path for path in every if (path.id, path.source_id, path.rel) == here), None)

    def decide(self) -> None:
        if self.row is not None:
            self._known_path(self.row)
        else:
            self._new_path()

    # --- a path that the catalog knows -------------------------------------------------------------------------

    def _known_path(self, row: KnownPath) -> None:
        content = next((c for c in self.alike if c.id == row.audio_id), None)
        if content is None:
            self._changed(row)
        elif content.digest is not None and self.pending.digest is None and not self._as_it_was(row):
            self._ask(own=True)
        elif content.digest is not None and self.pending.digest not in (None, content.digest):
            self._changed(row)
        elif content.digest is None and not self.found.same_stat:
            self._touched(row)
        else:
            # The bytes are the old ones, as far as anything says; what the probe says of them may be better now.
            self.ingest.renew(
                self.connection, row.audio_id, self.pending.reading, self.found.size, content.digest, same=True
            )
            self._same(row, "unchanged" if self.found.same_stat else "updated")

    def _as_it_was(self, row: KnownPath) -> bool:
        """Return whether size, time and fingerprint are enough: another inode alone is not looked into further."""
        return self.found.same_stat and row.state == "present" and not self.found.full

    def _touched(self, row: KnownPath) -> None:
        """Same ends and size, another time: nothing proves that the middle is the same, so it counts as changed."""
        same_inode = [
            path
            for path in self.paths[row.audio_id]
            if path.id != row.id and self._is_link(path) and path.mtime_ns == self.found.mtime_ns
        ]
        if not same_inode:  # else a hard link of it was settled before
            self.ingest.renew(self.connection, row.audio_id, self.pending.reading, self.found.size, None)
        self._same(row, "updated")

    def _same(self, row: KnownPath, outcome: str) -> None:
        self.ingest.restat(self.connection, self.found)
        self._done(outcome, row.audio_id)

    def _changed(self, row: KnownPath) -> None:
        """The path holds another content than the catalog says."""
        if row.inode != self.found.inode and not self.final:
            # The file that had this name may have moved: until all names are read, its row is not given away.
            self.settled.deferred.append(self.pending)
            return
        others = [path for path in self.paths[row.audio_id] if path.id != row.id]
        if self._is_link(row):
            # Written in place: the other names of this inode changed with it. A new file left them as they were.
            others = [path for path in others if not self._is_link(path)]
        self.settled.twins.update(files.fingerprint_of(self.connection, row.audio_id))
        candidates = [content for content in self.alike if content.id != row.audio_id]
        moved = self._moved_inode()
        if moved is not None and self._doubtful():
            return
        if moved is not None:
            # Renamed onto this name: the row of the file that came takes it; the old content is not here any more.
            self.settled.touched.add(row.audio_id)
            self.displaced.add(row.audio_id)
            self.ingest.forget(self.connection, [row.id])
            self._move(moved)
            return
        linked = self._linked(candidates)
        if linked is not None:
            self._join(row, linked)
            return
        if candidates and self._ask_for(candidates):
            return
        equal = _equal(self.pending.digest, candidates)
        if equal is not None:
            self._join(row, equal)
            return
        self.settled.touched.add(row.audio_id)
        if others:
            # Its old content has other copies: the path leaves them for a row of its own.
            self.ingest.forget(self.connection, [row.id])
            own = (self.found, self.pending.reading, self.pending.digest)
            [audio_id] = self.ingest.add_contents(self.connection, [own])
            self._done("updated", audio_id)
        else:
            self.ingest.renew(self.connection, row.audio_id, self.pending.reading, self.found.size, self.pending.digest)
            self._same(row, "updated")

    def _join(self, row: KnownPath, audio_id: int) -> None:
        self.settled.touched.add(row.audio_id)
        self.ingest.place_path(self.connection, row.id, self.found, audio_id)
        self._done("updated", audio_id)

    # --- a path that the catalog does not know -----------------------------------------------------------------

    def _new_path(self) -> None:
        linked = self._linked(self.alike)
        if linked is not None:
            self._add(linked, "duplicates")
            return
        moved = self._moved_inode() or self._moved_time()
        if moved is not None and self._doubtful():
            return
        if moved is not None:
            self._move(moved)
            return
        rewritten = self._rewritten()
        if rewritten is not None:
            # Same inode and ends, another time: the row goes with the file, what was derived from its bytes does not.
            self.ingest.renew(
                self.connection, rewritten.audio_id, self.pending.reading, self.found.size, self.pending.digest
            )
            self._move(rewritten)
            return
        returned = self._returned()
        if returned is not None:
            self._add(returned, "moved" if returned in self.displaced else "new")
            return
        if self.alike and self._ask_for(self.alike):
            return
        equal = _equal(self.pending.digest, self.alike)
        if equal is None:
            self.ingest.add_contents(self.connection, [(self.found, self.pending.reading, self.pending.digest)])
            self._done("new", None)
            return
        gone = [path for path in self.paths.get(equal, []) if self._vacated(path)]
        if gone:
            self._move(gone[0])
        else:
            self._add(equal, "duplicates" if self.paths.get(equal) else "new")

    def _linked(self, contents: Sequence[Content]) -> int | None:
        """Return the content that another name of this very inode has, if that name still leads to it."""
        for content in contents:
            for path in self.paths.get(content.id, []):
                same = (path.size, path.mtime_ns) == (self.found.size, self.found.mtime_ns)
                if same and self._is_link(path) and path.state == "present" and not self._vacated(path):
                    return content.id
        return None

    def _moved_inode(self) -> KnownPath | None:
        """Return the row of a name that this inode had and has no more; renaming keeps the time of change."""
        for content in self.alike:
            if self.pending.digest is not None and content.digest not in (None, self.pending.digest):
                continue
            for path in self.paths.get(content.id, []):
                if self._is_link(path) and path.mtime_ns == self.found.mtime_ns and self._vacated(path):
                    return path
        return None

    def _doubtful(self) -> bool:
        """Ask for the own digest where several contents have these ends; return whether that was done.

        Numbers of inodes are used again, and stems that were saved together share their time too.
        """
        if len(self.alike) > 1 and self.pending.digest is None:
            self._ask(own=True)
            return True
        return False

    def _rewritten(self) -> KnownPath | None:
        """Return the row of a name that this inode had, its content alone and never compared, its time another."""
        for content in self.alike:
            paths = self.paths.get(content.id, [])
            if content.digest is None and len(paths) == 1 and self._is_link(paths[0]) and self._vacated(paths[0]):
                return paths[0]
        return None

    def _moved_time(self) -> KnownPath | None:
        """Return the one row that this file can only be: gone, of equal size and time, its content alone."""
        if len(self.alike) != 1 or self.alike[0].digest is not None:
            return None
        paths = self.paths.get(self.alike[0].id, [])
        if len(paths) != 1 or (paths[0].size, paths[0].mtime_ns) != (self.found.size, self.found.mtime_ns):
            return None
        return paths[0] if self._vacated(paths[0]) else None

    def _returned(self) -> int | None:
        """Return the content that lost its last path and whose last evidence this file fits."""
        # One that has a digest is compared by it; inodes are used again, so size and time must fit in any case.
        orphans = [content for content in self.alike if not self.paths.get(content.id) and content.digest is None]
        found = self.found
        for audio_id, (size, mtime_ns, inode, volume_id) in files.traces_of(
            self.connection, [content.id for content in orphans]
        ).items():
            same_inode = found.inode != 0 and (inode, volume_id) == (found.inode, found.volume_id)
            if (size, mtime_ns) == (found.size, found.mtime_ns) and (same_inode or len(self.alike) == 1):
                return audio_id
        return None

    def _move(self, path: KnownPath) -> None:
        self.ingest.place_path(self.connection, path.id, self.found, path.audio_id)
        self._done("moved", path.audio_id)

    def _add(self, audio_id: int, outcome: str) -> None:
        self.ingest.add_path(self.connection, self.found, audio_id)
        self._done(outcome, audio_id)

    # --- shared ------------------------------------------------------------------------------------------------

    def _is_link(self, path: KnownPath) -> bool:
        mine = (self.found.inode, self.found.volume_id)
        return self.found.inode != 0 and (path.inode, path.volume_id) == mine

    def _vacated(self, path: KnownPath) -> bool:
        """Return whether a name has surely lost its file: looked at now, on a source that is there."""
        if not path.online or path.state == "quarantined":
            return False
        try:
            status = os.lstat(path.path)
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        if self.follow and stat.S_ISLNK(status.st_mode):
            try:
                status = os.stat(path.path)
            except OSError:
                return False  # it may lead to a drive that is unplugged
        return path.inode != 0 and signed(status.st_ino) != path.inode and self._is_link(path)

    def _ask_for(self, contents: Sequence[Content]) -> bool:
        """Ask for the digests that are missing to compare with these; return whether this file has to wait."""
        if not self.final and any(self._left(content) for content in contents):
            # It may have moved to a name that is still to be read, and be compared there: the order decides nothing.
            self.settled.deferred.append(self.pending)
            return True
        wanted = [
            path
            for content in contents
            if content.digest is None and content.id not in self.unreadable
            for path in self._readable(content.id)
        ]
        if self.pending.digest is not None and not wanted:
            return False
        self._ask(own=self.pending.digest is None, contents=tuple(wanted))
        return True

    def _left(self, content: Content) -> bool:
        """Return whether a content that was never compared lies nowhere that the catalog knows."""
        paths = self.paths.get(content.id)
        return content.digest is None and bool(paths) and all(map(self._vacated, paths or ()))

    def _readable(self, audio_id: int) -> list[KnownPath]:
        """Return one path, or none, where the bytes of a content can be read now."""
        for path in self.paths.get(audio_id, []):
            if path.online and path.state == "present" and not path.cloud and not self._vacated(path):
                return [path]
        return []

    def _ask(self, *, own: bool, contents: tuple[KnownPath, ...] = ()) -> None:
        self.settled.proofs.append(NeedsProof(self.pending, own, contents))

    def _done(self, outcome: str, audio_id: int | None) -> None:
        self.settled.outcomes.append((self.pending, outcome))
        self.settled.twins.add(self.pending.reading.fingerprint)
        if audio_id is not None:
            self.settled.touched.add(audio_id)
            self.unreadable.discard(audio_id)  # it was read now: what its bytes are is known again


def _equal(digest: str | None, contents: Sequence[Content]) -> int | None:
    """Return the one of `contents` that has this digest."""
    return next((content.id for content in contents if digest is not None and content.digest == digest), None)
