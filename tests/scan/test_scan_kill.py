"""A real scan, killed at random moments: the last one ends in an undisturbed catalog, and no worker stays."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from ctk_tui.catalog import health
from ctk_tui.catalog.connection import Database
from tests.support.asking import dump
from tests.support.calling import PATIENCE, process
from tests.support.library import put, wav
from tests.workers.waiting import until

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

Dump = list[tuple[Any, ...]]

MANY_STEPS = """
import ctk_tui.scan.feed, ctk_tui.scan.finish, ctk_tui.scan.scanner, ctk_tui.scan.writer
ctk_tui.scan.feed.CHUNK_FILES = 8
ctk_tui.scan.finish.SLICE = 10
ctk_tui.scan.scanner.BATCH = ctk_tui.scan.writer.BATCH = 10
ctk_tui.scan.scanner.PATIENCE = 0
"""
"""As many transactions for 300 files as there are for some ten thousand."""
WAYS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
CODES = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}


class Scans:
    """Real scans of one library, each a process with workers of its own.

    Args:
        folder: an empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.config.write_text(
            f'[scan]\nworkers = 2\n[sources.one]\npath = "{folder}/one"\n[sources.two]\npath = "{folder}/two"\n'
        )
        self.mark = uuid.uuid4().hex
        """In the environment of every process that a scan starts, and of those that these start."""

    def start(self, name: str, *, small: bool = True) -> subprocess.Popen[bytes]:
        """Start a scan into the catalog of this name."""
        words = ["--config", str(self.config), "--db", str(self.folder / f"{name}.db"), "scan", "-q"]
        return process(*words, code=MANY_STEPS if small else "", env={**os.environ, "CTK_TEST_MARK": self.mark})

    def whole(self, name: str) -> float:
        """Scan without a disturbance; return how many seconds that took."""
        began = time.monotonic()
        assert self.start(name).wait(PATIENCE) in {0, 3}  # 3: there are broken files, and they are new
        return time.monotonic() - began

    def killed(self, name: str, moment: float, how: signal.Signals) -> int:
        """Scan, and send a signal so many seconds after the start, or once the scan has its lock; return the code."""
        child = self.start(name)
        note = self.folder / f"{name}.db.files.lock.json"
        began = time.monotonic()
        if how is not signal.SIGKILL:  # before that, Python's own handlers end it
            assert until(lambda: (note.exists() and str(child.pid) in note.read_text()) or child.poll() is not None)
            began = time.monotonic() - 0.3
        threading.Event().wait(max(0.0, began + moment - time.monotonic()))
        child.send_signal(how)
        return child.wait(PATIENCE)

    def processes(self) -> list[int]:
        """Return the processes that scans started and that are still there."""
        found = []
        for one in psutil.process_iter():
            try:
                if one.environ().get("CTK_TEST_MARK") == self.mark and one.status() != psutil.STATUS_ZOMBIE:
                    found.append(one.pid)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def told(self, name: str) -> Dump:
        """Return what a catalog says, after a look at whether it is sound."""
        database = Database(self.folder / f"{name}.db")
        assert health.faults(database) == []
        assert health.inconsistencies(database) == []
        found = dump(database)
        database.close()
        return found


@pytest.fixture
def scans(tmp_path: Path) -> Scans:
    """300 files: copies, stems whose ends are equal, hard links, broken, empty and tiny ones."""
    one, two = tmp_path / "one", tmp_path / "two"
    for at in range(200):
        put(one / f"s{at % 7}" / f"{at}.wav", wav(at))
    for at in range(40):
        put(two / f"copy{at}.wav", wav(at))
    for at in range(12):
        put(one / "stems" / f"{at}.wav", wav(3, frames=90_000, middle=at // 2))
    for at in range(20):
        put(two / "broken" / f"{at}.mp3", b"garbage " * (20 + at // 2))
        os.link(one / "s0" / f"{7 * at}.wav", two / f"link{at}.wav")
    put(two / "empty.wav", b"")
    put(two / "tiny.wav", b"tiny")
    return Scans(tmp_path)


def kill_and_compare(scans: Scans, rounds: int) -> None:
    seconds = scans.whole("undisturbed")
    wanted = scans.told("undisturbed")
    moments = [(random.uniform(0, seconds), WAYS[at % len(WAYS)]) for at in range(rounds)]
    for moment, how in moments:
        code = scans.killed("killed", moment, how)
        # 0 and 3: it was done before; the signal's own number: it was on its way out.
        assert code in {CODES[how], 0, 3, -how}, moments
        assert until(lambda: scans.processes() == []), moments
    scans.whole("killed")
    assert scans.told("killed") == wanted, moments


def test_killed_three_times(scans: Scans) -> None:
    kill_and_compare(scans, 3)


@pytest.mark.soak
def test_killed_ten_times(scans: Scans) -> None:
    for _ in range(5):
        for file in scans.folder.glob("*.db*"):
            file.unlink()
        kill_and_compare(scans, 10)


@pytest.mark.parametrize("how", WAYS)
def test_workers_that_hang_are_ended_too(scans: Scans, how: signal.Signals) -> None:
    child = scans.start("hanging", small=False)
    assert until(lambda: len(scans.processes()) >= 2)
    workers = [pid for pid in scans.processes() if pid != child.pid]
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    began = time.monotonic()
    child.send_signal(how)
    assert child.wait(PATIENCE) == CODES[how]
    assert time.monotonic() - began < 10  # a second's grace, and what a busy machine adds; not the 20 s of a file
    for worker in workers:
        # One that was stopped while it still started had not yet asked the system to be ended with its parent.
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGCONT)
    assert until(lambda: scans.processes() == [])
