"""`ctk apply`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctk_tui.cli.dashes import Command
from ctk_tui.cli.operations import How, carry_out, operation_options

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session


@click.command(name="apply", cls=Command)
@click.argument("plan", type=click.Path(path_type=Path), metavar="PLAN")
@click.option("--last-copies", is_flag=True, help="Also what has no other copy.")
@click.option("--to", "folder", type=click.Path(path_type=Path), metavar="DIR", help="The target outside every source.")
@operation_options
@click.pass_obj
def command(session: Session, plan: Path, *, how: How, last_copies: bool, folder: Path | None) -> int:
    """Do what a plan file says: each file is looked at again, proved, and journaled before it moves.

    Nothing in the file is believed. A plan whose targets lie outside every source needs --to with that folder again.
    """
    with session.open(mends=True) as toolkit:
        found = toolkit.files.read_plan(plan)
        target = None if folder is None else folder.expanduser().absolute()
        return carry_out(toolkit, found, how, "apply", last_copies=last_copies, to=target)
