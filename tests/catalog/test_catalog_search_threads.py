"""Searches from several threads: interrupted ones end and leave nothing behind, the newest is answered."""

from __future__ import annotations

import random
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ctk_tui.catalog.connection import Database
from ctk_tui.catalog.search import meaning, upkeep
from ctk_tui.catalog.search.memory import Moment
from ctk_tui.catalog.search.searcher import Searcher
from ctk_tui.model.audio import Tags
from ctk_tui.model.errors import Cancelled
from ctk_tui.model.query.parse import parse
from tests.support.catalogs import Audio, Somewhere, add, empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = 1_700_000_000.0
ROWS = 400
TEXTS = (
    "", "k", "kick", "^kick", "kick deep", "kick , snare", "kick size-", "duration:..2", "name:snare size-", "path+",
    "name-", "category:drums", "label:speech", "zzz", "dir:b", "format:wav k", "snare ^deep duration-",
    "is:unclassified", "added:2016..",
)  # fmt: skip
ASKER = "who asks"
WAIT = 30.0
"""Seconds that a test waits for a thread before it fails."""


def audio(number: int) -> Audio:
    name = f"{'abc'[number % 3]}/{'kick' if number % 2 else 'snare'} {'deep' if number % 5 else 'dark'} {number}.wav"
    path = Somewhere("a", name.encode(), "present", number, protected=False, cloud=False)
    return Audio(
        paths=(path,), size=number, added_at=1.5e9, tags=Tags(), labels={"Speech": 0.5} if number % 4 else {},
        category=("drums", None)[number % 2], confidence=0.5, format="wav", duration=number / 100, rate=44_100,
        channels=1, bits=16, error=None, marked=False,
    )  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = empty(tmp_path / "catalog.db")
    add(database, [audio(number) for number in range(1, ROWS + 1)])
    upkeep.catch_up(database)
    yield database
    database.close()


