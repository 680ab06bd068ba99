"""`ctk history`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctk_tui.cli import jsonform, output, planshow
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.tables import Column, room, table
from ctk_tui.model.format import moment, size

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session

COLUMNS = (
    Column("ID"), Column("WHEN"), Column("WHAT"), Column("STATE"), Column("FILES", right=True),
    Column("SIZE", right=True), Column("ASKED FOR", least=12, drop=1),
)  # fmt: skip


@click.command(name="history", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="The entries as JSON.")
@click.pass_obj
def command(session: Session, *, as_json: bool) -> int:
    """What ctk did to files, newest first; `ctk undo ID` takes an entry back."""
    with session.open() as toolkit:
        entries = toolkit.files.history()
    if as_json:
        output.document({"v": jsonform.VERSION, "entries": [planshow.entry_json(entry) for entry in entries]})
    elif not entries:
        output.line("nothing was done to files yet")
    else:
        rows = [
            [one.id, moment(one.at), one.kind, one.state, f"{one.operations:,}", size(one.bytes), one.query]
            for one in entries
        ]
        output.table(table(COLUMNS, rows, room()))
    return Exit.DONE
