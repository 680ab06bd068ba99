"""What is there twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.duplicates.exact import exact_groups
from ctk_tui.duplicates.near import near_groups

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctk_tui.model.groups import Group
    from ctk_tui.toolkit.toolkit import Toolkit


class DuplicatesFacade:
    """Groups of duplicates.

    Args:
        toolkit: the open toolkit.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit = toolkit

    def exact(self, only: Collection[int] | None = None) -> list[Group]:
        """Return the groups of exact duplicates, the most wasted bytes first.

        Args:
            only: ids of audio files to look at, None for all.
        """
        return exact_groups(self._toolkit.database, self._toolkit.settings.duplicates.keep, only)

    def near(self, only: Collection[int] | None = None) -> tuple[list[Group], list[tuple[str, int]]]:
        """Return groups of near duplicates, and (name, number of files) where too many files share a name.

        Args:
            only: ids of audio files to look at, None for all.
        """
        return near_groups(self._toolkit.database, only)
