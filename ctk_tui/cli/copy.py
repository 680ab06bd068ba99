"""`ctk copy`."""

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
    from ctk_tui.model.plan import CopyAs, OnExists


@click.command(name="copy", cls=Command, takes_query=True)
@query_arguments
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Where they go.")
@click.option("--as", "kind", type=click.Choice(["copy", "symlink", "hardlink"]), default="copy", help="As what.")
@click.option("--tree", is_flag=True, help="Keep the folders below the source.")
@click.option("--on-exists", type=click.Choice(["skip", "number"]), help="Where a name is taken; else it is refused.")
@click.option("--with-sidecars", is_flag=True, help="Take .asd, .sfk, .reapeaks and .cue files along.")
@operation_options
@click.pass_obj
def command(
    session: Session,
    *,
    wanted: Wanted,
    how: How,
    folder: Path,
    kind: CopyAs,
    tree: bool,
    on_exists: OnExists | None,
    with_sidecars: bool,
) -> int:
    """Copy or link files into a project; the library is not changed, and nothing is replaced.

    DIR may lie outside of every source. `ctk undo` takes away those copies that are still unchanged.
    """
    target = folder.expanduser().absolute()
    with session.open() as toolkit:
        files = meant(toolkit, wanted)
        plan = planned(
            "copy",
            lambda job: toolkit.files.plan_copy(
                files.ids, target, kind=kind, tree=tree, on_exists=on_exists or "refuse", query=files.query,
                paths=files.paths, with_sidecars=with_sidecars, words=files.words, job=job,
            ),
        )  # fmt: skip
        return worst([carry_out(toolkit, plan, how, kind, to=target), files.code])
