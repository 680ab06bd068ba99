"""`ctk search`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctk_tui.cli import forms, listing, output
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit, worst
from ctk_tui.cli.narrowing import narrowing_options
from ctk_tui.cli.selection import query_arguments, selected

if TYPE_CHECKING:
    from ctk_tui.cli.forms import Form
    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session


@click.command(name="search", cls=Command, takes_query=True)
@query_arguments
@narrowing_options
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most so many.")
@click.option("--count", "only_count", is_flag=True, help="Only how many there are.")
@forms.output_flags
@click.pass_obj
def command(session: Session, *, wanted: Wanted, narrow: str, form: Form, limit: int | None, only_count: bool) -> int:
    """Find sounds.

    Words must all occur in the path, the tags or the labels. ^word leaves out what has it, "two words" is a phrase,
    a comma between spaces means or. field:value asks for more: category:drums duration:..2 format:wav,flac is:dup
    modified:2019.. and name- size+ sort.
    """
    with session.open() as toolkit:
        found, code = selected(toolkit, wanted, toolkit.catalog.parse(narrow) if narrow else None)
        if only_count:
            output.line(str(len(found)))
            return code
        return worst([code, Exit(listing.write(toolkit.catalog.entries(found[:limit]), form, len(found)))])
