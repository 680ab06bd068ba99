"""Bars on a terminal, nothing anywhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ctk_tui.cli.bars import counted, described, reached
from ctk_tui.model.job import Progress
from tests.support.calling import Terminal
from tests.support.library import put, wav

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk

SEEN = """
import time
from ctk_tui.cli.bars import Bars
from ctk_tui.scan.scanner import Scanner
drawn, real = [], Bars.show
Bars.show = lambda self, *given: (real(self, *given), drawn.append(given))[0]
work = Scanner._work
def waiting(self):
    work(self)
    self._count()
    deadline = time.monotonic() + {patience}
    seen = len(drawn)
    while len(drawn) < seen + 2 and time.monotonic() < deadline:
        time.sleep(0.005)
Scanner._work = waiting
"""
"""A scan that ends when the bar was drawn twice, at the latest after `patience` seconds."""


PACED = """
from ctk_tui.cli.bars import Bars
from ctk_tui.model.job import Progress
now = [0]
with Bars(clock=lambda: now[0]) as bars:
    bars.show("job", "scan", Progress("walk", 0, None, {"found": 500}))
    for second in range(10, 13):
        now[0] = second
        done = 100 * (second - 7)
        bars.show("job", "scan", Progress("read", done, 1000, {"found": 1000, "new": done}))
raise SystemExit(0)
"""
"""A job that is told by a clock of its own: ten seconds of walking, then a hundred files a second."""


@pytest.fixture
def sounds(tmp_path: Path, ctk: Ctk) -> Path:
    for number in range(5):
        put(tmp_path / "lib" / f"{number}.wav", wav(number))
    assert ctk("sources", "add", "lib", tmp_path / "lib").code == 0
    return tmp_path


def shown(*words: str, patience: float = 30, **options: object) -> Terminal:
    with Terminal(*words, code=SEEN.format(patience=patience), **options) as terminal:  # type: ignore[arg-type]
        assert terminal.end() == 0
    return terminal


@pytest.mark.usefixtures("sounds")
def test_a_terminal_sees_where_the_scan_is() -> None:
    terminal = shown("scan", columns=120)
    assert "scan lib · reading" in terminal.text
    assert "5 of 5" in terminal.text
    assert "new 5" in terminal.text
    assert re.search(r"\r5 audio files found in \d+\.\d s\n          5  new\n$", terminal.text)


def test_counts_while_it_walks_then_rate_and_time_left() -> None:
    with Terminal("stats", code=PACED, columns=120) as terminal:
        assert terminal.end() == 0
    walking, reading = terminal.text.split("300 of 1,000", 1)
    assert "500 found" in walking
    assert "/s" not in walking
    assert "500 of 1,000" in reading
    assert "00:05 100/s · new 500" in reading  # the 300 that were done while it walked are not in the rate


@pytest.mark.usefixtures("sounds")
def test_it_fits_80_columns_and_is_gone_at_the_end() -> None:
    terminal = shown("scan", columns=80)
    drawn = [line for line in re.split(r"[\r\n]+", terminal.text) if "·" in line]
    assert drawn
    assert max(map(len, drawn)) <= 80
    assert terminal.raw.index("\x1b[2K") < terminal.raw.index("5 audio files found")


@pytest.mark.usefixtures("sounds")
def test_no_color_holds() -> None:
    terminal = shown("scan", environment={"NO_COLOR": "1"})
    assert "scan lib" in terminal.text
    assert re.findall(r"\x1b\[[0-9;]*m", terminal.raw) in ([], ["\x1b[0m"])


@pytest.mark.parametrize(
    ("words", "environment"), [(["scan"], {"TERM": "dumb"}), (["scan", "-q"], {}), (["scan", "-q"], {"TERM": "dumb"})]
)
@pytest.mark.usefixtures("sounds")
def test_no_bar_where_it_cannot_be_drawn_or_is_not_wanted(words: list[str], environment: dict[str, str]) -> None:
    terminal = shown(*words, patience=0.6, environment=environment)
    assert "\x1b" not in terminal.raw
    assert "scan lib" not in terminal.text


def test_the_bar_is_on_stderr_while_stdout_is_a_file(sounds: Path) -> None:
    terminal = shown("scan", "--json", stdout=sounds / "report.json")
    assert "scan lib" in terminal.text
    assert (sounds / "report.json").read_text().startswith('{"v": 1, "sources": ')


def test_words_of_the_bar() -> None:
    walking = Progress("walk", 0, None, {"found": 1204, "new": 0, "errors": 3}, "samples")
    assert (described("scan", walking), reached(walking), counted(walking)) == (
        "scan samples · looking", "1,204 found", "errors 3",
    )  # fmt: skip
    proving = Progress("prove", 2100, 2000, {"found": 2000, "new": 1999, "duplicates": 1}, "")
    assert (described("scan", proving), reached(proving), counted(proving)) == (
        "scan · comparing", "2,000 of 2,000", "new 1,999 · duplicates 1",
    )  # fmt: skip
    begun = Progress("", 0, None, {}, "")
    assert (described("demo", begun), reached(begun), counted(begun)) == ("demo", "", "")
    assert described("demo", Progress("demo", 1, 2, {}, "")) == "demo"
