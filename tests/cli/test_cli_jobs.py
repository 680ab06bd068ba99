"""`ctk jobs` and work in the background."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING

import psutil
import pytest

from ctk_tui.catalog.connection import Database
from ctk_tui.disk.locks import Lock
from ctk_tui.jobs.runner import lock_path
from tests.cli.test_cli_signals import PAUSED
from tests.support.calling import PATIENCE, Terminal, process
from tests.support.library import put, wav

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk


@pytest.fixture
def sounds(tmp_path: Path, ctk: Ctk) -> Path:
    for number in range(3):
        put(tmp_path / "lib" / f"{number}.wav", wav(number))
    assert ctk("sources", "add", "lib", tmp_path / "lib").code == 0
    return tmp_path


def test_none_yet(ctk: Ctk) -> None:
    assert ctk("jobs").text == "no job yet: `ctk scan` is one\n"
    assert ctk("jobs", "--json").json == {"v": 1, "jobs": []}
    assert ctk("jobs", "watch").text == "no job is running\n"


def test_list_is_the_plain_command(sounds: Path, ctk: Ctk) -> None:
    ctk("scan", "-q")
    assert ctk("jobs").out == ctk("jobs", "list").out
    assert ctk("jobs", "--json").out == ctk("jobs", "list", "--json").out
    head, row = ctk("jobs").lines
    assert head.split() == ["ID", "KIND", "STATE", "STARTED", "PROGRESS"]
    assert row.split()[:3] == ["1", "scan", "done"]
    assert row.endswith("found 3, new 3")


@pytest.mark.parametrize("words", [["cancel", "7"], ["log", "7"]], ids=" ".join)
def test_a_job_that_there_is_not(words: list[str], ctk: Ctk) -> None:
    said = ctk("jobs", *words)
    assert (said.code, said.err) == (2, "ctk: there is no job 7\n     `ctk jobs` lists them\n")


def test_a_job_of_the_foreground_has_no_log(sounds: Path, ctk: Ctk) -> None:
    ctk("scan", "-q")
    said = ctk("jobs", "log", "1")
    assert (said.code, said.err) == (2, "ctk: job 1 has no log: it ran in the foreground\n")


def test_a_detached_scan_leaves_its_summary_in_its_log(sounds: Path, ctk: Ctk) -> None:
    said = ctk("scan", "--detach")
    assert said.code == 0
    assert said.text == "job 1 scans in the background: `ctk jobs watch`, `ctk jobs cancel 1`\n"
    watched = ctk("jobs", "watch")
    assert watched.code == 0
    (job,) = ctk("jobs", "--json").json["jobs"]
    assert job["state"] == "done"
    assert job["pid"] != os.getpid()
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(job["pid"]).wait(PATIENCE)  # it writes its summary when its job is done
    log = ctk("jobs", "log", "1").lines
    assert log[0].startswith("3 audio files found in ")
    assert log[1] == "          3  new"
    assert not any("\\x1b" in line for line in log)


@pytest.mark.parametrize("words", [[], ["nope"]], ids=" ".join)
def test_a_detached_scan_is_refused_as_one_in_the_foreground_is(words: list[str], ctk: Ctk) -> None:
    said, foreground = ctk("scan", "--detach", *words), ctk("scan", *words)
    assert (said.code, said.out) == (2, b"")
    assert said.err == foreground.err


def test_a_detached_scan_beside_another_is_5(sounds: Path, ctk: Ctk) -> None:
    options = ["--db", str(sounds / "catalog.db")]
    assert ctk(*options, "jobs").code == 0
    database = Database(sounds / "catalog.db")
    with Lock(lock_path(database, "scan")).acquire({"kind": "scan", "pid": 4711, "started": 0.0}):
        said = ctk(*options, "scan", "--detach")
        assert (said.code, said.out) == (5, b"")
        assert said.err == ctk(*options, "scan").err
    database.close()


@pytest.fixture
def running(sounds: Path, monkeypatch: pytest.MonkeyPatch) -> subprocess.Popen[bytes]:
    """Start a scan that waits until it is cancelled."""
    os.mkfifo(sounds / "ready")
    monkeypatch.setenv("READY", str(sounds / "ready"))
    child = process("scan", "-q", code=PAUSED.format(deaf=False), stderr=subprocess.PIPE)
    (sounds / "ready").read_bytes()
    monkeypatch.delenv("READY")
    return child


def test_watch_tells_each_change_until_the_end(running: subprocess.Popen[bytes], ctk: Ctk) -> None:
    with process("jobs", "watch", stdout=subprocess.PIPE) as watching:
        assert watching.stdout is not None
        assert watching.stdout.readline().startswith(b"job 1 scan: ")
        assert ctk("jobs", "cancel", "1").code == 0
        rest = watching.stdout.read().splitlines()
        assert rest[-1].startswith(b"job 1 scan cancelled")
        assert watching.wait(PATIENCE) == 0
    running.communicate(timeout=PATIENCE)


def test_watch_draws_a_bar_on_a_terminal(running: subprocess.Popen[bytes], ctk: Ctk) -> None:
    with Terminal("jobs", "watch") as terminal:
        terminal.until("job 1 scan")
        assert ctk("jobs", "cancel", "1").code == 0
        assert terminal.end() == 0
        assert terminal.text.splitlines()[-1].startswith("job 1 scan cancelled")
    running.communicate(timeout=PATIENCE)


def test_a_killed_job_is_told_as_dead(running: subprocess.Popen[bytes], ctk: Ctk) -> None:
    assert ctk("jobs", "--json").json["jobs"][0]["state"] == "running"
    running.kill()
    running.communicate(timeout=PATIENCE)
    assert ctk("jobs", "--json").json["jobs"][0]["state"] == "dead"
    assert ctk("scan", "-q").code == 0
