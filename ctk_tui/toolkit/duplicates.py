"""What is there twice."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from ctk_tui.catalog.duplicates import duplicated
from ctk_tui.duplicates.exact import exact_groups, groups_of
from ctk_tui.duplicates.keep import RULES
from ctk_tui.duplicates.near import near_clusters, near_groups, near_groups_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ctk_tui.model.groups import Cluster, Group
    from ctk_tui.toolkit.toolkit import Toolkit


class DuplicatesFacade:
    """Groups of duplicates.

    Args:
        toolkit: the open toolkit.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit = toolkit

    def rules(self) -> dict[str, str]:
        """Return every keep rule, and what it keeps."""
        return dict(RULES)

    def exact(self, only: Collection[int] | None = None) -> list[Group]:
        """Return the groups of exact duplicates, the most wasted bytes first.

        Args:
            only: ids of audio files to look at, None for all.
        """
        return exact_groups(self._toolkit.database, self._toolkit.settings.duplicates.keep, only)

    def exact_ids(self, only: Collection[int] | None = None) -> tuple[array[int], int]:
        """Return the ids of what `exact` returns and the bytes that can be won in all; `groups` reads a page of them.

        Args:
            only: ids of audio files to look at, None for all.
        """
        found = duplicated(self._toolkit.database, only)
        return array("q", [audio_id for audio_id, _ in found]), sum(wasted for _, wasted in found)

    def groups(self, ids: Sequence[int]) -> list[Group]:
        """Return exact groups by id, in this order; what is not there twice any more is left out."""
        return groups_of(self._toolkit.database, self._toolkit.settings.duplicates.keep, ids)

    def near(self, only: Collection[int] | None = None) -> tuple[list[Group], list[tuple[str, int]]]:
        """Return groups of near duplicates, and (name, number of files) where too many files share a name.

        Args:
            only: ids of audio files to look at, None for all.
        """
        return near_groups(self._toolkit.database, only)

    def near_clusters(self, only: Collection[int] | None = None) -> tuple[list[Cluster], list[tuple[str, int]]]:
        """Return which sounds make the groups that `near` returns, sooner; `near_groups` reads some of them."""
        return near_clusters(self._toolkit.database, only)

    def near_groups(self, clusters: Sequence[Cluster]) -> list[Group]:
        """Return the near groups of these clusters, in this order; files that are gone are left out."""
        return near_groups_of(self._toolkit.database, clusters)
