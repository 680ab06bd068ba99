"""Workers end with their parent, however it ends and whatever they do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ctk_tui.workers import framing
from ctk_tui.workers.page import Page
from tests.workers.waiting import gone, pid_in, until

ROOT = Path(__file__).parent.parent.parent
PARENT = """
import sys
from ctk_tui.workers.pool import WorkerPool
from tests.workers import victims
pool = WorkerPool(2, item_timeout=100.0, allow=("tests",))
for way in sys.argv[2:]:
    pool.submit(victims.announce, sys.argv[1] + way.replace(" ", "-"), way)
print("up", flush=True)
{then}
"""
BUSY = ["spin", "sleep", "sleep in C", "sleep in C with the lock"]


def start(tmp_path: Path, ways: list[str], then: str) -> tuple[subprocess.Popen[bytes], list[int]]:
    """Start a parent with busy workers; return it and their process ids."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(then=then), f"{tmp_path}/", *ways],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        return parent, [pid_in(tmp_path / way.replace(" ", "-")) for way in ways]
    except BaseException:
        parent.kill()
        parent.communicate()
        raise


@pytest.mark.parametrize("ways", [BUSY[:2], BUSY[2:]], ids=["in Python", "in C"])
def test_kill_9(tmp_path: Path, ways: list[str]) -> None:
    parent, workers = start(tmp_path, ways, "sys.stdin.read()")
    with parent:
        assert not any(map(gone, workers))
        parent.kill()
        parent.wait()
        for worker in workers:
            assert until(lambda pid=worker: gone(pid), 8)  # type: ignore[misc]


def test_idle_workers_end_too(tmp_path: Path) -> None:
    code = """
from ctk_tui.workers.pool import WorkerPool
from tests.workers import victims
pool = WorkerPool(1, allow=("tests",))
print(pool.submit(victims.pid).result(), flush=True)
input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert not gone(worker)
        parent.kill()
        assert until(lambda: gone(worker), 8)


def test_a_parent_that_forgets_its_pool_can_end(tmp_path: Path) -> None:
    parent, workers = start(tmp_path, ["sleep"], "input()")
    out, err = parent.communicate(b"\n", timeout=20)
    assert (parent.returncode, out, err) == (0, b"up\n", b"")
    assert until(lambda: all(map(gone, workers)), 8)


def test_ctrl_c_is_the_parents_alone(tmp_path: Path) -> None:
    """SIGINT to the whole foreground group, as a terminal sends it."""
    then = """
try:
    sys.stdin.read()
except KeyboardInterrupt:
    pool.shutdown(wait=True, cancel_futures=True)
    print("bye", flush=True)
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(then=then), f"{tmp_path}/", "sleep", "spin"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0,
    )  # fmt: skip
    workers = [pid_in(tmp_path / "sleep"), pid_in(tmp_path / "spin")]
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"up\n"
    for worker in workers:
        os.kill(worker, signal.SIGINT)  # harder than a terminal: their group is not even asked
    os.killpg(parent.pid, signal.SIGINT)
    out, err = parent.communicate(timeout=20)
    assert (out, err) == (b"bye\n", b"")
    assert all(map(gone, workers))


PIPE_END = """
import sys
from ctk_tui.workers import child, endings
endings.end_with_parent = lambda parent, patience: None
child.main(sys.argv[1])
"""


def test_the_end_of_the_pipe_alone_is_enough(tmp_path: Path) -> None:
    """Where the system sends no signal, in the middle of work that does not look up."""
    page = Page()
    options = {
        "parent": 1, "page": page.handle, "allow": ["tests"], "memory": 1 << 30, "niceness": 0, "patience": 99,
        "at_once": 1, "keep": False,
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", PIPE_END, json.dumps(options)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=page.descriptors,
    ) as worker:  # fmt: skip
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert framing.read(worker.stdout) == {"ready": worker.pid}
        call = {"call": "tests.workers.victims:announce", "args": [f"{tmp_path}/pid", "spin"], "kwargs": {}}
        worker.stdin.write(framing.encode(call))
        worker.stdin.flush()
        pid_in(tmp_path / "pid")
        worker.stdin.close()
        assert worker.wait(10) == 0
    page.close()


AWAKE = """
import ctypes, threading
from ctk_tui.workers.endings import stay_awake
threading.Thread(target=stay_awake, args=(0.5,), daemon=True).start()
ctypes.CDLL(None).usleep(1_200_000)  # without the lock: the switch is wound up meanwhile
print("still here", flush=True)
ctypes.PyDLL(None).sleep(1000)
"""


def test_the_dead_mans_switch_ends_what_keeps_the_interpreter_locked() -> None:
    run = subprocess.run([sys.executable, "-c", AWAKE], cwd=ROOT, capture_output=True, timeout=30)
    assert run.stdout == b"still here\n"
    assert run.returncode == 1
    assert b"Timeout" in run.stderr


def test_a_parent_that_died_before_the_worker_looked() -> None:
    code = "from ctk_tui.workers.endings import end_with_parent; end_with_parent(1 << 30, 1.0); print('lives')"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=30)
    assert (run.returncode, run.stdout) == (0, b"")