class Held:
    """A search that stands still in the middle of a statement, in a thread of its own.

    It reads rows that are not in the index, for a word of one letter: SQLite calls Python for each, where it is held.
    """

    def __init__(self, database: Database, searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
        add(database, [audio(number) for number in range(ROWS + 1, 2 * ROWS + 1)])
        self.calls = 0
        self.is_there, self.goes_on = threading.Event(), threading.Event()
        real = meaning._begins

        def held(text: str, needle: str) -> bool:
            self.calls += 1
            self.is_there.set()
            assert self.goes_on.wait(WAIT)
            return real(text, needle)

        monkeypatch.setattr(meaning, "_begins", held)
        self.after: list[int] = []
        self.error: BaseException | None = None
        self._searcher = searcher
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self.is_there.wait(WAIT)

    def _run(self) -> None:
        try:
            self._searcher.ids(parse("s"), NOW, asker=ASKER)
        except Cancelled as error:
            self.error = error
        self.after = self._searcher.ids(parse("snare"), NOW).tolist()  # on the same connection

    def end(self) -> None:
        self.goes_on.set()
        self._thread.join(WAIT)
        assert not self._thread.is_alive()


def test_an_interrupted_search_ends_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    searcher = Searcher(database)
    held = Held(database, searcher, monkeypatch)
    searcher.interrupt(ASKER)
    held.end()
    assert isinstance(held.error, Cancelled)
    assert held.calls == 1  # of 400 rows that it would have had to read
    assert len(held.after) == ROWS


def test_without_an_interrupt_it_goes_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(database, Searcher(database), monkeypatch)
    held.end()
    assert held.error is None
    assert held.calls >= ROWS


def test_an_interrupt_leaves_what_others_asked_alone(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    searcher = Searcher(database)
    held = Held(database, searcher, monkeypatch)
    searcher.interrupt("somebody else")
    held.end()
    assert held.error is None
    assert held.calls >= ROWS


def test_the_newest_is_answered_while_the_older_one_still_stands(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    searcher = Searcher(database)
    held = Held(database, searcher, monkeypatch)
    searcher.interrupt(ASKER)
    assert len(searcher.ids(parse("kick"), NOW, asker=ASKER)) == ROWS
    assert len(searcher.first(parse("kick"), NOW, 10, asker=ASKER)) == 10
    held.end()
    assert isinstance(held.error, Cancelled)


def test_an_interrupt_between_two_statements_counts(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    searcher = Searcher(database)
    with monkeypatch.context() as patch:
        patch.setattr("ctk_tui.catalog.search.searcher.small", lambda *_: searcher.interrupt(ASKER))
        with pytest.raises(Cancelled):
            searcher.ids(parse("kick"), NOW, asker=ASKER)
    assert len(searcher.ids(parse("kick"), NOW, asker=ASKER)) == ROWS // 2


@pytest.mark.parametrize("interrupted", [True, False])
def test_what_fails_after_an_interrupt_is_the_interrupts_doing(
    database: Database, monkeypatch: pytest.MonkeyPatch, *, interrupted: bool
) -> None:
    searcher = Searcher(database)

    def fails(*_: object) -> None:
        if interrupted:
            searcher.interrupt(ASKER)
        raise sqlite3.OperationalError("vtable constructor failed: search_starts")

    monkeypatch.setattr("ctk_tui.catalog.search.searcher.small", fails)
    with pytest.raises(Cancelled if interrupted else sqlite3.OperationalError):
        searcher.ids(parse("kick"), NOW, asker=ASKER)


def test_an_interrupt_of_nothing_harms_no_later_search(database: Database) -> None:
    searcher = Searcher(database)
    searcher.interrupt(ASKER)
    assert len(searcher.ids(parse("kick"), NOW, asker=ASKER)) == ROWS // 2
    searcher.interrupt(ASKER)
    assert len(searcher.first(parse("kick"), NOW, asker=ASKER)) == 100


def test_preparing_is_not_interrupted_and_stops_where_it_is_told(database: Database) -> None:
    searcher, asked = Searcher(database), 0

    def check() -> None:
        nonlocal asked
        searcher.interrupt(ASKER)
        asked += 1
        if asked == 4:
            raise KeyError

    with pytest.raises(KeyError):
        searcher.prepare(check)
    assert len(searcher.ids(parse("kick"), NOW)) == ROWS // 2
    searcher.prepare(lambda: searcher.interrupt(ASKER))
    assert len(searcher.ids(parse("kick size-"), NOW)) == ROWS // 2


def test_preparing_ends_when_the_whole_catalog_is_interrupted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the app does when it is closed."""
    is_there, goes_on = threading.Event(), threading.Event()

    def held(text: str) -> str:
        is_there.set()
        assert goes_on.wait(WAIT)
        return text

    def in_sql(moment: Moment) -> Iterator[Callable[[], object]]:
        moment.connection.create_function("held", 1, held)
        yield lambda: moment.connection.execute("SELECT held(display) FROM paths").fetchall()

    monkeypatch.setattr(Moment, "parts", in_sql)
    searcher = Searcher(database)
    with ThreadPoolExecutor(1) as pool:
        preparing = pool.submit(searcher.prepare)
        assert is_there.wait(WAIT)
        database.interrupt()
        goes_on.set()
        with pytest.raises(Cancelled):
            preparing.result(WAIT)


def test_a_catalog_that_cannot_be_written_is_searched(database: Database) -> None:
    wanted = {text: Searcher(database).ids(parse(text), NOW).tolist() for text in TEXTS}
    database.close()
    folder = database.path.parent
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    assert list(before) == [database.path]
    alone = Database(database.path, read_only=True)
    searcher = Searcher(alone)
    for prepared in (False, True):
        if prepared:
            searcher.prepare()
        for text, ids in wanted.items():
            assert searcher.first(parse(text), NOW, 7).tolist() == ids[:7], text
            assert searcher.ids(parse(text), NOW).tolist() == ids, text
    alone.close()
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


@pytest.mark.parametrize("is_filled", [False, True])
def test_threads_share_what_is_known(database: Database, *, is_filled: bool) -> None:
    """Each has its own connection, all have one memory; one fills it meanwhile."""
    wanted = {text: Searcher(database).ids(parse(text), NOW).tolist() for text in TEXTS}
    searcher, together = Searcher(database), threading.Barrier(5)
    if is_filled:
        searcher.prepare()

    def ask(seed: int) -> None:
        together.wait(WAIT)
        if seed == 0:
            searcher.prepare()
        for text in random.Random(seed).sample(TEXTS * 3, 3 * len(TEXTS)):
            assert searcher.first(parse(text), NOW, 5).tolist() == wanted[text][:5], text
            assert searcher.ids(parse(text), NOW).tolist() == wanted[text], text

    with ThreadPoolExecutor(5) as pool:
        for done in [pool.submit(ask, seed) for seed in range(5)]:
            done.result(WAIT)


def test_threads_search_while_rows_come_and_change(database: Database) -> None:
    """What is found was a hit at some time; what was a hit all the time is found."""
    searcher, is_over = Searcher(database), threading.Event()
    always = set(Searcher(database).ids(parse("snare"), NOW).tolist())
    kicks = set(Searcher(database).ids(parse("kick"), NOW).tolist())

    def ask(seed: int) -> int:
        number = 0
        while not is_over.is_set() or number < 3:
            found = set(searcher.ids(parse("snare"), NOW).tolist())
            assert always <= found
            assert not found & kicks
            first = searcher.first(parse(("snare", "snare size-", "snare duration:..1")[seed]), NOW, 20)
            assert not set(first.tolist()) & kicks
            assert len(first) == 20
            if seed == 0:
                searcher.prepare()
            number += 1
        return number

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask, seed) for seed in range(3)]
        try:
            for number in range(ROWS + 1, ROWS + 60):
                add(database, [audio(number)])
                with database.write() as connection:
                    connection.execute("UPDATE audio SET duration = duration + 1 WHERE id = ?", (number - ROWS,))
                    connection.execute("UPDATE paths SET mtime_ns = mtime_ns + 1 WHERE id = ?", (number - ROWS,))
                if number % 7 == 0:
                    upkeep.catch_up(database)
        finally:
            is_over.set()
        assert all(done.result(WAIT) for done in asking)
