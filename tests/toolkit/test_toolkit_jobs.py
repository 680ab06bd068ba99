"""Long work: its state for all to see, its locks, its end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from ctk_tui.catalog import jobs
from ctk_tui.disk.locks import Lock
from ctk_tui.jobs.runner import LOCKS, lock_path
from ctk_tui.model.errors import Busy, Cancelled, CatalogError, CtkError, UsageError
from ctk_tui.model.job import Job
from tests.support.asking import ask, tell
from tests.support.calling import PATIENCE, process
from tests.support.library import Library, put, wav
from tests.workers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctk_tui.model.job import JobInfo

SLOW = """
import time
from ctk_tui.scan.scanner import Scanner
def slow(self):
    self.job.counts["found"] = 7
    while True:
        self.job.check()
        time.sleep(0.01)
Scanner._work = slow
"""
"""A scan that looks whether it was cancelled a hundred times a second, and does nothing else."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "ctk", {"one": tmp_path / "one"})
    put(tmp_path / "one" / "a.wav", wav(1))
    yield made
    made.close()


def newest(library: Library) -> JobInfo:
    return library.toolkit.jobs.list()[0]


def test_done_work_is_told_with_its_counts(library: Library) -> None:
    before = time.time()
    library.scan()
    job = newest(library)
    assert (job.kind, job.state, job.pid, job.message) == ("scan", "done", os.getpid(), "")
    assert job.counts["found"] == job.counts["new"] == job.done == 1
    assert job.ended is not None
    assert before <= job.started <= job.ended <= time.time()
    assert library.toolkit.jobs.get(job.id) == job


def test_what_was_counted_before_is_not_counted_again(library: Library) -> None:
    """`ctk demo` makes its sounds and scans them in one go."""
    used = Job(stage="demo", source="elsewhere", done=208, total=208, counts={"made": 208})
    library.toolkit.sources.scan(job=used)
    job = newest(library)
    assert (job.done, job.total, job.source) == (1, 1, "one")
    assert "made" not in job.counts


def test_work_that_fails_is_told_with_its_reason(library: Library) -> None:
    def work(job: Job) -> None:
        raise CtkError("the moon is full")

    with pytest.raises(CtkError, match="the moon"):
        library.toolkit.jobs.run("classify", work)
    assert (newest(library).state, newest(library).message) == ("failed", "the moon is full")


def test_an_interrupt_ends_it_too(library: Library) -> None:
    def work(job: Job) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.toolkit.jobs.run("scan", work)
    assert newest(library).state == "failed"
    library.scan()  # and the lock is free


def test_a_running_job_is_seen_and_cancelled_through_another_toolkit(library: Library) -> None:
    other = library.open()
    seen = threading.Event()

    def watch() -> None:
        until(lambda: any(one.state == "running" and one.counts.get("eggs") == 3 for one in other.jobs.list()))
        [running] = [one for one in other.jobs.list() if one.state == "running"]
        assert (running.stage, running.done, running.total) == ("boil", 2, 5)
        other.jobs.cancel(running.id)
        seen.set()

    def work(job: Job) -> None:
        job.stage, job.done, job.total = "boil", 2, 5
        job.bump("eggs", 3)
        until(lambda: job.cancelled)
        job.check()

    thread = threading.Thread(target=watch)
    thread.start()
    with pytest.raises(Cancelled):
        library.toolkit.jobs.run("scan", work)
    thread.join()
    assert seen.is_set()
    assert newest(library).state == "cancelled"
    with pytest.raises(UsageError, match="is cancelled already"):
        other.jobs.cancel(newest(library).id)
    other.close()


