"""A catalog on a volume that fills up while files are changed: nothing is lost, the next run brings it to an end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from ctk_tui.files import steps
from ctk_tui.model.errors import CatalogError
from tests.support.changing import contents, difference, quarantined, tree
from tests.support.library import Library, put, wav
from tests.support.mounts import fill, mounted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.needs("mount")
COPIES = 80


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Return a volume with room for the catalog of a few files."""
    with mounted("none", tmp_path / "small", "-t", "tmpfs", "-o", "size=8m") as place:
        yield place


def made(small: Path, one: Path, two: Path) -> Library:
    """Return a scanned library with its catalog on the small volume."""
    library = Library(small / "ctk", {"one": one, "two": two})
    for at in range(COPIES):
        put(one / f"{at}.wav", wav(at))
        put(two / "sub" / f"{at} copy.wav", wav(at))
    library.scan()
    return library


def fill_at(monkeypatch: pytest.MonkeyPatch, small: Path, name: str, times: int) -> None:
    """Take all the room when a moment was passed so many times."""
    passed = 0

    def count(moment: str) -> None:
        nonlocal passed
        passed += moment == name
        if passed >= times:
            fill(small)

    monkeypatch.setattr(steps, "on_step", count)


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(("moment", "times"), [("begun", 1), ("renamed", 40), ("told", 2)])
def test_room_runs_out_in_the_middle(
    tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch, moment: str, times: int, *, back: bool, together: bool
) -> None:
    """The files lie on the same volume or elsewhere, with journals that have room."""
    one, two = tmp_path / "one", (small if together else tmp_path) / "two"
    library = made(small, one, two)
    files, before, there = library.toolkit.files, tree(one, two), contents(one, two)
    plan = files.plan_duplicates()
    if back:
        files.apply(plan)
    fill_at(monkeypatch, small, moment, times)
    with pytest.raises(CatalogError, match=f"the disk that holds the catalog is full: {small}$") as told:
        files.undo(files.reversal()) if back else files.apply(plan)
    assert told.value.hint.startswith("make room there; ")
    assert "`ctk doctor --repair`" in told.value.hint
    monkeypatch.undo()
    assert contents(one, two) == there
    library.close()

    (small / "filler").unlink()
    library.toolkit = library.open()
    files = library.toolkit.files
    assert len(files.interrupted()) == 1
    assert len(files.recover()) == 1
    assert files.interrupted() == []
    assert health.inconsistencies(library.toolkit.database) == []
    assert len(library.paths("quarantined")) == len(quarantined(two))
    assert {os.fsdecode(path) for path in library.paths()} == {name for name in tree(one, two) if ".wav" in name}
    while [one for one in files.history() if one.kind != "undo" and one.state in ("applied", "partial")]:
        assert files.undo(files.reversal()).failed == ()
    assert difference(before, tree(one, two)) == []
    library.close()


def test_no_room_before_the_first_change(tmp_path: Path, small: Path) -> None:
    library = made(small, tmp_path / "one", tmp_path / "two")
    files, before = library.toolkit.files, tree(tmp_path / "one", tmp_path / "two")
    plan = files.plan_duplicates()
    fill(small)
    with pytest.raises(CatalogError, match=r"no space left|is full") as told:
        files.apply(plan)
    assert "make room there" in told.value.hint
    assert difference(before, tree(tmp_path / "one", tmp_path / "two")) == []
    (small / "filler").unlink()
    assert files.interrupted() == []
    assert files.apply(plan).done == COPIES
    library.close()
