"""Workers that crash, hang, grow or babble: one call is lost, and it is known at which item."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from ctk_tui.model.errors import WorkerLost
from ctk_tui.workers.pool import WorkerPool
from ctk_tui.workers.watch import Watch, _Call
from tests.workers import victims

if TYPE_CHECKING:
    from collections.abc import Iterator

REASONS = {
    "null": r"killed by signal 11 \(SIGSEGV\)",
    "segfault": r"killed by signal 11 \(SIGSEGV\)",
    "leave": "ended with exit code 3",
    "exit politely": "ended with exit code 4",
    "ask for all": "ran out of memory",
    "eat": "used more than 200 MiB of memory",
    "spin": r"no answer for 1\.5 s",
    "sleep in C": r"no answer for 1\.5 s",
    "sleep in C with the lock": r"no answer for 1\.5 s",
}
FAST = ["null", "leave", "ask for all"]


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """Return one pool for all of them: it must go on after each."""
    with WorkerPool(2, item_timeout=1.5, memory_limit=200 << 20, allow=("tests",)) as pool:
        yield pool


@pytest.mark.parametrize("way", REASONS)
def test_one_call_is_lost_with_its_item(pool: WorkerPool, way: str) -> None:
    lost = pool.submit(victims.fail_at, [5, 6, 7, 8], 7, way)
    good = [pool.submit(victims.double, [n]) for n in range(10)]
    with pytest.raises(WorkerLost, match=REASONS[way]) as caught:
        lost.result()
    assert caught.value.index == 2
    assert [future.result() for future in good] == [[2 * n] for n in range(10)]


def test_where_nothing_was_ticked_nothing_is_blamed(pool: WorkerPool) -> None:
    """Also not the item of the call before in the same process."""
    for _ in range(4):
        pool.submit(victims.double, [1, 2, 3]).result()
    for future in [pool.submit(victims.announce, "/dev/null/x", "leave") for _ in range(2)]:
        assert future.exception() is not None
    with pytest.raises(WorkerLost) as caught:
        pool.submit(victims.forge, "no JSON").result()
    assert caught.value.index is None


def test_the_last_words_are_kept(pool: WorkerPool) -> None:
    error = pool.submit(victims.fail_at, [1], 1, "leave").exception()
    assert error is not None
    assert error.__notes__ == ["its last words:\nmy last words"]
    error = pool.submit(victims.fail_at, [1], 1, "null").exception()
    assert error is not None
    assert "Segmentation fault" in error.__notes__[0]
    assert "in _null" in error.__notes__[0]


def test_noise_reaches_neither_protocol_nor_terminal(pool: WorkerPool, capfd: pytest.CaptureFixture[str]) -> None:
    futures = [pool.submit(victims.make_noise, 2000) for _ in range(6)]
    assert [future.result() for future in futures] == ["quiet"] * 6
    assert pool.submit(victims.read_stdin).result() == ""
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "forged", ["no JSON", "[]", '{"failed":{}}', '{"failed":3}', '{"failed":{"type":"FileUnreadable","ours":1}}']
)
def test_forged_answers_lose_one_call(pool: WorkerPool, forged: str) -> None:
    with pytest.raises(WorkerLost, match="its answer was damaged"):
        pool.submit(victims.forge, forged).result()
    assert pool.submit(victims.add, 4).result() == 4


def test_two_hundred_mixed_jobs(pool: WorkerPool) -> None:
    rng = random.Random(5)
    jobs = [rng.choice(["good"] * 20 + FAST) for _ in range(200)]
    futures = [
        pool.submit(victims.double, [at, at + 1])
        if way == "good"
        else pool.submit(victims.fail_at, list(range(at + 1)), at, way)
        for at, way in enumerate(jobs)
    ]
    for at, (way, future) in enumerate(zip(jobs, futures, strict=True)):
        if way == "good":
            assert future.result() == [2 * at, 2 * at + 2]
        else:
            with pytest.raises(WorkerLost, match=REASONS[way]) as caught:
                future.result()
            assert caught.value.index == at


def test_a_worker_that_ticks_may_take_its_time() -> None:
    with WorkerPool(1, item_timeout=0.4, allow=("tests",)) as pool:
        assert pool.submit(victims.plod, 12, 0.1).result() == 12


class _FakeChild:
    """As much of a worker as the watch looks at."""

    def __init__(self) -> None:
        self.page = self
        self.worn = False
        self.killed: list[str] = []

    def beats(self) -> int:
        return 7

    def quieten(self, limit: int) -> None: ...

    def kill(self, verdict: str) -> None:
        self.killed.append(verdict)


def test_only_time_that_the_watch_saw_is_silence() -> None:
    """After a laptop's sleep or a Ctrl-Z an hour has passed, and nobody was silent."""
    watch = Watch(1.0, 1000)
    child = _FakeChild()
    watch.begin(child)  # type: ignore[arg-type]
    call: _Call = watch._calls[child]  # type: ignore[index]
    for _ in range(10):
        watch._judge(child, call, 0, 0.1)  # type: ignore[arg-type]
    assert child.killed == []
    watch._judge(child, call, 0, 0.1)  # type: ignore[arg-type]
    assert child.killed == ["no answer for 1 s"]


def test_the_next_call_is_not_blamed_for_the_one_before() -> None:
    watch = Watch(1.0, 1000)
    child = _FakeChild()
    watch.begin(child)  # type: ignore[arg-type]
    old: _Call = watch._calls[child]  # type: ignore[index]
    watch.done(child)  # type: ignore[arg-type]
    watch._judge(child, old, 9999, 5.0)  # type: ignore[arg-type]
    watch.begin(child)  # type: ignore[arg-type]
    watch._judge(child, old, 9999, 5.0)  # type: ignore[arg-type]
    assert (child.killed, child.worn) == ([], False)


def test_a_worker_that_has_grown_is_replaced_before_it_is_too_large() -> None:
    with WorkerPool(1, memory_limit=300 << 20, allow=("tests",)) as pool:
        first = pool.submit(victims.pid).result()
        assert pool.submit(victims.pid).result() == first
        assert pool.submit(victims.hold, 200 << 20).result() == first
        assert pool.submit(victims.pid).result() != first
