"""A plan while it is made: what goes into it, what is refused, what is left behind."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.disk.stamps import signed
from ctk_tui.files.ids import new_id
from ctk_tui.files.looks import Looker, Stamp
from ctk_tui.files.places import Place
from ctk_tui.files.refusing import NotDoneError
from ctk_tui.files.sidecars import Sidecars
from ctk_tui.model.job import Job
from ctk_tui.model.plan import SIDECAR, Operation, Plan, Refusal, totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.files.places import Places
    from ctk_tui.model.holding import Holding
    from ctk_tui.model.plan import Op, RefusalKind


@dataclass(slots=True)
class Draft:
    """A plan in the making.

    Args:
        places: all sources.
        looker: looks at the files.
        words: what the user asked for.
        with_sidecars: whether sidecars go along.
        job: counts the files looked at; what its check raises ends the work.
    """

    places: Places
    looker: Looker
    words: str = ""
    with_sidecars: bool = False
    job: Job = field(default_factory=Job)
    operations: list[Operation] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    left_behind: list[bytes] = field(default_factory=list)
    taken: set[bytes] = field(default_factory=set)
    """Paths that an operation of the plan takes away."""
    _sidecars: Sidecars = field(init=False)

    def __post_init__(self) -> None:
        self._sidecars = Sidecars(self.looker)

    def place(self, holding: Holding) -> Place:
        """Return where a path of the catalog lies.

        Raises:
            NotDoneError: its source is no longer configured.
        """
        ground = self.places.by_name(holding.source)
        if ground is None:
            raise NotDoneError("outside", f"its source {holding.source} is no longer in the configuration")
        return Place(ground, holding.rel)

    def refuse(self, path: bytes, kind: RefusalKind, reason: str) -> None:
        """Leave a file out, with the reason."""
        self.refused.append(Refusal(path, kind, reason))

    def attempt(self, path: bytes, work: Callable[[], None]) -> None:
        """Count a file, and do what puts it into the plan; what that refuses is told."""
        self.job.check()
        self.job.done += 1
        try:
            work()
        except NotDoneError as error:
            self.refused.append(error.refusal(path))

    def take(
        self,
        op: Op,
        place: Place,
        status: os.stat_result,
        target: bytes | None,
        *,
        digest: str | None = None,
        keeper: bytes | None = None,
        reason: str = "",
        last: bool = False,
    ) -> None:
        """Put an operation into the plan, its sidecars behind it, or among what is left behind.

        Args:
            op: what is done.
            place: the file.
            status: how it looks now.
            target: where it goes, absolute.
            digest: see Operation.
            keeper: see Operation.
            reason: see Operation.
            last: see Operation.
        """
        if place.path in self.taken:
            return
        self.taken.add(place.path)
        inode = signed(status.st_ino)
        self.operations.append(
            Operation(op, place.path, target, status.st_size, status.st_mtime_ns, inode, digest, keeper, reason, last)
        )
        new_name = place.name if target is None else os.path.basename(target)
        for name, found in self._sidecars.of(place, change=op in ("quarantine", "move", "rename")):
            path = os.path.join(os.path.dirname(place.path), name)
            if not self.with_sidecars:
                self.left_behind.append(path)
                continue
            self.taken.add(path)
            to = None if target is None else os.path.join(os.path.dirname(target), renamed(place.name, new_name, name))
            if to is not None and to != path and os.path.lexists(to):
                self.refuse(path, "exists", f"its sidecar's name is taken: {os.fsdecode(to)}")
                continue
            self.operations.append(
                Operation(
                    op, path, to, found.st_size, found.st_mtime_ns, signed(found.st_ino), reason=SIDECAR
                )
            )  # fmt: skip

    def sort(self) -> None:
        """Order the operations by path, sidecars behind their owners: what lies together is done together."""
        groups: list[list[Operation]] = []
        for operation in self.operations:
            if operation.reason == SIDECAR:
                groups[-1].append(operation)
            else:
                groups.append([operation])
        groups.sort(key=lambda group: group[0].path)
        self.operations = [operation for group in groups for operation in group]

    def finish(self) -> Plan:
        """Return the plan."""
        operations = tuple(self.operations)
        now = time.time()
        return Plan(
            new_id(now), now, self.words, operations, totals(operations), tuple(self.refused), tuple(self.left_behind)
        )


def stamp(holding: Holding) -> Stamp:
    """Return what a file must look like to be what the catalog says."""
    return Stamp(holding.size, holding.mtime_ns, holding.inode)


def renamed(owner: bytes, new_owner: bytes, sidecar: bytes) -> bytes:
    """Return the name of a sidecar whose owner gets another name: kick.wav.asd and kick.cue follow kick.wav."""
    if sidecar.startswith(owner):
        return new_owner + sidecar[len(owner) :]
    stem, new_stem = owner.rpartition(b".")[0], new_owner.rpartition(b".")[0] or new_owner
    return new_stem + sidecar[len(stem) :] if sidecar.startswith(stem) else sidecar
