"""Changing one file costs the same in a large catalog as in a small one: no statement reads all paths."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctk_tui.model.plan import Plan


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path / "config", {"one": tmp_path / "one", "two": tmp_path / "two"})
    for at in range(3):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
        put(tmp_path / "two" / f"{at} copy.wav", wav(at))
    made.scan()
    return made


def reads_all_paths(library: Library, work: Callable[[], object]) -> list[str]:
    """Return the statements of some work that read the table of paths from its first row to its last."""
    connection = library.toolkit.database.connection()
    said: set[str] = set()
    connection.set_trace_callback(said.add)
    work()
    connection.set_trace_callback(None)
    found = []
    for statement in said:
        try:
            plan = [row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + statement)]
        except sqlite3.Error:
            continue  # a transaction's, or a trigger's own
        if any(line in ("SCAN paths", "SCAN p") for line in plan):
            found.append(statement)
    assert said
    return found


def test_doing_and_taking_back(library: Library, tmp_path: Path) -> None:
    files, ids = library.toolkit.files, library.toolkit.catalog.search("0.wav")
    plans: list[Callable[[], Plan]] = [
        files.plan_duplicates,
        lambda: files.plan_rename(ids, "{name}_x"),
        lambda: files.plan_move(ids, tmp_path / "two" / "new"),
        lambda: files.plan_move(ids, tmp_path / "away"),
        lambda: files.plan_copy(ids, tmp_path / "one" / "again"),
        lambda: files.plan_delete((), paths=[b"%b/two/0 copy.wav" % bytes(tmp_path)]),
    ]
    for make in plans:
        plan = make()
        assert reads_all_paths(library, lambda plan=plan: files.apply(plan)) == []  # type: ignore[misc]
        for _ in ("undo", "redo"):
            reversal = files.reversal(files.history()[0].id)
            assert reads_all_paths(library, lambda reversal=reversal: files.undo(reversal)) == []  # type: ignore[misc]
        files.undo(files.reversal(files.history()[0].id))
    library.close()


def test_restoring_and_emptying(library: Library, tmp_path: Path) -> None:
    files = library.toolkit.files
    files.apply(files.plan_duplicates())
    restoring = files.reversal(paths=[b"%b/two/0 copy.wav" % bytes(tmp_path)], kind="restore")
    assert reads_all_paths(library, lambda: files.undo(restoring)) == []
    emptying = files.emptying()
    assert reads_all_paths(library, lambda: files.empty(emptying)) == []
    assert files.quarantine() == []
    library.close()


def test_a_path_is_found_by_its_name(library: Library, tmp_path: Path) -> None:
    catalog = library.toolkit.catalog
    library.toolkit.files.apply(library.toolkit.files.plan_duplicates())
    names = [b"%b/%b" % (bytes(tmp_path), name) for name in (b"two/0 copy.wav", b"one/0.wav", b"one/none.wav")]
    told: list[tuple[list[int], list[bytes]]] = []
    assert reads_all_paths(library, lambda: told.append(catalog.ids_of(names))) == []
    assert told == [(catalog.search("0.wav"), names[2:])]
    library.close()
