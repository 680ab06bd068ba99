"""Lists that search at the same time: none of them ends what another one waits for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.catalog.search.searcher import Searcher
from ctk_tui.tui.screens.catalog import CatalogView
from ctk_tui.tui.screens.duplicates import DuplicatesView
from tests.support.library import Library, put, wav
from tests.support.screen import PATIENCE, duplicates, run, seated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.catalog.search.arrays import Ids


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Give two contents with two copies each."""
    for number, stem in enumerate(("kick", "snare")):
        for folder in ("one", "two"):
            put(tmp_path / "sounds" / folder / f"{stem}.wav", wav(number, frames=800))
    made = Library(tmp_path / "ctk", {"sounds": tmp_path / "sounds"}, "[audio]\naudition = false\n")
    made.scan()
    yield made
    made.close()


class Gate:
    """Searches for all hits stand still inside the catalog until they may go on; nobody asks again by himself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_there, self.goes_on = threading.Event(), threading.Event()
        self.interrupted: list[object] = []
        real, interrupt = Searcher._all, Searcher.interrupt

        def held(*what: Any) -> Ids:
            self.is_there.set()
            assert self.goes_on.wait(PATIENCE)
            return real(*what)

        def told(searcher: Searcher, asker: object) -> None:
            interrupt(searcher, asker)
            self.interrupted.append(asker)

        monkeypatch.setattr(Searcher, "_all", held)
        monkeypatch.setattr(Searcher, "interrupt", told)
        monkeypatch.setattr("ctk_tui.tui.finder.FIRST", 1)  # all hits are a search of their own
        for view in (CatalogView, DuplicatesView):
            monkeypatch.setattr(view, "catalog_changed", lambda *_, **__: None)


def test_groups_come_though_the_catalog_searches_meanwhile(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does when it is opened, or a job ends."""

    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await seat.press("3")
            await seat.sees("exact · 2 groups")
            catalog, gate = seat.app.query_one(CatalogView), Gate(monkeypatch)
            duplicates(seat).query_line.input.value = "snare"
            await seat.until(gate.is_there.is_set, "the search")
            catalog.search(fresh=False)
            assert gate.interrupted[-1] is catalog.finder
            gate.goes_on.set()
            await seat.sees("1 of 2 groups")

    run(work())


def test_all_hits_come_though_groups_are_looked_for_meanwhile(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        async with seated(library.toolkit) as seat:
            await seat.press("3")
            await seat.sees("exact · 2 groups")
            catalog, gate = seat.app.query_one(CatalogView), Gate(monkeypatch)
            catalog.search(fresh=False)
            await seat.until(gate.is_there.is_set, "the search")
            duplicates(seat).query_line.input.value = "snare"
            await seat.until(lambda: duplicates(seat).finder in gate.interrupted, "the other search")
            gate.goes_on.set()
            await seat.sees("1 of 2 groups")
            await seat.until(lambda: catalog.finder.is_whole, "all hits")

    run(work())
