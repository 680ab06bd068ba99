"""The first page of an app that was only just opened, and what is read of the catalog when a query names a format."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog.search import upkeep
from ctk_tui.catalog.search.opening import opening
from ctk_tui.model.errors import QueryError
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one", "two": tmp_path / "two"})
    for number in range(40):
        put(tmp_path / "one" / f"{'kick' if number % 3 else 'Álto'} {number}.wav", wav(number))
        if number % 4 == 0:
            put(tmp_path / "two" / f"a copy {number}.wav", wav(number))
    made.scan()
    upkeep.catch_up(made.toolkit.database)
    yield made
    made.close()


def test_it_is_what_a_search_for_nothing_finds_first(library: Library, tmp_path: Path) -> None:
    for number in (1, 4, 5):
        os.unlink(tmp_path / "one" / f"kick {number}.wav")
    library.scan()
    upkeep.catch_up(library.toolkit.database)
    everything = library.toolkit.catalog.search("")
    assert len(everything) == 38
    for most in (1, 10, 20):
        assert opening(library.toolkit.database, most) == everything[:most]
    assert opening(library.toolkit.database, 39) is None


def test_it_leaves_to_the_search_what_the_index_does_not_have(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "0 first of all.wav", wav(99))
    os.rename(tmp_path / "one" / "kick 1.wav", tmp_path / "one" / "1 second.wav")
    with library.toolkit.database.write() as connection:
        connection.execute("UPDATE search_state SET named = named - 1")
    assert opening(library.toolkit.database, 5) is None
    assert list(library.toolkit.catalog.opening(5)) == []


def test_formats_of_the_catalog_are_known_as_they_are_now(library: Library) -> None:
    catalog = library.toolkit.catalog
    for name in ("zap", "zip"):
        with pytest.raises(QueryError):
            catalog.parse(f"format:{name}")
        with library.toolkit.database.write() as connection:
            connection.execute("UPDATE audio SET format = ? WHERE id = (SELECT max(id) FROM audio)", (name,))
        assert len(catalog.search(f"format:{name}")) == 1
    with pytest.raises(QueryError):
        catalog.parse("format:zap")