def test_progress_is_written_four_times_a_second_at_most(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[float] = []
    sample = jobs.sample

    def noted(*arguments: object) -> bool:
        written.append(time.monotonic())
        return sample(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "sample", noted)
    library.toolkit.jobs.run("scan", lambda job: until(lambda: len(written) > 3))
    assert written[3] - written[0] >= 0.7


def test_what_touches_paths_excludes_each_other(library: Library) -> None:
    other = library.open()

    def work(job: Job) -> None:
        for kind, lock in LOCKS.items():
            if lock == "files":
                with pytest.raises(Busy, match=f"scan, process {os.getpid()}") as told:
                    other.jobs.run(kind, lambda _: None)
                assert "ctk jobs cancel" in told.value.hint
        other.jobs.run("classify", lambda _: None)
        assert len(other.catalog.search("a")) == 1  # reading goes on

    library.scan()
    library.toolkit.jobs.run("scan", work)
    other.jobs.run("prune", lambda _: None)
    other.close()


def test_a_second_classification_is_refused_and_a_scan_is_not(library: Library) -> None:
    other = library.open()

    def work(job: Job) -> None:
        with pytest.raises(Busy, match="classify"):
            other.jobs.run("classify", lambda _: None)
        other.jobs.run("scan", lambda _: None)

    library.toolkit.jobs.run("classify", work)
    other.close()


def test_work_in_another_catalog_excludes_nothing(library: Library, tmp_path: Path) -> None:
    other = Library(tmp_path / "other", {"one": tmp_path / "one"})
    library.toolkit.jobs.run("scan", lambda _: other.scan())
    other.close()


def test_a_job_that_never_said_that_it_ended_is_dead_when_its_lock_is_free(library: Library) -> None:
    """Not by the age of a heartbeat: a machine that slept would lie."""
    number = jobs.start(library.toolkit.database, "scan", os.getpid())  # this process lives, and holds no lock
    assert library.toolkit.jobs.get(number).state == "dead"
    assert "ended without a word" in library.toolkit.jobs.get(number).message
    with pytest.raises(UsageError, match="is dead already"):
        library.toolkit.jobs.cancel(number)


def test_a_dead_job_is_told_as_dead_where_the_disk_is_too_full_to_note_it(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise CatalogError("the disk that holds the catalog is full")

    number = jobs.start(library.toolkit.database, "scan", os.getpid())
    monkeypatch.setattr(jobs, "bury", full)
    [told] = library.toolkit.jobs.list()
    assert (told.id, told.state) == (number, "dead")
    assert "without a word" in told.message


def test_a_dead_job_is_not_taken_for_the_one_that_runs_now(library: Library) -> None:
    database = library.toolkit.database
    old = jobs.start(database, "scan", 1)
    tell(database, "UPDATE jobs SET started = started - 1e6 WHERE id = ?", old)

    def work(job: Job) -> None:
        states = {one.id: one.state for one in library.toolkit.jobs.list()}
        assert (states.pop(old), list(states.values())) == ("dead", ["running"])

    library.toolkit.jobs.run("scan", work)


def test_an_old_job_that_sleeps_is_alive(library: Library) -> None:
    def work(job: Job) -> None:
        tell(library.toolkit.database, "UPDATE jobs SET started = started - 1e6")
        assert [one.state for one in library.toolkit.jobs.list()] == ["running"]

    library.toolkit.jobs.run("scan", work)


def test_only_the_newest_two_hundred_are_kept(library: Library) -> None:
    for _ in range(210):
        jobs.end(library.toolkit.database, jobs.start(library.toolkit.database, "scan", 1), "done")
    assert len(library.toolkit.jobs.list()) == jobs.KEPT


def test_a_catalog_that_cannot_be_written_any_more_does_not_hide_what_failed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise CatalogError("the disk is full")

    def work(job: Job) -> None:
        monkeypatch.setattr(jobs, "sample", full)
        raise CtkError("the real reason")

    with pytest.raises(CtkError, match="the real reason"):
        library.toolkit.jobs.run("scan", work)
    monkeypatch.undo()
    assert newest(library).state == "dead"


@pytest.fixture
def slow_scan(library: Library) -> Iterator[subprocess.Popen[bytes]]:
    child = process(
        "--config", str(library.config), "--db", str(library.database), "scan", code=SLOW, stderr=subprocess.PIPE
    )
    assert until(lambda: any(one.state == "running" for one in library.toolkit.jobs.list()))
    yield child
    child.kill()
    child.communicate()


def test_cancelled_within_a_second_from_another_process(library: Library, slow_scan: subprocess.Popen[bytes]) -> None:
    number = newest(library).id
    library.toolkit.jobs.cancel(number)
    asked = time.time()
    slow_scan.communicate(timeout=PATIENCE)
    assert slow_scan.returncode == 130
    job = library.toolkit.jobs.get(number)
    assert job.state == "cancelled"
    assert job.ended is not None
    assert job.ended - asked < 1 + 2  # a second, and what a busy machine adds


def test_a_killed_job_is_dead_and_its_lock_free(library: Library, slow_scan: subprocess.Popen[bytes]) -> None:
    assert newest(library).state == "running"
    with pytest.raises(Busy, match=f"scan, process {slow_scan.pid}"):
        library.scan()
    slow_scan.kill()
    slow_scan.wait(PATIENCE)
    assert newest(library).state == "dead"
    assert library.scan().counts["new"] == 1


def test_detached_work_goes_on_without_us(library: Library) -> None:
    info = library.toolkit.jobs.detach(["scan"])
    assert psutil.Process(info.pid).ppid() != 0
    assert os.getsid(info.pid) != os.getsid(0)  # the end of our terminal is not its end
    assert until(lambda: library.toolkit.jobs.get(info.id).state == "done")
    assert until(lambda: "1 audio file found" in library.toolkit.jobs.log(info.id))
    assert len(library.paths()) == 1


def test_detached_work_that_cannot_start_says_why_each_time(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.strftime", lambda *_: "20260101T000000")
    with Lock(lock_path(library.toolkit.database, "scan")).acquire({"kind": "scan", "pid": 4711, "started": 0.0}):
        for _ in range(2):  # within one second: each has a log of its own
            with pytest.raises(CtkError, match="process 4711"):
                library.toolkit.jobs.detach(["scan"])
    assert ask(library.toolkit.database, "SELECT count(*) FROM jobs") == [(0,)]


@pytest.mark.parametrize("let_go", [False, True], ids=["cut", "let go"])
def test_a_job_on_a_leash_ends_with_its_starter_unless_it_was_let_go(library: Library, *, let_go: bool) -> None:
    code = f"""
import sys
from pathlib import Path
from ctk_tui.toolkit.toolkit import Toolkit
toolkit = Toolkit.open(Path(sys.argv[1]), database_path=Path(sys.argv[2]))
job = toolkit.jobs.detach(["scan", "-q"], leash=True)
if {let_go}:
    toolkit.jobs.release(job.id)
print(job.pid, flush=True)
sys.stdin.read()
"""
    for name in ("a", "b"):  # two of one name, one size and equal ends: seconds of proof, and no room on the disk
        put(library.config.parent.parent / "one" / name / "long.wav", wav(1))
        os.truncate(library.config.parent.parent / "one" / name / "long.wav", 10**9 if let_go else 3 * 10**9)
    starter = subprocess.Popen(
        [sys.executable, "-c", code, str(library.config), str(library.database)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    nice = psutil.Process(pid).nice() if psutil.pid_exists(pid) else 10
    starter.kill()
    starter.communicate()
    until(lambda: newest(library).state != "running", PATIENCE)
    assert newest(library).state == ("done" if let_go else "cancelled")
    assert nice == 10, "keys and sound come first"
