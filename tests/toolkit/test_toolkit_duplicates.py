"""Groups a page at a time are the groups that are found at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Give three exact groups, and two near ones: one sound has two names, and is in both."""
    root = tmp_path / "sounds"
    for seed, names in enumerate((("a.wav", "b/a.wav"), ("c.wav", "d.wav", "e.wav"), ("one.wav", "two.wav")), 1):
        for name in names:
            put(root / name, wav(seed, frames=400 * seed))
    put(root / "x" / "One.wav", wav(8, frames=1200))
    put(root / "x" / "TWO.wav", wav(9, frames=1200))
    put(root / "alone.wav", wav(10))
    made = Library(tmp_path / "ctk", {"sounds": root})
    made.scan()
    yield made
    made.close()


def test_exact_groups_by_id_are_those_found_at_once(library: Library) -> None:
    duplicates = library.toolkit.duplicates
    groups = duplicates.exact()
    ids, wasted = duplicates.exact_ids()
    assert ids.tolist() == [group.id for group in groups]
    assert wasted == sum(group.wasted_bytes for group in groups) > 0
    assert duplicates.groups(ids[::-1].tolist()) == groups[::-1]
    only = [groups[1].id, library.toolkit.catalog.search("alone")[0]]
    assert duplicates.exact_ids(only) == (ids[1:2], groups[1].wasted_bytes)


def test_what_is_not_there_twice_any_more_is_left_out(library: Library, tmp_path: Path) -> None:
    duplicates = library.toolkit.duplicates
    ids, _ = duplicates.exact_ids()
    (tmp_path / "sounds" / "b" / "a.wav").unlink()
    library.scan()
    assert [group.id for group in duplicates.groups(ids.tolist())] == [group.id for group in duplicates.exact()]
    assert len(duplicates.exact()) == len(ids) - 1


def test_near_groups_by_cluster_are_those_found_at_once(library: Library) -> None:
    duplicates = library.toolkit.duplicates
    groups, _ = duplicates.near()
    clusters, _ = duplicates.near_clusters()
    assert [cluster.name for cluster in clusters] == ["one", "two"]
    assert clusters[0].ids[0] == clusters[1].ids[0], "a sound with two names is in both"
    assert duplicates.near_groups(clusters) == groups
    assert duplicates.near_groups(clusters[1:]) == groups[1:]
    assert {file.path.rpartition(b"/")[2].lower() for file in groups[1].files} == {b"two.wav"}
