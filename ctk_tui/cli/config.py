"""`ctk config`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctk_tui.cli import diagnostics, output
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.groups import Group

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session


@click.group(name="config", cls=Group)
def command() -> None:
    """The configuration file: where it is, what is in force, whether it is sound."""


@command.command(name="path")
@click.pass_obj
def path(session: Session) -> int:
    """Print where the configuration file is, or would be."""
    output.line(str(session.config_path()))
    return Exit.DONE


@command.command(name="show")
@click.pass_obj
def show(session: Session) -> int:
    """Print the settings in force, defaults too."""
    from ctk_tui.config.show import effective

    output.text_block(effective(session.load().settings))
    return Exit.DONE


@command.command(name="check")
@click.pass_obj
def check(session: Session) -> int:
    """List everything that is wrong with the configuration; exit 1 when there is anything."""
    loaded = session.load(strict=False)
    for problem in loaded.problems:
        diagnostics.say(str(problem))
        if problem.hint:
            diagnostics.say(f"     {problem.hint}")
    if loaded.problems:
        return Exit.ERROR
    output.line(f"{loaded.path}: " + ("sound" if loaded.exists else "not there, so the defaults are in force"))
    return Exit.DONE
