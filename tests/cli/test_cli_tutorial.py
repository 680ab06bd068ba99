"""The tutorial is true: what it tells to type runs on the demo library, and what it promises is there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctk_tui.cli.main import run
from ctk_tui.toolkit.demo import make_demo
from ctk_tui.toolkit.toolkit import Toolkit
from tests.support.changing import difference, tree

if TYPE_CHECKING:
    from ctk_tui.demo.library import DemoLibrary

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


def commands() -> list[str]:
    """Return the `demo …` lines that neither play, nor fail on purpose, nor need another program."""
    wanted = ("search", "stats", "sources", "dupes", "scan", "apply", "history", "quarantine", "restore", "undo",
              "delete", "copy", "rename")  # fmt: skip
    return [line for line in lines() if line.startswith(tuple(f"demo {word}" for word in wanted)) and "|" not in line]


def lines(holding: str = "") -> list[str]:
    """Return the lines of all blocks of shell that hold a text, without what is said of them."""
    blocks = re.findall(r"```sh\n(.*?)```", TUTORIAL.read_text(), re.DOTALL)
    found = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in found if holding in line]


@pytest.fixture
def config(demo_library: DemoLibrary, tmp_path: Path) -> Path:
    root = tmp_path / "demo-library"
    shutil.copytree(demo_library.root, root)
    demo = make_demo(root)
    with Toolkit.open(demo.config) as toolkit:
        toolkit.sources.scan()
    return demo.config


def test_every_command_of_the_tutorial_runs(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sources = [config.parent / name for name in ("studio", "archive", "usb-backup")]
    before = tree(*sources)
    found = commands()
    assert len(found) >= 24
    for line in found:
        assert run(["--config", str(config), *shlex.split(line)[1:]]) == 0, line
        assert capsys.readouterr().out, line
    assert (tmp_path / "clean-up.plan").is_file()
    # It tells to take everything back; the configuration and the catalog lie beside the sources.
    assert difference(before, tree(*sources)) == []


@pytest.mark.needs("sh", "xargs", "jq", "fzf")
def test_every_pipe_of_the_tutorial_runs(config: Path) -> None:
    found = lines("|")
    assert len(found) == 5
    ctk = f"{shlex.quote(sys.executable)} -m ctk_tui --config {shlex.quote(str(config))}"
    # What is picked by hand is what fzf finds for a word.
    environment = {**os.environ, "FZF_DEFAULT_OPTS": "--filter=deep"}
    for line in found:
        script = f'demo() {{ {ctk} "$@"; }}\n{line}'
        run_of_it = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, timeout=60, check=False)
        assert (run_of_it.returncode, run_of_it.stderr) == (0, b""), line
        assert run_of_it.stdout, line


@pytest.mark.needs("sh")
def test_the_line_for_cron_says_nothing_when_all_is_well(config: Path) -> None:
    [line] = re.findall(r"^0 3 \* \* \* (.*)$", TUTORIAL.read_text(), re.MULTILINE)
    program, rest = line.split(" ", 1)
    assert program.startswith("/")
    ctk = f"{shlex.quote(sys.executable)} -m ctk_tui --config {shlex.quote(str(config))}"
    for more, said in (("", b""), (" nowhere", b"ctk scan ended with 2\n")):
        script = f"{ctk} {rest.replace('scan', 'scan' + more, 1)}"
        # As cron calls it: /bin/sh, hardly any environment.
        run_of_it = subprocess.run(
            ["/bin/sh", "-c", script],
            env={"HOME": os.environ["HOME"], "PATH": "/usr/bin:/bin"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert (run_of_it.returncode, run_of_it.stdout) == (0, said)
        assert bool(run_of_it.stderr) is bool(more)


def test_the_tutorials_numbers_are_the_demos(config: Path) -> None:
    with Toolkit.open(config) as toolkit:
        totals = toolkit.catalog.stats()
    assert f"{totals.audio_files} sounds under {totals.paths} names" in TUTORIAL.read_text()


def test_saved_queries_work_as_told(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(config.read_text() + '\n[queries]\nchops = "vox chop duration:..3"\n')
    assert run(["--config", str(config), "search", "@chops", "--count"]) == 0
    assert int(capsys.readouterr().out) > 0
