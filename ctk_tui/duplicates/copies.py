"""A copy in a group, from what the catalog says of the sound and of the path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.model.groups import GroupFile

if TYPE_CHECKING:
    from ctk_tui.model.entry import AudioEntry, PathEntry


def copy_at(entry: AudioEntry, path: PathEntry) -> GroupFile:
    """Return the copy of an audio file that lies at one of its paths, not marked as the keeper."""
    return GroupFile(
        entry.id,
        path.path,
        path.source,
        path.size,
        entry.duration_secs,
        entry.format,
        path.modified_at,
        path.offline,
        path.protected,
        sample_rate=entry.sample_rate,
        bit_depth=entry.bit_depth,
    )
