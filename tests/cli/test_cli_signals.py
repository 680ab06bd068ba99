"""Ctrl-C, SIGTERM and a lost connection end long work in good order; the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.calling import PATIENCE, Terminal, process
from tests.support.library import put, wav

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk

PAUSED = """
import os, time
from ctk_tui.scan.scanner import Scanner
real = Scanner._receive
def paused(self):
    real(self)
    if self.report.counts["found"]:
        self._count()
        if os.environ.get("READY"):
            open(os.environ.pop("READY"), "w").close()
        while not self.job.cancelled:
            time.sleep(0.005)
        if {deaf}:
            open(os.environ["HEARD"], "w").close()
            while True:
                time.sleep(0.005)
Scanner._receive = paused
"""
"""A scan that waits for its end once it has found something, and says so by opening a FIFO; a deaf one does not end."""
STOPPED = "ctk: stopped; what was read is kept, and the next scan goes on from there\n"


@pytest.fixture
def sounds(tmp_path: Path, ctk: Ctk, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a source of 30 sounds, and the FIFOs that the paused scan opens."""
    for number in range(30):
        put(tmp_path / "lib" / f"{number}.wav", wav(number))
    assert ctk("sources", "add", "lib", tmp_path / "lib").code == 0
    for name in ("ready", "heard"):
        os.mkfifo(tmp_path / name)
        monkeypatch.setenv(name.upper(), str(tmp_path / name))
    return tmp_path


def started(sounds: Path, *words: str, deaf: bool = False) -> subprocess.Popen[bytes]:
    """Start a scan that waits; return when it does."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    child = process("scan", *words, code=PAUSED.format(deaf=deaf), **pipes)
    (sounds / "ready").read_bytes()
    return child


def ended(child: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = child.communicate(timeout=PATIENCE)
    return child.returncode, out.decode(), err.decode()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)])
def test_a_signal_ends_the_scan_and_the_next_goes_on(
    number: signal.Signals, code: int, sounds: Path, ctk: Ctk, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = started(sounds)
    child.send_signal(number)
    found, out, err = ended(child)
    assert (found, err) == (code, STOPPED)
    assert " found so far in " in out
    assert ctk("jobs", "--json").json["jobs"][0]["state"] == "cancelled"
    monkeypatch.delenv("READY")
    assert ctk("scan", "-q").code == 0
    assert ctk("search", "--count").text == "30\n"


def test_json_comes_from_a_scan_that_was_stopped_too(sounds: Path) -> None:
    child = started(sounds, "--json")
    child.send_signal(signal.SIGINT)
    code, out, err = ended(child)
    assert (code, err) == (130, STOPPED)
    assert '"status": "cancelled"' in out


def test_cancelled_from_another_process(sounds: Path, ctk: Ctk) -> None:
    child = started(sounds)
    (job,) = [job for job in ctk("jobs", "--json").json["jobs"] if job["state"] == "running"]
    assert job["pid"] == child.pid
    assert ctk("jobs", "cancel", str(job["id"])).text == f"job {job['id']} was asked to stop\n"
    assert ended(child)[::2] == (130, STOPPED)
    said = ctk("jobs", "cancel", str(job["id"]))
    assert (said.code, said.err) == (2, f"ctk: job {job['id']} is cancelled already\n")


def test_a_second_ctrl_c_does_not_wait(sounds: Path) -> None:
    child = started(sounds, deaf=True)
    child.send_signal(signal.SIGINT)
    (sounds / "heard").read_bytes()
    child.send_signal(signal.SIGINT)
    assert ended(child) == (130, "", "")


def test_nohup_keeps_its_word(sounds: Path) -> None:
    code = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + PAUSED.format(deaf=False)
    child = process("scan", code=code, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    (sounds / "ready").read_bytes()
    child.send_signal(signal.SIGHUP)
    child.send_signal(signal.SIGTERM)
    assert ended(child)[0] == 143


def test_the_bar_goes_when_the_scan_is_stopped(sounds: Path) -> None:
    with Terminal("scan", code=PAUSED.format(deaf=False)) as terminal:
        (sounds / "ready").read_bytes()
        terminal.until("of 30")
        assert "\x1b[?25l" in terminal.raw
        terminal.signal(signal.SIGINT)
        assert terminal.end() == 130
        assert terminal.text.endswith("\n" + STOPPED)
        assert terminal.raw.rindex("\x1b[?25h") > terminal.raw.rindex("\x1b[?25l")
