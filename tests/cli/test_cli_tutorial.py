"""The tutorial is true: what it tells to type runs on the demo library, and what it promises is there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctk_tui.cli.main import run
from ctk_tui.toolkit.demo import make_demo
from ctk_tui.toolkit.toolkit import Toolkit

if TYPE_CHECKING:
    from ctk_tui.demo.library import DemoLibrary

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


def commands() -> list[str]:
    """Return the `demo …` lines that neither play, nor fail on purpose, nor need another program."""
    blocks = re.findall(r"```sh\n(.*?)```", TUTORIAL.read_text(), re.DOTALL)
    lines = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    wanted = ("demo search", "demo stats", "demo sources", "demo dupes", "demo scan")
    return [line for line in lines if line.startswith(wanted) and "|" not in line]


@pytest.fixture
def config(demo_library: DemoLibrary, tmp_path: Path) -> Path:
    root = tmp_path / "demo-library"
    shutil.copytree(demo_library.root, root)
    demo = make_demo(root)
    with Toolkit.open(demo.config) as toolkit:
        toolkit.sources.scan()
    return demo.config


def test_every_command_of_the_tutorial_runs(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = commands()
    assert len(found) >= 12
    for line in found:
        assert run(["--config", str(config), *shlex.split(line)[1:]]) == 0, line
        assert capsys.readouterr().out, line


def test_the_tutorials_numbers_are_the_demos(config: Path) -> None:
    with Toolkit.open(config) as toolkit:
        totals = toolkit.catalog.stats()
    assert f"{totals.audio_files} sounds under {totals.paths} names" in TUTORIAL.read_text()


def test_saved_queries_work_as_told(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(config.read_text() + '\n[queries]\nchops = "vox chop duration:..3"\n')
    assert run(["--config", str(config), "search", "@chops", "--count"]) == 0
    assert int(capsys.readouterr().out) > 0
