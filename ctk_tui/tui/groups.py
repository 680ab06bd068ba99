"""Looking for duplicates off the screen's thread: which groups there are, and their rows when they are needed."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ctk_tui.model.groups import Cluster
from ctk_tui.tui.present.groups import TooMany

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ctk_tui.model.groups import Group
    from ctk_tui.model.query.nodes import Query
    from ctk_tui.tui.bridge import Bridge

T = TypeVar("T")

NEAR_FROM = 1 << 40
"""Row ids of near groups begin here: one list shows both kinds, and an exact group's row has its audio file's id."""


@dataclass(frozen=True, slots=True)
class Found:
    """The groups that were found."""

    ids: array[int]
    """Row ids, in the order of the list; names that too many files have stand at its end."""
    groups: int
    wasted: int
    """Bytes that can be won."""
    near: Mapping[int, Cluster | TooMany] | None = None
    """What the rows of near groups are; None for exact ones."""


class GroupFinder:
    """Asks for groups; only the newest question is answered.

    Args:
        bridge: the threads.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._number = 0
        self._near_ids: dict[tuple[str, int], int] = {}

    async def find(self, query: Query | None, *, near: bool) -> Found | None:
        """Return the groups, None where something else was asked meanwhile.

        Args:
            query: finds the files to look at, None for all.
            near: whether near duplicates are looked for.

        Raises:
            Cancelled: a newer question interrupted the search.
        """
        self._number += 1
        number = self._number
        self._bridge.toolkit.catalog.interrupt(self)
        only = None
        if query is not None:
            only = await self._bridge.run("search", self._if_newest, number, lambda: self._hits(query))
            if only is None:
                return None
        look = self._near if near else self._exact
        found = await self._bridge.run("side", self._if_newest, number, lambda: look(only))
        return found if number == self._number else None

    def _hits(self, query: Query) -> array[int]:
        return self._bridge.toolkit.catalog.find(query, asker=self)

    def _if_newest(self, number: int, work: Callable[[], T]) -> T | None:
        """Do the work unless something newer was asked while this waited for its turn."""
        return work() if number == self._number else None

    def _exact(self, only: array[int] | None) -> Found:
        ids, wasted = self._bridge.toolkit.duplicates.exact_ids(only)
        return Found(ids, len(ids), wasted)

    def _near(self, only: array[int] | None) -> Found:
        clusters, names = self._bridge.toolkit.duplicates.near_clusters(only)
        # Clusters of one name share no sound: name and first sound tell which group it is when it is found again.
        rows: dict[int, Cluster | TooMany] = {self._near_id(one.name, min(one.ids)): one for one in clusters}
        rows.update((self._near_id(name, -at), TooMany(name, files)) for at, (name, files) in enumerate(names))
        return Found(array("q", rows), len(clusters), 0, rows)

    def _near_id(self, name: str, sound: int) -> int:
        return self._near_ids.setdefault((name, sound), NEAR_FROM + len(self._near_ids))

    async def rows(self, found: Found, ids: Sequence[int]) -> dict[int, Group | TooMany]:
        """Return groups by row id; those that are gone are left out."""
        duplicates = self._bridge.toolkit.duplicates
        if found.near is None:
            return {group.id: group for group in await self._bridge.run("rows", duplicates.groups, ids)}
        rows = {one: found.near[one] for one in ids if one in found.near}
        clusters = {one: row for one, row in rows.items() if isinstance(row, Cluster)}
        groups = await self._bridge.run("rows", duplicates.near_groups, list(clusters.values()))
        read = {one: group for one, group in zip(clusters, groups, strict=True) if len(group.files) > 1}
        return {**{one: row for one, row in rows.items() if isinstance(row, TooMany)}, **read}
