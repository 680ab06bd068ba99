"""A pool does what an Executor does."""

from __future__ import annotations

import concurrent.futures
import os
import threading
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pytest

from ctk_tui.model.errors import CtkError, FileUnreadable
from ctk_tui.workers.pool import WorkerPool
from ctk_tui.workers.process import Child
from tests.workers import victims
from tests.workers.waiting import gone, pid_in, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2, allow=("tests",)) as pool:
        yield pool


def test_calls_come_back_in_any_form(pool: WorkerPool) -> None:
    assert pool.submit(victims.add, 1, b=2).result() == 3
    assert list(pool.map(victims.add, range(100), range(100))) == [2 * n for n in range(100)]
    assert pool.submit(victims.echo, (1, "x")).result() == [1, "x"]


def test_names_that_are_not_utf8_travel(pool: WorkerPool) -> None:
    names = [os.fsdecode(bytes(range(1, 256))), "a\nb", "\x1b[31m", "e\u0301", "\U0001d11e", ""]
    assert pool.submit(victims.echo, names).result() == names


@pytest.mark.parametrize("kind", ["pool", "threads", "processes"])
def test_the_same_work_runs_anywhere(kind: str) -> None:
    executor: Executor
    if kind == "pool":
        executor = WorkerPool(1, allow=("tests",))
    elif kind == "threads":
        executor = ThreadPoolExecutor(1)
    else:
        executor = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    with executor:
        assert executor.submit(victims.double, [1, 2, 3]).result() == [2, 4, 6]


def test_work_is_shared_among_processes_that_stay(pool: WorkerPool) -> None:
    both = {pool.submit(victims.pid).result() for _ in range(50)}
    assert 1 <= len(both) <= 2
    assert os.getpid() not in both


def test_no_work_no_process() -> None:
    before = set(threading.enumerate())
    with WorkerPool(4):
        assert set(threading.enumerate()) <= before
    with pytest.raises(ValueError, match="needs a worker"):
        WorkerPool(0)


def test_what_was_raised_arrives(pool: WorkerPool) -> None:
    future = pool.submit(victims.raise_error, "file")
    with pytest.raises(FileUnreadable) as caught:
        future.result()
    assert caught.value.path == b"/a\xff.wav"
    assert "raise ERRORS[kind]" in caught.value.__notes__[0]
    with pytest.raises(CtkError, match="ValueError: too"):
        pool.submit(victims.raise_error, "value").result()


def test_what_cannot_travel_is_told_at_once(pool: WorkerPool) -> None:
    with pytest.raises(TypeError):
        pool.submit(victims.echo, {1, 2})
    with pytest.raises(TypeError):
        pool.submit(len, [])
    with pytest.raises(CtkError, match="TypeError: an object of type object cannot travel"):
        pool.submit(victims.unspeakable).result()


def test_a_pool_allows_only_ctk_unless_told() -> None:
    with WorkerPool(1) as strict, pytest.raises(TypeError, match="in none of the packages"):
        strict.submit(victims.add, 1)


def test_bytes_travel_both_ways(pool: WorkerPool) -> None:
    sound = bytes(range(256)) * 5000
    assert pool.submit(victims.echo, [sound, "and", {"more": b""}]).result() == [sound, "and", {"more": b""}]


def test_large_values_pass(pool: WorkerPool) -> None:
    text = "x" * 5_000_000
    assert pool.submit(victims.echo, text).result() == text


def test_too_large_values_do_not(pool: WorkerPool) -> None:
    with pytest.raises(CtkError, match="are allowed"):
        pool.submit(victims.big, 65 << 20).result()
    assert pool.submit(victims.add, 1).result() == 1


def test_queued_work_can_be_cancelled(tmp_path: Path) -> None:
    with WorkerPool(1, allow=("tests",)) as pool:
        running = pool.submit(victims.announce, str(tmp_path / "pid"), "sleep")
        queued = [pool.submit(victims.add, n) for n in range(3)]
        pid = pid_in(tmp_path / "pid")
        assert not running.cancel()
        assert queued[1].cancel()
        pool.shutdown(wait=False, cancel_futures=True)
        with pytest.raises(RuntimeError, match="after shutdown"):
            pool.submit(victims.add, 1)
        for future in queued:
            with pytest.raises(CancelledError):
                future.result()
        # What hangs is given a second, not the rest of its 20.
        with pytest.raises(CtkError, match="ended with the pool"):
            running.result(timeout=10)
    assert gone(pid)


def test_shutdown_finishes_what_was_queued() -> None:
    pool = WorkerPool(1, allow=("tests",))
    futures = [pool.submit(victims.add, n) for n in range(50)]
    pool.shutdown(wait=True)
    assert [future.result() for future in futures] == list(range(50))
    pool.shutdown(wait=True)


def test_threads_and_processes_end_with_the_pool() -> None:
    before = set(threading.enumerate())
    pool = WorkerPool(2, allow=("tests",))
    pids = {future.result() for future in [pool.submit(victims.pid) for _ in range(20)]}
    pool.shutdown(wait=False)
    assert until(lambda: set(threading.enumerate()) <= before)
    assert all(map(gone, pids))


def test_waiting_for_several(pool: WorkerPool) -> None:
    futures = [pool.submit(victims.add, n) for n in range(20)]
    done, pending = concurrent.futures.wait(futures)
    assert (len(done), pending) == (20, set())


def test_a_worker_starts_with_little(pool: WorkerPool) -> None:
    found = pool.submit(victims.environment).result()
    heavy = {"site", "numpy", "av", "psutil", "subprocess", "asyncio", "sqlite3", "logging", "concurrent.futures"}
    assert heavy & set(found["modules"]) == set()
    assert found["interrupt"]
    assert found["core"] == 0
    assert found["space"] == 4 << 30
    assert found["group"] != os.getpgrp()


def test_niceness_is_added() -> None:
    with WorkerPool(1, niceness=3, allow=("tests",)) as pool:
        assert pool.submit(victims.environment).result()["nice"] == min(os.nice(0) + 3, 19)


def test_workers_that_cannot_start_are_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctk_tui.workers.process._START", "raise SystemExit('a broken install')")
    with WorkerPool(1, allow=("tests",)) as pool:
        future = pool.submit(victims.add, 1)
        with pytest.raises(CtkError, match=r"cannot be started: ended with exit code 1\n.*\na broken install"):
            future.result()
        with pytest.raises(CtkError, match="cannot be started"):
            pool.submit(victims.add, 1)


def test_a_system_that_refuses_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Child, terms: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(Child, "_start", refuse)
    error = pytest.raises(CtkError, match="cannot be started: Resource temporarily")
    with WorkerPool(1, allow=("tests",)) as pool, error:
        pool.submit(victims.add, 1).result()


def test_a_module_that_does_not_import_breaks_the_pool_not_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(victims.add, "__module__", "tests.no_such_module")
    monkeypatch.setattr("ctk_tui.workers.calls.name_of", lambda *_: "tests.no_such_module:add")
    with WorkerPool(1, allow=("tests",)) as pool:
        with pytest.raises(CtkError, match=r"cannot be imported: No module named 'tests\.no_such_module'"):
            pool.submit(victims.add, 1).result()
        with pytest.raises(CtkError, match="cannot be imported"):
            pool.submit(victims.add, 1)
