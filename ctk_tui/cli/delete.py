"""`ctk delete`."""

from __future__ import annotations

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


@click.command(name="delete", cls=Command, takes_query=True)
@query_arguments
@click.option("--last-copies", is_flag=True, help="Also what has no other copy.")
@click.option("--with-sidecars", is_flag=True, help="Take .asd, .sfk, .reapeaks and .cue files along.")
@operation_options
@click.pass_obj
def command(session: Session, *, wanted: Wanted, how: How, last_copies: bool, with_sidecars: bool) -> int:
    """Remove files: into the quarantine of their own volume, from where `ctk undo` brings them back.

    Of a sound with several copies one always stays. A path means that copy; query text those copies at which it holds.
    """
    with session.open() as toolkit:
        files = meant(toolkit, wanted)
        plan = planned(
            "delete",
            lambda job: toolkit.files.plan_delete(
                files.ids, query=files.query, paths=files.paths, with_sidecars=with_sidecars, words=files.words, job=job
            ),
        )
        return worst([carry_out(toolkit, plan, how, "quarantine", last_copies=last_copies), files.code])
