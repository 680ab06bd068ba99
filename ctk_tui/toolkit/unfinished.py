"""File operations that a kill or a power cut left in the middle.

Every command asks, so nothing of what changes files is loaded for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.journal import open_entries

if TYPE_CHECKING:
    from ctk_tui.toolkit.toolkit import Toolkit


def unfinished(toolkit: Toolkit) -> list[str]:
    """Return the ids of the entries that never came to their end, oldest first; none while an operation runs."""
    names = open_entries(toolkit.database)
    if not names:
        return []
    from ctk_tui.disk.locks import is_held
    from ctk_tui.jobs.runner import lock_path

    return [] if is_held(lock_path(toolkit.database, "apply")) else names
