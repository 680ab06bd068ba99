"""What the user decides about duplicates: which copy of a group stays, and which copies are to go."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ctk_tui.model.groups import Group, GroupFile


KEEPER_STAYS = "the keeper stays"
"""Why a keeper cannot be marked."""


@dataclass(frozen=True, slots=True)
class MarkedCopy:
    """A copy that is to go."""

    file: GroupFile
    keeper: GroupFile | None
    """The copy that stays; None for a near group of which none was chosen."""


class Copies:
    """Numbers for copies, by which tables know and mark them: a path keeps its number as long as the app runs."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}

    def number(self, path: bytes) -> int:
        """Return the number of the copy at a path."""
        return self._numbers.setdefault(path, len(self._numbers))

    def known(self, path: bytes) -> int | None:
        """Return the number of the copy at a path, None where none was shown there."""
        return self._numbers.get(path)


class Tally:
    """What the marks come to; a hundred thousand of them are not added up anew for one that is added.

    Attributes:
        bytes: of all marked copies.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._counted: dict[int, tuple[int, int]] = {}
        self._rows: Counter[int] = Counter()

    @property
    def rows(self) -> Collection[int]:
        """The rows of the groups with marked copies."""
        return self._rows.keys()

    def count(self, marks: Collection[int], decisions: Decisions) -> None:
        """Count these marks, each of them a copy that was taken note of."""
        now = set(marks)
        for number in self._counted.keys() - now:
            row, size = self._counted.pop(number)
            self.bytes -= size
            self._rows[row] -= 1
            if not self._rows[row]:
                del self._rows[row]
        for number in now - self._counted.keys():
            row, size = decisions.row_of(number), decisions.file(number).file_size
            self._counted[number] = (row, size)
            self.bytes += size
            self._rows[row] += 1


class Decisions:
    """Keepers and marks of all groups of one kind, exact or near.

    Args:
        copies: the numbers; both kinds share them.

    Attributes:
        marks: numbers of the marked copies, as they were when the other kind was shown last.
        cursor: row id of the group that was looked at then.
        tally: what the marks come to.
    """

    def __init__(self, copies: Copies) -> None:
        self.marks: frozenset[int] = frozenset()
        self.cursor: int | None = None
        self.tally = Tally()
        self._copies = copies
        self._keepers: dict[int, bytes] = {}
        self._groups: dict[int, Group] = {}
        self._places: dict[int, tuple[int, GroupFile]] = {}

    def take(self, row: int, group: Group) -> list[int]:
        """Take note of a group as it is now; return the numbers of its copies, in its order."""
        self._groups[row] = group
        numbers = [self._copies.number(file.path) for file in group.files]
        self._places.update((number, (row, file)) for number, file in zip(numbers, group.files, strict=True))
        return numbers

    def keeper(self, row: int, group: Group) -> GroupFile | None:
        """Return the copy that stays: the user's choice as long as it is online, else the keep rules' one."""
        chosen = self._keepers.get(row)
        rules = next((file for file in group.files if file.keeper), None)
        return next((file for file in group.files if file.path == chosen and not file.offline), rules)

    def first(self, row: int, group: Group) -> GroupFile:
        """Return the copy that stands for a group and that others are compared with."""
        return self.keeper(row, group) or group.files[0]

    def keep(self, row: int, file: GroupFile) -> None:
        """Let this copy be the one that stays."""
        self._keepers[row] = file.path

    @property
    def keepers(self) -> dict[int, bytes]:
        """The user's choices: path of the copy that stays, by the row of its group."""
        return dict(self._keepers)

    def remember(self, keepers: Mapping[int, bytes]) -> None:
        """Take over choices that were made another time."""
        self._keepers.update(keepers)

    def find(self, path: bytes) -> tuple[int, int] | None:
        """Return the row of the group and the number of a copy that was taken note of, None for any other path."""
        number = self._copies.known(path)
        place = None if number is None else self._places.get(number)
        return None if number is None or place is None else (place[0], number)

    def row_of(self, number: int) -> int:
        """Return the row of the group of a copy that was taken note of."""
        return self._places[number][0]

    def file(self, number: int) -> GroupFile:
        """Return a copy that was taken note of."""
        return self._places[number][1]

    def why_not(self, number: int, marked: Iterable[int]) -> str:
        """Return why a copy cannot be marked for removal, "" where it can.

        Args:
            number: of the copy.
            marked: numbers of all copies that are marked.
        """
        row, file = self._places.get(number, (-1, None))
        group = self._groups.get(row)
        if group is None or file is None or not any(file is one for one in group.files):
            return "it is not there any more"
        keeper = self.keeper(row, group)
        if keeper is file:
            return KEEPER_STAYS
        if file.offline:
            return "offline: nothing there is ever touched"
        if file.protected:
            return "protected: it stays besides the keeper"
        if not group.verified:
            return "not every copy could be read, so none is proved to be one"
        if keeper is not None:
            return ""
        left = {self._copies.number(one.path) for one in group.files if not one.offline}.difference(marked)
        return "" if left - {number} else "one of a group stays"

    def recheck(self, groups: dict[int, Group], marked: frozenset[int]) -> frozenset[int]:
        """Take note of groups as they are now; return the marks that hold.

        Args:
            groups: by row, those of the marks; what is missing is gone.
            marked: numbers of the marked copies.
        """
        for row in {self.row_of(number) for number in marked} - groups.keys():
            self._groups.pop(row, None)
        there = {number for row, group in groups.items() for number in self.take(row, group)}
        kept: set[int] = set()
        for number in sorted(marked & there):
            if not self.why_not(number, kept):
                kept.add(number)
        return frozenset(kept)

    def marked(self, numbers: Iterable[int]) -> list[MarkedCopy]:
        """Return the marked copies with the keepers of their groups, by group."""
        found = sorted(numbers, key=lambda number: (self.row_of(number), number))
        return [
            MarkedCopy(self.file(number), self.keeper(self.row_of(number), self._groups[self.row_of(number)]))
            for number in found
        ]
