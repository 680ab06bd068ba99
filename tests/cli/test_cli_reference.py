"""docs/commands.md is what the commands are."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from ctk_tui.cli.diagnostics import MEANINGS, Exit
from ctk_tui.cli.main import COMMANDS, cli
from ctk_tui.cli.reference import reference
from ctk_tui.cli.shapes import SHAPES
from tests.cli.test_cli_dashes import commands

PAGE = Path(__file__).parent.parent.parent / "docs" / "commands.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == reference(), "`make docs` writes it anew"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_on_it(name: str) -> None:
    assert f"\n## ctk {name}\n" in reference()


def test_every_option_has_words() -> None:
    for path, command in commands(cli):
        assert command.help, path
        for param in command.params:
            if isinstance(param, click.Option):
                assert param.help, f"{path} {param.name}"
                assert f"`{param.opts[0]}" in reference(), f"{path} {param.name}"


def test_exit_codes_and_documents_are_on_it() -> None:
    assert set(MEANINGS) == set(Exit)
    for code in Exit:
        assert f"\n| {code:d} | " in reference()
    for name in SHAPES:
        assert f"\n### {name}\n" in reference()
