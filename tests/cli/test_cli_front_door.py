"""The front door: help, version, unknown words, every error a line and an exit code."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctk_tui import __version__
from ctk_tui.cli import main
from ctk_tui.cli.diagnostics import Exit, code_of, worst
from ctk_tui.cli.main import COMMANDS
from ctk_tui.model import errors

if TYPE_CHECKING:
    from tests.support.commands import Ctk, Hostile

ROOT = Path(__file__).parent.parent.parent


def test_alone_it_prints_the_help_and_exits_2(ctk: Ctk) -> None:
    alone, asked = ctk(), ctk("--help")
    assert (alone.code, asked.code) == (2, 0)
    assert alone.out == asked.out
    assert alone.err == asked.err == ""
    for name, told in COMMANDS.items():
        assert f"  {name:<10}  {told}\n" in alone.text


def test_h_is_help_everywhere(ctk: Ctk) -> None:
    for name in COMMANDS:
        said = ctk(name, "-h")
        assert (said.code, said.err) == (0, "")
        assert said.text.startswith(f"Usage: ctk {name} ")
        assert max(map(len, said.lines)) <= 80


def test_groups_without_a_command_print_their_help(ctk: Ctk) -> None:
    said = ctk("config")
    assert (said.code, said.err) == (2, "")
    assert said.text.startswith("Usage: ctk config ")


def test_version(ctk: Ctk) -> None:
    said = ctk("--version")
    assert (said.code, said.text) == (0, f"ctk {__version__}\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["stat"], "ctk: `ctk` has no command 'stat'; did you mean 'stats'?"),
        (["xyzzy"], "ctk: `ctk` has no command 'xyzzy'"),
        (["sources", "ad"], "ctk: `ctk sources` has no command 'ad'; did you mean 'add'?"),
    ],
)
def test_an_unknown_command_names_the_nearest(words: list[str], told: str, ctk: Ctk) -> None:
    said = ctk(*words)
    assert (said.code, said.out) == (2, b"")
    first, second = said.err.splitlines()
    assert first == told
    assert second.endswith("--help` shows how it is called")


def test_an_unknown_option_names_the_nearest(ctk: Ctk) -> None:
    said = ctk("scan", "--ful")
    assert said.code == 2
    assert "--full" in said.err
    assert "`ctk scan --help`" in said.err


def test_the_module_and_the_command_are_one() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        module, _, name = tomllib.load(file)["project"]["scripts"]["ctk"].partition(":")
    ways = (["-m", "ctk_tui"], ["-c", f"from {module} import {name}; {name}()"])
    for words in (["--version"], ["nope"], []):
        runs = [subprocess.run([sys.executable, *way, *words], capture_output=True, cwd=ROOT) for way in ways]
        assert len({(run.returncode, run.stdout, run.stderr) for run in runs}) == 1


def test_help_loads_few_modules() -> None:
    """It takes about 0.1 s of which Python and click are most; what is not loaded costs nothing."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ctk_tui", "--help"], capture_output=True, text=True, cwd=ROOT
    )
    names = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:")}
    assert "click" in names
    assert len({name for name in names if name.startswith("ctk_tui")}) < 20
    assert not {name.partition(".")[0] for name in names} & {"rich", "sqlite3", "tomlkit", "platformdirs", "pathspec"}


ERRORS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.CtkError)]
CODES = {
    "UsageError": 2, "QueryError": 2, "Refused": 4, "Busy": 5, "SourceOffline": 6, "Cancelled": 130,
}  # fmt: skip


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_its_code(kind: type[errors.CtkError]) -> None:
    assert code_of(kind.__new__(kind)) == CODES.get(kind.__name__, 1)


def test_the_code_that_wins() -> None:
    order = [143, 130, 5, 4, 1, 6, 3]
    for at, first in enumerate(order):
        for second in order[at:]:
            assert worst([Exit(second), Exit.DONE, Exit(first)]) == first
    assert worst([Exit.DONE]) == worst([]) == 0


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Let `ctk stats` raise what the test puts into the list."""
    raised: list[BaseException] = []

    def opened(*args: object, **options: object) -> None:
        raise raised[0]

    monkeypatch.setattr("ctk_tui.cli.session.Session.open", opened)
    return raised


def test_an_error_is_a_line_and_a_hint(ctk: Ctk, failing: list[BaseException]) -> None:
    failing.append(errors.CtkError("a\nb \x1b[31m", "do \u202e this"))
    said = ctk("stats")
    assert (said.code, said.out) == (1, b"")
    assert said.err == "ctk: a\\nb \\x1b[31m\n     do \\u202e this\n"


def test_a_defect_is_told_as_one(ctk: Ctk, failing: list[BaseException]) -> None:
    failing.append(ZeroDivisionError("by\nzero"))
    said = ctk("stats")
    assert (said.code, said.out) == (1, b"")
    assert said.err.splitlines()[0] == "ctk: a defect of ctk: ZeroDivisionError: by\\nzero"
    assert len(said.err.splitlines()) == 2


@pytest.mark.parametrize("error", [errors.CtkError("off"), ZeroDivisionError("off")], ids=["told", "defect"])
def test_a_traceback_only_when_asked(error: Exception, ctk: Ctk, failing: list[BaseException]) -> None:
    failing.append(error)
    assert "Traceback" not in ctk("stats").err
    said = ctk("-v", "stats")
    assert "Traceback" in said.err
    assert said.code == 1


def test_ctrl_c_is_130(ctk: Ctk, failing: list[BaseException]) -> None:
    failing.append(KeyboardInterrupt())
    said = ctk("stats")
    assert (said.code, said.out, said.err) == (130, b"", "")


def test_an_error_while_stderr_is_closed(
    ctk: Ctk, failing: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing.append(errors.Refused("no"))
    monkeypatch.setattr(sys, "stderr", None)
    assert main.run(["stats"]) == 4


def test_a_missing_configuration_that_was_named_is_told(ctk: Ctk, tmp_path: Path, hostile: Hostile) -> None:
    file = tmp_path / "typo.toml"
    said = ctk("--config", file, "stats")
    assert (said.code, said.err) == (0, f"ctk: {file}: no such file, so the defaults are in force\n")
    assert ctk("stats").err == ""
