"""`ctk demo`: a library to try things on, apart from the user's own."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support.calling import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.demo.library import DemoLibrary
    from tests.support.commands import Ctk


@pytest.fixture
def made(demo_library: DemoLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the demo take the sounds that this run has made already; return the working folder."""

    def make_library(dest: Path, **_: object) -> DemoLibrary:
        root = shutil.copytree(demo_library.root, dest, symlinks=True).absolute()
        roots = {name: root / path.name for name, path in demo_library.sources.items()}
        return replace(demo_library, root=root, sources=roots)

    monkeypatch.setattr("ctk_tui.toolkit.demo.make_library", make_library)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands(said: list[str]) -> list[list[str]]:
    return [shlex.split(line, comments=True) for line in said[1:]]


def test_it_tells_what_to_try_and_that_works(made: Path, ctk: Ctk) -> None:
    said = ctk("demo")
    assert (said.code, said.err) == (0, "")
    assert said.lines[0].startswith("ctk-demo holds ")
    assert said.lines[1].startswith("  ctk --config ctk-demo/ctk.toml stats ")
    assert max(map(len, said.lines)) <= 100
    for words in commands(said.lines):
        assert words[0] == "ctk"
        again = ctk(*words[1:])
        assert (again.code, again.err) == (0, "")
        assert again.out


def test_the_users_own_catalog_and_configuration_are_not_touched(
    made: Path, home: Path, ctk: Ctk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTK_DB", str(made / "mine.db"))
    monkeypatch.setenv("CTK_CONFIG", str(made / "mine.toml"))
    said = ctk("demo", "a place")
    assert said.code == 0
    assert not (made / "mine.db").exists()
    assert not (made / "mine.toml").exists()
    assert list(home.rglob("catalog.db")) == []
    assert "--db 'a place/catalog.db'" in said.text
    assert ctk(*commands(said.lines)[0][1:]).lines[0] != "0 audio files · 0 B · 0 s"
    assert not (made / "mine.db").exists()


def test_elsewhere_paths_are_whole(made: Path, ctk: Ctk, monkeypatch: pytest.MonkeyPatch) -> None:
    (made / "here").mkdir()
    monkeypatch.chdir(made / "here")
    assert f"  ctk --config {made}/there/ctk.toml stats " in ctk("demo", made / "there").text


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path, ctk: Ctk) -> None:
    (tmp_path / "song.wav").write_bytes(b"mine")
    said = ctk("demo", tmp_path)
    assert (said.code, said.out) == (4, b"")
    assert 1 <= len(said.err.splitlines()) <= 2
    assert [path.name for path in tmp_path.iterdir()] == ["song.wav"]


SLOW = """
import os, time
import ctk_tui.toolkit.demo as demo
def make_library(dest, job):
    open(os.environ["READY"], "w").close()
    while not job.cancelled:
        time.sleep(0.005)
    job.check()
demo.make_library = make_library
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_can_be_stopped(number: signal.Signals, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "ready")
    monkeypatch.setenv("READY", str(tmp_path / "ready"))
    with Terminal("demo", str(tmp_path / "demo"), code=SLOW) as terminal:
        (tmp_path / "ready").read_bytes()
        terminal.signal(number)
        assert terminal.end() == code
        assert terminal.text.endswith("ctk: stopped; call it once more to make the rest\n")
