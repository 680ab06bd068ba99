"""The lines of a plan as rows, folder by folder, for reading it before anything is touched."""

from __future__ import annotations

import os
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.model.format import count, size
from ctk_tui.tui.present.column import Cell, Column
from ctk_tui.tui.present.plans import lost
from ctk_tui.tui.present.words import name, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctk_tui.model.plan import FolderReview, Operation, Plan
    from ctk_tui.tui.present.styles import Styles


@dataclass(frozen=True, slots=True)
class Head:
    """The row of a folder."""

    folder: FolderReview


@dataclass(frozen=True, slots=True)
class Line:
    """The row of one operation."""

    operation: Operation


Row = Head | Line


@dataclass(slots=True)
class Lines:
    """A plan's operations, grouped by their folders: the ids of rows are places in it, those of folders less than 0."""

    operations: Sequence[Operation]
    folders: Sequence[FolderReview]
    members: dict[int, array[int]] = field(default_factory=dict)
    """Id of a folder's row to the places of its operations."""

    @classmethod
    def of(cls, plan: Plan, folders: Sequence[FolderReview]) -> Lines:
        """Return the lines of a plan; slow for many, so not on the screen's thread."""
        made = cls(plan.operations, folders)
        ids = {one.folder: -number - 1 for number, one in enumerate(folders)}
        for place, operation in enumerate(plan.operations):
            owner = ids.get(os.path.dirname(operation.path))
            if owner is not None:
                made.members.setdefault(owner, array("q")).append(place)
        return made

    def row(self, number: int) -> Row:
        """Return a row by its id."""
        return Head(self.folders[-number - 1]) if number < 0 else Line(self.operations[number])

    def ids(self, words: str = "") -> array[int]:
        """Return the ids of the rows to show, folders with their operations.

        Args:
            words: each must occur in the path, whatever its case; "" for all.
        """
        wanted = words.casefold().split()
        found = array("q")
        for owner in sorted(self.members, reverse=True):
            places = self.members[owner]
            kept = places if not wanted else array("q", self._matching(places, wanted))
            if kept:
                found.append(owner)
                found.extend(kept)
        return found

    def _matching(self, places: Sequence[int], wanted: Sequence[str]) -> Iterator[int]:
        for place in places:
            path = name(self.operations[place].path).casefold()
            if all(word in path for word in wanted):
                yield place


def head(row: Row) -> Cell | None:
    """Return the text of a folder's row, None for the others."""
    if isinstance(row, Line):
        return None
    folder = row.folder
    return Cell(f"{name(os.path.basename(folder.folder) or folder.folder)}  loses {lost(folder)}", "strong")


def _of(row: Row) -> Operation:
    assert isinstance(row, Line)  # for mypy: a folder's row has no columns
    return row.operation


COLUMNS: tuple[Column[Row], ...] = (
    Column("name", "GOES", 40, lambda row: name(os.path.basename(_of(row).path)), least=16, grow=1, tone="text",
           cut="middle"),
    Column("size", "SIZE", 7, lambda row: size(_of(row).file_size), right=True, drop=1),
    Column("keeper", "STAYS", 60, lambda row: Cell(name(_of(row).keeper or b"the only copy"),
           None if _of(row).keeper else "warning"), least=16, grow=2, drop=2, cut="start"),
)  # fmt: skip
"""Of a plan's operations."""


def title(plan: Plan, out: int, styles: Styles) -> Text:
    """Return the line over a plan: what it comes to, and how many lines were taken out."""
    text = Text.assemble(
        (" Clean-up  ", styles.strong), f"{count(plan.totals.files, 'file')} to quarantine, {size(plan.totals.bytes)}"
    )
    if plan.refused:
        text.append(f" · {len(plan.refused):,} left as they are", styles.quiet)
    if out:
        text.append(f" · {out:,} taken out", styles.accent)
    return text


def below(row: Row | None, cells: int, styles: Styles) -> Text:
    """Return the line under a plan: where the row under the cursor lies."""
    if row is None:
        return Text()
    path = row.folder.folder if isinstance(row, Head) else row.operation.path
    return Text(f" {short(name(path), cells - 2, left=True)}", styles.quiet)
