"""Plans: lists of file operations, complete and reviewable before anything is touched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Op = Literal["quarantine", "move", "rename", "copy", "symlink", "hardlink"]
"""quarantine removes a file (into the quarantine of its own volume); copy, symlink and hardlink change nothing in the
library; rename stays in its folder."""
OPS: tuple[str, ...] = get_args(Op)
CopyAs = Literal["copy", "symlink", "hardlink"]
"""What a project gets: bytes of its own, a symbolic link, or one more name of the same bytes."""
OnExists = Literal["refuse", "skip", "number"]
"""What happens where the target's name is taken: told as refused, left out, or "kick 2.wav" instead."""
PLAN_ID = re.compile(r"[0-9A-Z]{10,26}")
SIDECAR = "sidecar"
"""The reason of an operation that takes a sidecar along; it follows its owner's operation in the plan."""
LEFT_LINK = "left link"
"""The reason of a symbolic link that is left where a moved file was; it follows the move in the plan."""
SIDECARS = (".asd", ".sfk", ".reapeaks", ".cue")
"""Extensions of what DAWs and editors leave beside a sound."""
LARGE_FILES = 1000
LARGE_BYTES = 10 * 10**9
"""Above these the user types the number of files instead of y."""

RefusalKind = Literal[
    "protected", "offline", "unverified", "exists", "read-only", "name", "outside", "in use", "changed", "missing",
    "cloud", "link", "keeper", "last", "volume", "space", "failed", "skipped",
]  # fmt: skip
"""protected, offline: nothing there is ever touched. unverified: no digest proves that it is a copy. exists: the target
is taken. name: the target cannot hold it. outside: of every source. in use: modified in the last 60 s. changed: not
what the plan says any more. missing: not there any more. cloud: a placeholder. link: a link stands on the way. keeper:
the copy that has to stay is not what it must be. last: the only copy, without the user's word. volume: it would have to
cross to another volume. space: the target is full. failed: the system said no. skipped: left out on the user's word."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of a plan."""

    op: Op
    path: bytes
    """What it is done to ("from" in the file), absolute."""
    target: bytes | None
    """Where it goes ("to"), absolute; None for quarantine, whose place is computed when it is applied."""
    file_size: int
    """Bytes."""
    mtime_ns: int
    """Time of change, nanoseconds since the epoch."""
    inode: int
    """0 where the file system has no such thing."""
    digest: str | None = None
    """32 hex digits; None where none was needed."""
    keeper: bytes | None = None
    """The copy that stays and that a removal relies on, absolute; None for anything else and for a last copy."""
    reason: str = ""
    """Why, in words for the user; SIDECAR for a sidecar that goes along."""
    last: bool = False
    """Whether it removes the only copy of its content."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is left as it is, and why: in a plan, an apply, an undo or an emptying."""

    path: bytes
    """Absolute."""
    kind: RefusalKind
    reason: str
    """In words for the user, without the path."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What a plan comes to."""

    files: int = 0
    """Operations, sidecars too, links that are left behind not."""
    bytes: int = 0
    last: int = 0
    """How many remove the only copy of a content."""
    sidecars: int = 0

    @property
    def large(self) -> bool:
        """Whether the user types the number of files: more than 1,000, or more than 10 GB."""
        return self.files > LARGE_FILES or self.bytes > LARGE_BYTES


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, and what not."""

    id: str
    """Matches PLAN_ID; sorts by time."""
    created: float
    """Seconds since the epoch."""
    query: str
    """What the user asked for, in words: query text, or the command."""
    operations: Sequence[Operation]
    """In the order in which they are done. Of a plan that was read from a file each access reads its line again."""
    totals: Totals
    refused: tuple[Refusal, ...] = ()
    """What was asked for and is not in the plan."""
    left_behind: tuple[bytes, ...] = ()
    """Sidecars of the plan's files that stay where they are, absolute."""


@dataclass(frozen=True, slots=True)
class FolderReview:
    """What a plan does in one folder: "Pack X loses 12 of 240"."""

    folder: bytes
    """Absolute."""
    files: int
    """Audio files of the plan in it, sidecars not counted."""
    of: int
    """Audio files that the catalog has in it now."""
    size: int
    """Bytes."""
    last: int
    """How many of `files` are the only copy of their content."""
    kept_in: tuple[tuple[str, int], ...]
    """Names of sources that have the keepers, with how many, the most first."""


def totals(operations: Iterable[Operation]) -> Totals:
    """Return what operations come to."""
    files = size = last = sidecars = 0
    for one in operations:
        if one.reason != LEFT_LINK:
            files += 1
            size += one.file_size
            last += one.last
            sidecars += one.reason == SIDECAR
    return Totals(files, size, last, sidecars)
