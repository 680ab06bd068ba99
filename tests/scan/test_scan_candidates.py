"""Candidates whose twin cannot be read now: apart and unverified, then joined."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog import health
from ctk_tui.disk.safe_open import open_regular
from ctk_tui.model.errors import FileUnreadable
from tests.support.asking import ask, content_of, decide, decided, facts
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.disk.safe_open import OpenFile

LONG = wav(3, frames=90_000)
TWIN = wav(3, frames=90_000, middle=77)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one", "two": tmp_path / "two"})
    yield made
    assert health.inconsistencies(made.toolkit.database) == []
    made.close()


def unplugged(tmp_path: Path) -> None:
    (tmp_path / "one").rename(tmp_path / "unplugged")


def replugged(tmp_path: Path) -> None:
    (tmp_path / "unplugged").rename(tmp_path / "one")


def one_each(library: Library, tmp_path: Path, second: bytes) -> tuple[int, int]:
    """Scan LONG in one source, unplug it, scan `second` in the other; return both ids."""
    put(tmp_path / "one" / "a.wav", LONG)
    library.scan()
    first = content_of(library, tmp_path / "one" / "a.wav")
    decide(library, first)
    unplugged(tmp_path)
    put(tmp_path / "two" / "b.wav", second)
    library.scan()
    return first, content_of(library, tmp_path / "two" / "b.wav")


def test_apart_and_unverified_while_the_twin_is_away(library: Library, tmp_path: Path) -> None:
    first, second = one_each(library, tmp_path, LONG)
    assert first != second
    assert facts(library, second, "verified", "digest IS NOT NULL", "shared") == (0, 1, 1)
    assert facts(library, first, "verified", "digest", "shared") == (0, None, 1)


def test_unverified_copies_waste_nothing(library: Library, tmp_path: Path) -> None:
    one_each(library, tmp_path, LONG)
    put(tmp_path / "two" / "c.wav", LONG)
    library.scan()
    [group] = library.toolkit.duplicates.exact()
    assert (group.verified, group.wasted_bytes) == (False, 0)
    assert library.toolkit.catalog.stats().wasted_bytes == 0


def test_joined_when_both_can_be_read(library: Library, tmp_path: Path) -> None:
    first, second = one_each(library, tmp_path, LONG)
    with library.toolkit.database.write() as connection:
        connection.execute("INSERT INTO decisions (audio_id, kind, set_at) VALUES (?, 'spared', 1)", (second,))
    replugged(tmp_path)
    library.scan()
    assert set(library.paths().values()) == {first}  # the lower id stays
    assert facts(library, first, "verified", "shared", "copies") == (1, 0, 2)
    assert all(decided(library, first))
    kinds = ask(library.toolkit.database, "SELECT audio_id, kind FROM decisions ORDER BY kind")
    assert kinds == [(first, "keeper"), (first, "spared")]  # decisions follow


def test_found_to_be_two_when_both_can_be_read(library: Library, tmp_path: Path) -> None:
    first, second = one_each(library, tmp_path, TWIN)
    replugged(tmp_path)
    library.scan()
    assert set(library.paths().values()) == {first, second}
    assert facts(library, first, "verified", "shared") == facts(library, second, "verified", "shared") == (1, 1)


def test_the_categories_of_both_when_they_join(library: Library, tmp_path: Path) -> None:
    """The user's word wins over the model's, whichever row it stood on."""
    first, second = one_each(library, tmp_path, LONG)
    with library.toolkit.database.write() as connection:
        connection.execute("UPDATE categories SET source = 'model' WHERE audio_id = ?", (first,))
        connection.execute(
            "INSERT INTO categories (audio_id, category, source, set_at) VALUES (?, 'vocal', 'user', 2)", (second,)
        )
    replugged(tmp_path)
    library.scan()
    rows = ask(library.toolkit.database, "SELECT audio_id, category, source FROM categories")
    assert rows == [(first, "vocal", "user")]


def test_a_twin_that_the_system_refuses_is_as_if_away(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "one" / "a.wav", LONG)
    library.scan()

    def refuse(path: bytes, *, follow: bool = False, looked: bool = False) -> OpenFile:
        if os.path.basename(path) == b"a.wav":
            raise FileUnreadable(path, "permission denied")
        return open_regular(path, follow=follow, looked=looked)

    put(tmp_path / "two" / "b.wav", LONG)
    with monkeypatch.context() as patch:
        patch.setattr("ctk_tui.scan.read.open_regular", refuse)
        library.scan()
    second = content_of(library, tmp_path / "two" / "b.wav")
    assert facts(library, second, "verified", "digest IS NOT NULL") == (0, 1)
    library.scan()  # nothing changed, but now it can be compared
    assert len(set(library.paths().values())) == 1
    assert facts(library, min(library.paths().values()), "verified", "copies") == (1, 2)
