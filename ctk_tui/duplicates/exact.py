"""Exact duplicates: groups of copies whose digests are equal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ctk_tui.catalog import duplicates as rows
from ctk_tui.catalog import entries
from ctk_tui.duplicates.copies import copy_at
from ctk_tui.duplicates.keep import choose
from ctk_tui.model.groups import Group

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ctk_tui.catalog.connection import Database
    from ctk_tui.model.entry import AudioEntry, PathEntry


def exact_groups(database: Database, rules: Sequence[str], only: Collection[int] | None = None) -> list[Group]:
    """Return the groups of exact duplicates, the most wasted bytes first.

    Args:
        database: the catalog.
        rules: keep rules, first decides.
        only: ids to look at, None for all.
    """
    return groups_of(database, rules, [audio_id for audio_id, _ in rows.duplicated(database, only)])


def groups_of(database: Database, rules: Sequence[str], ids: Sequence[int]) -> list[Group]:
    """Return the groups of some contents, in this order; those that are not there twice any more are left out.

    Args:
        database: the catalog.
        rules: keep rules, first decides.
        ids: of the contents.
    """
    fullness = rows.fullness(database, ids)
    copies = entries.paths(database, ids)
    # A content may have gone between two readings.
    groups = [_group(entry, copies.get(entry.id, []), rules, fullness) for entry in entries.entries(database, ids)]
    return [group for group in groups if len(group.files) > 1]


def _group(
    entry: AudioEntry,
    paths: list[tuple[PathEntry, tuple[int, int]]],
    rules: Sequence[str],
    fullness: dict[bytes, int],
) -> Group:
    seen: set[tuple[int, int]] = set()
    files = []
    for path, inode in sorted(paths, key=lambda one: (not one[0].primary, one[0].path)):
        if path.state != "present" or (inode[1] and inode in seen):
            continue
        seen.add(inode)
        files.append(copy_at(entry, path))
    keeper = choose(files, rules, fullness)
    marked = [replace(file, keeper=file is keeper) for file in files]
    marked.sort(key=lambda file: (not file.keeper, file.path))
    wasted = entry.file_size * (len(files) - 1) if entry.verified else 0
    return Group(entry.id, wasted, entry.verified, tuple(marked))
