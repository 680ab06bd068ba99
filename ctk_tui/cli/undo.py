"""`ctk undo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctk_tui.cli.dashes import Command
from ctk_tui.cli.operations import How, operation_options
from ctk_tui.cli.reversing import take_back

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session


@click.command(name="undo", cls=Command)
@click.argument("entry", required=False, metavar="[ID]")
@click.option(
    "--from", "folder", type=click.Path(path_type=Path), metavar="DIR", help="A quarantine folder, read alone."
)
@operation_options
@click.pass_obj
def command(session: Session, entry: str | None, *, how: How, folder: Path | None) -> int:
    """Take an operation back: the newest that is not undone, or the one named.

    Undoing an undo does it again. --from reads the journal of a quarantine folder, where the catalog is lost.
    """
    with session.open(mends=True) as toolkit:
        files = toolkit.files
        found = files.reversal(entry) if folder is None else files.reversal_from(folder.expanduser().absolute(), entry)
        return take_back(toolkit, found, how)
