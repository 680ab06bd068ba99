"""What was done to the user's files, and how it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from ctk_tui.model.plan import Refusal

EntryState = Literal["applied", "partial", "interrupted", "undone", "emptied"]
"""partial: some of it was refused, rolled back or undone. interrupted: its process ended in the middle, and nobody has
recovered it yet. undone: nothing of it is in force. emptied: its quarantined files are all gone for good."""
ENTRY_STATES: tuple[str, ...] = get_args(EntryState)
StepState = Literal["begun", "done", "back", "undone", "emptied"]
"""begun: where it is, only a look at the disk tells. back: rolled back. undone: done, and taken back by another entry.
emptied: its quarantined file is gone for good."""
EntryKind = Literal["clean-up", "delete", "move", "rename", "copy", "plan", "undo", "redo", "restore", "empty"]
"""clean-up: of exact duplicates. plan: operations of several kinds. redo: the undo of an undo."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry of the journal."""

    id: str
    at: float
    """Seconds since the epoch when it began."""
    kind: EntryKind
    state: EntryState
    operations: int
    """How many files it changed, whatever became of them since; sidecars count."""
    bytes: int
    """Of those files."""
    query: str
    """What the user asked for."""
    undoes: str
    """Id of the entry that it takes back, "" for none."""
    offline: bool
    """Whether one of its sources is offline: then it can be undone in part at most."""


@dataclass(frozen=True, slots=True)
class JournalStep:
    """One change of one file."""

    entry: str
    number: int
    """In its entry, from 1."""
    op: str
    """quarantine, move, rename, copy, symlink or hardlink; remove: a copy that an undo takes away; discard: a copy
    whose original could not go; restore: a file that comes back from quarantine; empty: unlinked for good."""
    path: bytes
    """Where the file was before, absolute as far as its source is known now."""
    target: bytes
    """Where it was put, absolute; for quarantine the place in it. b"" for what is gone for good."""
    size: int
    """Bytes."""
    state: StepState
    audio_id: int | None
    """The audio file in this catalog, None where that is not known (sidecars, another machine's journal)."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """What an undo or a restore would do: shown first, then handed back to be done."""

    kind: EntryKind
    """undo, redo or restore."""
    entries: tuple[str, ...]
    """Ids of the entries that it takes back, newest first."""
    steps: tuple[JournalStep, ...]
    """What is taken back, in the order in which that is done (the newest first): each goes from `target` to `path`."""
    refused: tuple[Refusal, ...]
    """What cannot come back now, and why."""
    size: int
    """Bytes of the files of `steps`."""
    folders: tuple[bytes, ...] = ()
    """Quarantine folders that its journals are read from, where they were named by hand (`undo --from`)."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was made of an operation that had been interrupted."""

    entry: str
    completed: int
    """Steps that turned out to be done."""
    rolled_back: int
    """Steps that were taken back, or had not begun."""
    lost: tuple[bytes, ...] = ()
    """Files that are neither where they were nor where they should be: somebody else moved them."""

    @property
    def words(self) -> str:
        """A sentence for the user."""
        text = f"{self.entry} was interrupted: {self.completed} in flight completed, {self.rolled_back} rolled back"
        return f"{text}, {len(self.lost)} not found" if self.lost else text


@dataclass(frozen=True, slots=True)
class FilesReport:
    """How an apply, an undo, a restore or an emptying ended."""

    entry: str
    """Id of the journal entry, "" where nothing was changed."""
    kind: EntryKind
    done: int
    """Files changed, sidecars too."""
    bytes: int
    """Of those."""
    failed: tuple[Refusal, ...]
    """What was refused, or rolled back, one by one."""
    recovered: tuple[Recovery, ...] = ()
    """Earlier operations that were put in order first."""
    notes: tuple[str, ...] = ()
    """Sentences that the user should read."""
    cancelled: bool = False
    """Whether it was stopped on the way; what was done until then is done and journaled."""

    @property
    def undoable(self) -> bool:
        """Whether an undo of its entry takes something back: what was unlinked for good is gone."""
        return bool(self.entry) and self.kind != "empty"


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file in quarantine."""

    entry: str
    number: int
    """Of its step in that entry, from 1."""
    at: float
    """Seconds since the epoch when it went there."""
    source: str
    """Name of the source that it came from, "" for a folder outside of all."""
    path: bytes
    """Where it was, absolute as far as its source is known."""
    place: bytes
    """Where it lies, absolute."""
    size: int
    """Bytes."""
    offline: bool
    """Whether its source is: then it is only known from the catalog."""
    audio_id: int | None
    """The audio file in this catalog, None where that is not known."""
    copies: int
    """Copies outside of quarantine that the catalog believes to be online; emptying takes none on faith."""


@dataclass(frozen=True, slots=True)
class Emptying:
    """What `quarantine empty` would take away for good."""

    files: tuple[HeldFile, ...]
    """Old enough; each is unlinked only after a copy of it was read and proved at that moment."""
    alone: tuple[HeldFile, ...]
    """Those of `files` without a copy that the catalog knows of: they stay unless the user allows last copies."""
    size: int
    """Bytes of `files`."""
