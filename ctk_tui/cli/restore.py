"""`ctk restore`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from ctk_tui.cli.dashes import Command
from ctk_tui.cli.operations import How, operation_options
from ctk_tui.cli.reversing import take_back
from ctk_tui.cli.selection import is_path, listed_paths, query_arguments, require_words, selected

if TYPE_CHECKING:
    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session


@click.command(name="restore", cls=Command, takes_query=True)
@query_arguments
@click.option("--entry", metavar="ID", help="Only from this entry of `ctk history`.")
@operation_options
@click.pass_obj
def command(session: Session, *, wanted: Wanted, how: How, entry: str | None) -> int:
    """Bring some files back to where they lay: those at the paths named, all below a folder, or what a query finds.

    A query over removed sounds needs is:quarantined.
    """
    with session.open(mends=True) as toolkit:
        listed = listed_paths(wanted)
        if listed is None and wanted.words and all(map(is_path, wanted.words)):
            listed = [os.path.expanduser(os.fsencode(word)) for word in wanted.words]
        if listed is not None:
            paths = [os.path.abspath(path) for path in listed]
            found = toolkit.files.reversal(entry, paths=paths, kind="restore")
        else:
            require_words(toolkit, wanted)
            ids, _ = selected(toolkit, wanted)
            found = toolkit.files.reversal(entry, ids=ids, kind="restore")
        return take_back(toolkit, found, how)
