"""Near duplicates: other bytes, but one name and nearly one length, as a bounce in two formats leaves them."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import TYPE_CHECKING

from ctk_tui.catalog import duplicates as rows
from ctk_tui.catalog import entries
from ctk_tui.duplicates.copies import copy_at
from ctk_tui.model.groups import Cluster, Group
from ctk_tui.model.text import display, folded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ctk_tui.catalog.connection import Database

WITHIN_SECS = 0.5
"""Durations of one group lie this near each other, from the shortest to the longest."""
MOST_FILES = 20
"""A bigger group is a name that says nothing, such as 01.wav; it is named, not listed."""

Named = tuple[float, int]
"""Duration and audio id."""


def stem(rel: bytes) -> str:
    """Return the base name to its last dot, composed and case-folded: what two files must share."""
    name = rel.rpartition(b"/")[2]
    return folded(display(name.rpartition(b".")[0] or name))


def near_groups(database: Database, only: Collection[int] | None = None) -> tuple[list[Group], list[tuple[str, int]]]:
    """Return groups of near duplicates by name, and the names that too many files have; as `near_clusters`."""
    clusters, too_many = near_clusters(database, only)
    return near_groups_of(database, clusters), too_many


def near_clusters(
    database: Database, only: Collection[int] | None = None
) -> tuple[list[Cluster], list[tuple[str, int]]]:
    """Return which sounds are near duplicates, and the names that too many files have.

    Each name's files are sorted by duration and cut into clusters, so the work grows with n log n.

    Args:
        database: the catalog.
        only: ids to look at, None for all; a group needs two of them.

    Returns:
        Clusters by name, and (name, number of files) for those of more than 20.
    """
    wanted = None if only is None else set(only)
    names: dict[str, set[Named]] = defaultdict(set)
    for _, audio_id, rel, duration in rows.named_sounds(database):
        if wanted is None or audio_id in wanted:
            names[stem(rel)].add((duration, audio_id))
    clusters: list[Cluster] = []
    too_many: list[tuple[str, int]] = []
    for name in sorted(name for name, sounds in names.items() if len(sounds) > 1):
        for cluster in _clusters(sorted(names[name])):
            if len(cluster) > MOST_FILES:
                too_many.append((name, len(cluster)))
            else:
                clusters.append(Cluster(name, tuple(cluster)))
    return clusters, too_many


def _clusters(sounds: list[Named]) -> Iterator[list[int]]:
    """Yield the ids of two or more sounds whose durations all lie within half a second."""
    cluster: list[int] = []
    first = 0.0
    for duration, audio_id in sounds:
        if cluster and duration - first > WITHIN_SECS:
            if len(cluster) > 1:
                yield cluster
            cluster = []
        if not cluster:
            first = duration
        cluster.append(audio_id)
    if len(cluster) > 1:
        yield cluster


def near_groups_of(database: Database, clusters: Sequence[Cluster]) -> list[Group]:
    """Return the groups of some clusters, in this order; the sounds that are there no more are left out."""
    ids = sorted({audio_id for cluster in clusters for audio_id in cluster.ids})
    sounds = {entry.id: entry for entry in entries.entries(database, ids)}
    paths = entries.paths(database, ids)
    groups = []
    for cluster in clusters:
        files = []
        for entry in (sounds[audio_id] for audio_id in cluster.ids if audio_id in sounds):
            # Of a sound with several names, the one that the group is about; it may have gone between two readings.
            named = (p for p, _ in paths.get(entry.id, []) if p.state == "present" and _has(p.path, cluster.name))
            files += [copy_at(entry, path) for path in itertools.islice(named, 1)]
        files.sort(key=lambda file: file.path)
        groups.append(Group(min(cluster.ids), 0, verified=True, files=tuple(files)))
    return groups


def _has(path: bytes, name: str) -> bool:
    return stem(path) == name
