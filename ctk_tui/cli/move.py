"""`ctk move`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import worst
from ctk_tui.cli.operations import carry_out, meant, operation_options, planned
from ctk_tui.cli.selection import query_arguments

if TYPE_CHECKING:
    from ctk_tui.cli.operations import How
    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session


@click.command(name="move", cls=Command, takes_query=True)
@query_arguments
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Where they go.")
@click.option("--leave-symlink", is_flag=True, help="Leave a symbolic link in each old place, for projects.")
@click.option("--with-sidecars", is_flag=True, help="Take .asd, .sfk, .reapeaks and .cue files along.")
@operation_options
@click.pass_obj
def command(
    session: Session, *, wanted: Wanted, how: How, folder: Path, leave_symlink: bool, with_sidecars: bool
) -> int:
    """Move files into a folder; outside of every source they leave the library.

    `ctk undo` brings them back.
    """
    target = folder.expanduser().absolute()
    with session.open() as toolkit:
        files = meant(toolkit, wanted)
        plan = planned(
            "move",
            lambda job: toolkit.files.plan_move(
                files.ids, target, query=files.query, paths=files.paths, with_sidecars=with_sidecars,
                leave_symlink=leave_symlink, words=files.words, job=job,
            ),
        )  # fmt: skip
        before = "" if leave_symlink else "projects which use these files will not find them; --leave-symlink helps"
        return worst([carry_out(toolkit, plan, how, "move", to=target, before=before), files.code])
