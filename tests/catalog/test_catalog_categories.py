"""Categories by hand: above the model's word, kept with the content, taken back change by change."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctk_tui.catalog import categories, health
from ctk_tui.config import edit
from tests.support.asking import ask, tell
from tests.support.catalogs import empty
from tests.support.classified import classify, result
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.catalog.connection import Database

Shown = tuple[str | None, str | None, float | None]
NOTHING: Shown = (None, None, None)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Return a library of three audio files, ids 1 to 3; the model called the first drums, the second vocal."""
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one", "two": tmp_path / "two"})
    for at in range(3):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
        made.scan()
    database = made.toolkit.database
    classify(database, [result(database, 1, {}, "drums", 0.9), result(database, 2, {}, "vocal", 0.4)])
    yield made
    made.close()


def shown(library: Library, *ids: int) -> list[Shown]:
    found = library.toolkit.catalog.entries(ids or (1, 2, 3))
    return [(entry.category, entry.category_source, entry.confidence) for entry in found]


def say(library: Library, category: str, *ids: int) -> int:
    return categories.set_category(library.toolkit.database, ids, category).id


def test_the_users_word_stands_above_the_models(library: Library) -> None:
    made = categories.set_category(library.toolkit.database, [1, 3, 3, 99], "fx")
    assert (made.files, made.category, made.undone) == (2, "fx", False)
    assert shown(library) == [("fx", "user", None), ("vocal", "model", 0.4), ("fx", "user", None)]
    database = library.toolkit.database
    classify(database, [result(database, 1, {"Speech": 0.9}, "vocal", 0.8)], "another model")
    assert shown(library, 1) == [("fx", "user", None)]
    assert library.toolkit.catalog.search("category:fx") == [1, 3]
    assert library.toolkit.catalog.search("label:speech") == [1]


def test_auto_is_the_models_word_of_now(library: Library) -> None:
    say(library, "fx", 1, 2, 3)
    database = library.toolkit.database
    classify(database, [result(database, 1, {}, "vocal", 0.8)], "another model")
    say(library, "auto", 1, 2, 3)
    assert shown(library) == [("vocal", "model", 0.8), ("vocal", "model", 0.4), NOTHING]
    assert ask(database, "SELECT * FROM decisions") == []


def test_undo_brings_back_what_was_said_before(library: Library) -> None:
    first = say(library, "fx", 1, 2)
    second = say(library, "bass", 2, 3)
    database = library.toolkit.database
    assert categories.undo(database, second) == 2
    assert shown(library) == [("fx", "user", None), ("fx", "user", None), NOTHING]
    assert categories.undo(database, second) is None
    assert categories.undo(database, first) == 2
    assert shown(library) == [("drums", "model", 0.9), ("vocal", "model", 0.4), NOTHING]
    assert [(one.id, one.undone) for one in categories.changes(database)] == [(second, True), (first, True)]
    assert categories.undo(database, 99) is None


def test_undoing_an_earlier_change_leaves_what_a_later_one_said(library: Library) -> None:
    first = say(library, "fx", 1, 2)
    say(library, "bass", 2)
    assert categories.undo(library.toolkit.database, first) == 1
    assert shown(library, 1, 2) == [("drums", "model", 0.9), ("bass", "user", None)]


def test_what_is_said_twice_is_one_change(library: Library) -> None:
    say(library, "fx", 1)
    again = categories.set_category(library.toolkit.database, [1], "fx")
    assert (again.id, again.files) == (0, 0)
    assert categories.set_category(library.toolkit.database, [2], "auto").id == 0
    assert len(categories.changes(library.toolkit.database)) == 1


def test_the_oldest_changes_are_forgotten(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(categories, "KEPT", 3)
    made = [say(library, category, 1) for category in ("fx", "bass", "fx", "bass", "fx")]
    assert [one.id for one in categories.changes(library.toolkit.database)] == made[:1:-1]
    assert ask(library.toolkit.database, "SELECT count(*) FROM category_changed") == [(3,)]


def test_a_break_in_an_undo_is_mended_by_the_next(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(categories, "SLICE", 1)
    database = library.toolkit.database
    change = say(library, "fx", 1, 2, 3)
    assert len(categories.changes(database)) == 1
    tell(database, "CREATE TRIGGER cut BEFORE INSERT ON categories WHEN NEW.audio_id = 2 BEGIN"
                   " SELECT RAISE(ABORT, 'cut'); END")  # fmt: skip
    with pytest.raises(Exception, match="cut"):
        categories.undo(database, change)
    assert shown(library) == [("drums", "model", 0.9), ("fx", "user", None), ("fx", "user", None)]
    tell(database, "DROP TRIGGER cut")
    assert categories.undo(database, change) == 3
    assert shown(library) == [("drums", "model", 0.9), ("vocal", "model", 0.4), NOTHING]


def test_it_follows_moves_and_changed_content(library: Library, tmp_path: Path) -> None:
    say(library, "fx", 1, 2)
    (tmp_path / "one" / "0.wav").rename(tmp_path / "two" / "moved.wav")
    put(tmp_path / "one" / "1.wav", wav(70))
    library.scan()
    assert library.paths()[str(tmp_path / "two" / "moved.wav").encode()] == 1
    assert shown(library, 1, 2) == [("fx", "user", None)] * 2
    say(library, "auto", 1, 2)
    assert shown(library, 1, 2) == [("drums", "model", 0.9), NOTHING]  # of the new content the model said nothing


def test_it_outlives_a_removed_source(library: Library, tmp_path: Path) -> None:
    say(library, "fx", 1)
    library.toolkit.sources.remove("one")
    assert library.toolkit.catalog.search("category:fx") == []
    shutil.copytree(tmp_path / "one", tmp_path / "elsewhere", copy_function=shutil.copy2)
    edit.add_source(library.config, "back", tmp_path / "elsewhere")
    library.toolkit.reload()
    library.scan("back")
    [found] = library.toolkit.catalog.search("category:fx")
    assert shown(library, found) == [("fx", "user", None)]
    assert health.faults(library.toolkit.database) == []


def users(database: Database) -> dict[int, str]:
    return dict(ask(database, "SELECT audio_id, value FROM decisions WHERE kind = 'category'"))


words = st.sampled_from(["drums", "vocal", "auto"])
steps = st.lists(st.tuples(st.booleans(), words, st.sets(st.integers(1, 5), max_size=4)), max_size=8)


@settings(max_examples=60)
@given(steps=steps)
def test_undoing_all_from_the_newest_on_brings_back_the_beginning(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, str, set[int]]]
) -> None:
    """Whatever was said and undone, the newest change that holds can be undone to the state before it."""
    database = empty(tmp_path_factory.mktemp("c") / "c.db")
    for number in range(1, 5):
        tell(database, "INSERT INTO audio (id, fingerprint, size, added_at, scanned_at) VALUES (?, ?, 1, 0, 0)",
             number, str(number))  # fmt: skip
    states: list[tuple[int, dict[int, str]]] = []
    for undoes, word, ids in steps:
        if undoes and states:
            change, before = states.pop()
            assert categories.undo(database, change) is not None
            assert users(database) == before
        else:
            before = users(database)
            change = categories.set_category(database, ids, word).id
            if change:
                states.append((change, before))
            assert all(users(database).get(number, "auto") == word for number in ids if number < 5)
        assert users(database) == dict(
            ask(database, "SELECT audio_id, category FROM categories WHERE source = 'user' ORDER BY 1")
        )
    database.close()
