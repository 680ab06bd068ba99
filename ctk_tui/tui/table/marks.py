"""Marked rows: a set of ids that belongs to no list, so that another order or filter changes nothing about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.tui.table.ids import among

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ctk_tui.tui.table.ids import Ids


class Marks:
    """The ids that are marked.

    Args:
        changed: called after each change.
        may: whether an id can be marked, None for all. A keeper cannot, for example.
    """

    def __init__(self, changed: Callable[[], None], may: Callable[[int], bool] | None = None) -> None:
        self._changed = changed
        self._may = may
        self._ids: set[int] = set()
        self._before: set[int] = set()

    def __contains__(self, some: object) -> bool:
        return some in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def add(self, ids: Iterable[int]) -> int:
        """Mark; return how many were not marked before."""
        before = len(self._ids)
        self._ids.update(ids if self._may is None else filter(self._may, ids))
        return self._tell(len(self._ids) - before)

    def discard(self, ids: Iterable[int]) -> int:
        """Take marks away; return how many."""
        before = len(self._ids)
        self._ids.difference_update(ids)
        return self._tell(before - len(self._ids))

    def clear(self) -> int:
        """Take all marks away and remember them; return how many."""
        if not self._ids:
            return 0
        self._before, self._ids = self._ids, set()
        return self._tell(len(self._before))

    def restore(self) -> int:
        """Mark what `clear` took last, beside what is marked now; return how many that adds."""
        return self.add(self._before)

    def replace(self, ids: Iterable[int]) -> None:
        """Mark these and no other."""
        self._ids = set(ids if self._may is None else filter(self._may, ids))
        self._changed()

    def outside(self, ids: Ids) -> int:
        """Return how many marked ids a list lacks; it may have a million."""
        return len(self._ids) - among(ids, self._ids) if self._ids else 0

    def _tell(self, count: int) -> int:
        if count:
            self._changed()
        return count
