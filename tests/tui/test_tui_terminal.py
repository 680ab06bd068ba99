"""The app on a real terminal, as its user has it: from an empty home to a played file, killed, dropped, resized."""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.support.library import Library, put, wav
from tests.support.pulse import PulseServer
from tests.support.tmux import PATIENCE, Tmux, gone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.demo.library import DemoLibrary

pytestmark = pytest.mark.needs("tmux")


@pytest.fixture
def socket() -> Iterator[Path]:
    """Return a folder with a short path: that of a socket may have 100 bytes."""
    with TemporaryDirectory(prefix="ctk", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def sounds(demo_library: DemoLibrary, tmp_path: Path) -> Path:
    """Return a copy of the demo library's first source."""
    return Path(shutil.copytree(next(iter(demo_library.sources.values())), tmp_path / "sounds"))


@pytest.fixture
def library(sounds: Path, tmp_path: Path) -> Iterator[Library]:
    """Return that folder catalogued."""
    made = Library(tmp_path / "ctk", {"sounds": sounds})
    made.scan()
    yield made
    made.close()


def words(library: Library) -> tuple[str, ...]:
    return ("--config", str(library.config), "--db", str(library.database))


def many(folder: Path) -> None:
    """Make so many small files that their scan can be watched."""
    for number in range(12_000):
        put(folder / f"{number}.wav", wav(number))


def running(library: Library) -> None:
    """Wait until a scan runs that some other process started."""
    deadline = time.monotonic() + PATIENCE
    while not any(info.state == "running" for info in library.toolkit.jobs.list()):
        assert time.monotonic() < deadline


@pytest.mark.needs("pulseaudio")
def test_from_an_empty_home_to_a_played_file_with_keys_alone(socket: Path, sounds: Path) -> None:
    with PulseServer() as server, Tmux(socket, environ=server.environ) as terminal:
        terminal.sees("The catalog is empty")
        terminal.press("2")
        terminal.sees("No source yet")
        terminal.press("A")
        terminal.sees("which folder")
        terminal.write(str(sounds))
        terminal.press("Enter")
        terminal.sees("Its name")
        terminal.press("Enter")
        terminal.sees("is a source now")
        terminal.press("S")
        terminal.sees("scan is done")
        terminal.press("1", "/")
        terminal.write("kick")
        terminal.sees("Kick 01 Deep.wav")
        terminal.press("Enter", "Space")
        terminal.sees("▶ Kick 0")
        terminal.press("m")
        terminal.sees("1 marked")
        terminal.press("3")
        terminal.sees("(?i)duplicates")
        terminal.press("q")
        terminal.sees("code=0")


def test_killed_in_the_middle_of_a_scan_no_child_is_left_and_the_catalog_is_sound(
    socket: Path, library: Library, tmp_path: Path
) -> None:
    many(tmp_path / "sounds" / "more")
    with Tmux(socket, *words(library)) as terminal:
        terminal.sees("NAME")
        terminal.press("S")
        running(library)
        app = terminal.app()
        children = app.children(recursive=True)
        jobs = [info.pid for info in library.toolkit.jobs.list() if info.state == "running"]
        app.kill()
        gone([*children, *(psutil.Process(pid) for pid in jobs if psutil.pid_exists(pid))])
    assert {info.state for info in library.toolkit.jobs.list()} <= {"done", "cancelled", "dead"}
    assert not [check for check in library.toolkit.doctor.checks() if check.status == "error"]
    report = library.scan()
    assert not report.errors or all(not error.new for error in report.errors)


def test_a_dropped_line_keeps_query_cursor_and_marks(socket: Path, library: Library) -> None:
    with Tmux(socket, *words(library)) as terminal:
        terminal.sees("NAME")
        terminal.press("/")
        terminal.write("snare")
        terminal.press("Enter")
        terminal.sees("Snare 02")
        terminal.press("j", "m")
        terminal.sees("1 marked")
        terminal.send(signal.SIGHUP)
        terminal.sees("code=129")
    with TemporaryDirectory(prefix="ctk", dir="/tmp") as other, Tmux(Path(other), *words(library)) as terminal:
        shown = terminal.sees("1 marked")
        shown = terminal.sees("▸.*Snare")
        assert "/ snare" in shown
        terminal.press("q")
        terminal.sees("code=0")


def test_what_is_typed_while_the_app_starts_is_not_lost(socket: Path, library: Library) -> None:
    with Tmux(socket, *words(library), record=socket / "sent") as terminal:
        terminal.press("2", "3", "1", "/")
        terminal.write("snare")
        terminal.press("Enter", "m")
        terminal.sees("/ snare ")
        terminal.sees("Snare 02")
        terminal.sees("1 marked")
        terminal.press("q")
        terminal.sees("code=0")


def test_a_window_of_any_size_is_drawn(socket: Path, library: Library) -> None:
    with Tmux(socket, *words(library), size=(200, 60)) as terminal:
        terminal.sees("NAME")
        terminal.press("j", "Space")
        for columns, rows, tabs in (
            (40, 12, "Dupl…"),
            (200, 60, "Duplicates +"),
            (20, 5, "Cata…"),
            (80, 24, "Duplicates +"),
        ):
            terminal.resize(columns, rows)
            terminal.sees(rf"{tabs} \? help *\n(.*\n)+▸")
        terminal.press("q")
        terminal.sees("code=0")


def test_quitting_with_a_scan_asks_what_becomes_of_it(socket: Path, library: Library, tmp_path: Path) -> None:
    many(tmp_path / "sounds" / "more")
    with Tmux(socket, *words(library)) as terminal:
        terminal.sees("NAME")
        terminal.press("S", "q")  # at once: the scan is asked about before its first numbers are shown
        terminal.sees("Still running: scan")
        terminal.press("b")
        terminal.sees("code=0")
        left = [info for info in library.toolkit.jobs.list() if info.state == "running"]
        if left:
            gone([psutil.Process(left[0].pid)])
    job = library.toolkit.jobs.list()[0]
    assert job.state == "done", library.toolkit.jobs.log(job.id)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"TERM": "dumb"}, "TERM=dumb"),
        ({"PYTHONIOENCODING": "ascii"}, "needs UTF-8"),
        ({"LANG": "C"}, "encoding is ASCII"),
        ({"LC_ALL": "POSIX"}, "encoding is ASCII"),
        ({"LANG": "en_US.ISO-8859-1"}, "encoding is ISO-8859-1"),
    ],
)
def test_a_terminal_that_cannot_show_it_is_told(socket: Path, environ: dict[str, str], told: str) -> None:
    with Tmux(socket, environ=environ) as terminal:
        shown = terminal.sees("code=2")
        assert told in shown
        assert "ctk --help" in shown
