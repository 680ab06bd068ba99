"""A file that takes its worker down: one error, and all others catalogued."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.model.errors import CtkError, WorkerLost
from ctk_tui.scan.feed import CHUNK_BYTES, CHUNK_FILES, MOST_AHEAD, Feed, Task
from ctk_tui.scan.read import digest_files, read_files
from ctk_tui.toolkit.scanning import ScanOptions
from ctk_tui.workers.pool import WorkerPool
from tests.scan.victims import read_or_die, read_or_leave
from tests.support.asking import ask
from tests.support.library import Library, put, wav

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ctk_tui.model.report import ScanReport


class Fragile(Executor):
    """Reads here and now, and fails as an executor whose worker died: over a chunk that has a deadly file.

    Args:
        told: where each chunk is noted: what was asked, and for which names.
        deadly: which names bring a worker down, by what is asked of it.
        error: makes the error from the place of the file in its chunk.
    """

    def __init__(
        self,
        told: list[tuple[str, list[str]]],
        deadly: Callable[[str, str], bool],
        error: Callable[[int], Exception],
    ) -> None:
        self.told = told
        self.deadly = deadly
        self.error = error
        self.broken: Exception | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if isinstance(self.broken, BrokenExecutor):
            raise self.broken
        names = args[0]
        kind = "digest" if fn is digest_files else "read" if args[2] else "bare"
        self.told.append((kind, names))
        future: Future[Any] = Future()
        bad = [at for at, name in enumerate(names) if self.deadly(kind, os.path.basename(name))]
        if bad:
            self.broken = self.error(bad[0])
            future.set_exception(self.broken)
        else:
            future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    for at in range(150):  # more than two chunks
        put(tmp_path / "one" / f"{at:03}.wav", wav(at))
    put(tmp_path / "one" / "070-deadly.wav", wav(900))
    yield made
    made.close()


FAULTS: dict[str, Callable[[int], Exception]] = {
    "with its place": lambda at: WorkerLost("killed by signal 11", at),
    "without its place": lambda at: WorkerLost("killed by signal 11"),
    "with a place that is none": lambda at: WorkerLost("killed by signal 11", 1000),
    "as a broken pool": lambda at: BrokenExecutor("killed by signal 11"),
    "as an error of ours": lambda at: CtkError("killed by signal 11"),
}


def scan(library: Library, deadly: Callable[[str, str], bool], error: Callable[[int], Exception]) -> ScanReport:
    told: list[tuple[str, list[str]]] = []
    return library.toolkit.sources.scan((), ScanOptions(executor=lambda: Fragile(told, deadly, error)))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_parser_that_dies_leaves_an_audio_file_with_an_error(library: Library, fault: str) -> None:
    report = scan(library, lambda kind, name: kind == "read" and "deadly" in name, FAULTS[fault])
    assert [(os.path.basename(e.path), e.stage, e.reason) for e in report.errors] == [
        (b"070-deadly.wav", "decode", "killed by signal 11")
    ]
    assert report.counts["new"] == 150
    rows = ask(library.toolkit.database, "SELECT fingerprint IS NOT NULL, format FROM audio WHERE error IS NOT NULL")
    assert rows == [(1, None)]  # what its bytes are is known all the same


@pytest.mark.parametrize("fault", FAULTS)
def test_a_reader_that_dies_leaves_an_error_row(library: Library, fault: str) -> None:
    report = scan(library, lambda kind, name: "deadly" in name, FAULTS[fault])
    assert [(os.path.basename(e.path), e.stage, e.reason) for e in report.errors] == [
        (b"070-deadly.wav", "read", "killed by signal 11")
    ]
    assert report.counts["new"] == len(library.paths()) == 150


@pytest.mark.parametrize("fault", FAULTS)
def test_a_digest_that_dies_leaves_an_error_row(library: Library, tmp_path: Path, fault: str) -> None:
    put(tmp_path / "one" / "copy-deadly.wav", wav(1))
    report = scan(library, lambda kind, name: kind == "digest" and "copy-deadly" in name, FAULTS[fault])
    # Either of the two may be the candidate; where the known content cannot be read, the other stays unverified.
    if report.errors:
        assert [(os.path.basename(e.path), e.stage) for e in report.errors] == [(b"copy-deadly.wav", "read")]
    else:
        assert ask(library.toolkit.database, "SELECT count(*) FROM audio WHERE NOT verified") == [(2,)]
    assert len(library.paths()) == 152 - len(report.errors)
    assert library.toolkit.duplicates.exact() == []


def test_the_next_scan_tells_the_same_file_as_no_news(library: Library) -> None:
    def parser(kind: str, name: str) -> bool:
        return kind == "read" and "deadly" in name

    assert scan(library, parser, FAULTS["with its place"]).new_errors() == 1
    report = scan(library, parser, FAULTS["with its place"])
    assert (len(report.errors), report.new_errors(), report.counts["unchanged"]) == (1, 0, 150)


def test_many_deadly_files_are_many_errors(library: Library, tmp_path: Path) -> None:
    for at in range(0, 150, 10):
        put(tmp_path / "one" / f"{at:03}-deadly.wav", wav(900 + at))
    for fault in FAULTS.values():
        told = scan(library, lambda kind, name: "deadly" in name, fault)
        assert len(told.errors) == 15
        assert len(library.paths()) == 150


def test_a_broken_pool_blames_no_file_that_was_only_beside(tmp_path: Path) -> None:
    """Two chunks fly; the worker of one dies, and the executor calls both broken."""
    for name in ("deadly.wav", "good.wav"):
        put(tmp_path / name, wav(1))
    made: list[list[Future[Any]]] = []

    class Pool(Executor):
        """Breaks with all that it has as soon as something deadly is in it, once the feed looks."""

        def __init__(self) -> None:
            made.append([])
            self.held = made[-1]
            self.work: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            self.work.append((future, fn, args))
            self.held.append(future)
            if len(made) > 1 or len(self.work) == 2:
                self.go()
            return future

        def go(self) -> None:
            deadly = any("deadly" in os.path.basename(name) for _, _, args in self.work for name in args[0])
            for future, fn, args in self.work:
                if deadly:
                    future.set_exception(BrokenExecutor("died"))
                else:
                    future.set_result(fn(*args))
            self.work.clear()

    feed = Feed(Pool, 2)
    for name in ("deadly.wav", "good.wav"):
        feed.put(Task("read", str(tmp_path / name), 900, 1 + (name == "good.wav"), name))
    answers = {}
    while len(feed):
        answers.update({task.payload: answer for task, answer in feed.pump(1, full_chunks=False)})
    feed.close()
    assert answers["deadly.wav"] == {"error": ["read", "died"]}
    assert "facts" in answers["good.wav"]


def test_chunks_hold_so_many_files_and_bytes(tmp_path: Path) -> None:
    told: list[tuple[str, list[str]]] = []
    feed = Feed(lambda: Fragile(told, lambda kind, name: False, lambda at: WorkerLost("", at)), 100)
    for at in range(CHUNK_FILES + 1):
        feed.put(Task("read", f"/no/{at}", CHUNK_BYTES, 1, None))
    for at in range(3):
        feed.put(Task("digest", f"/no/d{at}", CHUNK_BYTES // 2, 1, None))
    assert len(feed) == CHUNK_FILES + 4
    assert feed.pump(0, full_chunks=True) != []  # only the full chunk flew
    assert [(kind, len(names)) for kind, names in told] == [("read", CHUNK_FILES)]
    while len(feed):
        feed.pump(1, full_chunks=False)
    assert sorted((kind, len(names)) for kind, names in told[1:]) == [("digest", 1), ("digest", 2), ("read", 1)]


class Held(Executor):
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.futures.append(Future())
        return self.futures[-1]

    def answer(self, first: int = 0, end: int | None = None) -> None:
        for future in self.futures[first:end]:
            future.set_result([{"gone": True}])
        del self.futures[first:end]


def test_a_volume_whose_workers_had_to_wait_gets_more_chunks_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctk_tui.scan.feed.CHUNK_FILES", 1)
    held = Held()
    feed = Feed(lambda: held, 3)
    for at in range(400):
        feed.put(Task("read", f"/no/{at}", 1, 1 + at % 2, None))
    flying = []
    for _ in range(6):
        feed.pump(0, full_chunks=True)
        flying.append(len(held.futures))
        held.answer()  # all of them came back while the caller was elsewhere
    assert flying == [6, 12, 24, 48, 48, 48]
    feed.pump(0, full_chunks=True)
    feed.pump(0.01, full_chunks=True)  # now nothing came while it was waited for
    assert len(held.futures) == 2 * MOST_AHEAD
    held.answer(1, -1)  # one of each volume is still out
    feed.pump(0, full_chunks=True)
    assert len(held.futures) == 2 * 3
    held.answer()


class Perilous(Executor):
    """Real worker processes of ours that read as `victims` do."""

    def __init__(self) -> None:
        self.pool = WorkerPool(2, item_timeout=3, allow=("tests",))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if fn is read_files:
            return self.pool.submit(read_or_die, *args)
        return self.pool.submit(fn, *args)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.pool.shutdown(wait, cancel_futures=cancel_futures)


def test_real_workers_that_die_and_hang(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "one" / "100-hanging.wav", wav(901))
    report = library.toolkit.sources.scan((), ScanOptions(executor=Perilous))
    told = {os.path.basename(e.path): (e.stage, e.reason) for e in report.errors}
    assert set(told) == {b"070-deadly.wav", b"100-hanging.wav"}
    assert told[b"070-deadly.wav"][0] == told[b"100-hanging.wav"][0] == "decode"
    assert report.counts["new"] == 150


class Standard(Executor):
    """The standard library's pool, which breaks as a whole; its end knows no more words than Dask's."""

    def __init__(self) -> None:
        self.pool = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return self.pool.submit(read_or_leave if fn is read_files else fn, *args)

    def shutdown(self, wait: bool = True, **words: object) -> None:
        assert not words
        self.pool.shutdown(wait)


def test_the_standard_pool_in_the_place_of_ours(tmp_path: Path) -> None:
    library = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    for at in range(5):
        put(tmp_path / "one" / f"{at}.wav", wav(at))
    put(tmp_path / "one" / "deadly.wav", wav(9))
    report = library.toolkit.sources.scan((), ScanOptions(executor=Standard))
    assert [(os.path.basename(e.path), e.stage) for e in report.errors] == [(b"deadly.wav", "read")]
    assert len(library.paths()) == 5
    library.close()
