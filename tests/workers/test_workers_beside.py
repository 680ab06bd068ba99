"""A worker that does several calls at once gives each its own answer; its loss is the loss of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ctk_tui.model.errors import CtkError, WorkerLost
from ctk_tui.workers.pool import WorkerPool
from tests.workers import victims
from tests.workers.waiting import gone, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1, at_once=2, allow=("tests",)) as pool:
        yield pool


def test_calls_are_in_one_process_at_the_same_time(pool: WorkerPool) -> None:
    one, other = (pool.submit(victims.meet, name) for name in ("one", "other"))
    assert (one.result()[0], other.result()[0]) == ("one", "other")
    assert one.result()[1] == other.result()[1] == pool.submit(victims.pid).result()


def test_whichever_ends_first_each_has_its_answer(pool: WorkerPool, tmp_path: Path) -> None:
    first, second, third = (str(tmp_path / name) for name in ("first", "second", "third"))
    slow = pool.submit(victims.after, first, third)
    quick = pool.submit(victims.after, second, first)
    assert until((tmp_path / "second").exists)
    (tmp_path / "third").touch()
    assert (slow.result(), quick.result()) == (first, second)


def test_many_calls_are_not_mixed_up(pool: WorkerPool) -> None:
    futures = [pool.submit(victims.add, n) if n % 7 else pool.submit(victims.raise_error, "value") for n in range(300)]
    for n, future in enumerate(futures):
        if n % 7:
            assert future.result() == n
        else:
            with pytest.raises(CtkError, match="ValueError"):
                future.result()


@pytest.mark.parametrize("way", ["null", "leave", "exit politely", "ask for all"])
@pytest.mark.parametrize("which", [0, 1])
def test_one_that_ends_the_process_takes_the_other_with_it(
    pool: WorkerPool, tmp_path: Path, way: str, which: int
) -> None:
    before = pool.submit(victims.pid).result()
    here, never = str(tmp_path / "here"), str(tmp_path / "never")
    calls: list[Callable[[], Future[Any]]] = [
        lambda: pool.submit(victims.after, here, never),
        lambda: pool.submit(victims.fail_beside, here, way),
    ]
    futures = [calls[at]() for at in (which, 1 - which)]
    for future in futures:
        with pytest.raises(WorkerLost):
            future.result()
    assert pool.submit(victims.pid).result() != before
    assert gone(before)


def test_no_call_gets_the_answer_of_another_where_one_is_forged(pool: WorkerPool, tmp_path: Path) -> None:
    here, there = str(tmp_path / "here"), str(tmp_path / "there")
    futures: list[Future[Any]] = [
        pool.submit(victims.after, here, there),
        pool.submit(victims.forge_two, here, there, '{"failed":3}', '{"result":"not yours"}'),
    ]
    for future in futures:
        with pytest.raises(WorkerLost, match="its answer was damaged"):
            future.result()


def test_all_are_done_before_the_pool_ends(tmp_path: Path) -> None:
    """Also where the thread that started the process has nothing more to do: on Linux the process ends with it."""
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    with WorkerPool(1, at_once=2, allow=("tests",)) as pool:
        pid = pool.submit(victims.pid).result()
        futures = [pool.submit(victims.after, first, second), pool.submit(victims.after, str(tmp_path / "x"), second)]
        assert until(lambda: (tmp_path / "x").exists() and (tmp_path / "first").exists())
        pool.shutdown(wait=False)
        (tmp_path / "second").touch()
        assert [future.result() for future in futures] == [first, str(tmp_path / "x")]
    assert gone(pid)


def test_two_workers_are_begun_before_one_has_two_calls(tmp_path: Path) -> None:
    with WorkerPool(2, at_once=2, allow=("tests",)) as pool:
        go = str(tmp_path / "go")
        waiting = pool.submit(victims.after, str(tmp_path / "here"), go)
        pid = pool.submit(victims.pid).result()
        assert pool.submit(victims.pid).result() == pid
        (tmp_path / "go").touch()
        waiting.result()
        assert pool._places[0]._child is not pool._places[1]._child
