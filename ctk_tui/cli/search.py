"""`ctk search`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import completing, forms, listing, output
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from ctk_tui.cli.forms import Form
    from ctk_tui.cli.session import Session


@click.command(name="search", cls=Command, takes_query=True)
@click.argument("words", nargs=-1, metavar="[WORD]...", shell_complete=completing.query)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most so many.")
@click.option("--count", "only_count", is_flag=True, help="Only how many there are.")
@forms.output_flags
@click.pass_obj
def command(session: Session, words: tuple[str, ...], *, form: Form, limit: int | None, only_count: bool) -> int:
    """Find sounds whose path or tags have all WORDs, in any order, upper or lower case alike."""
    with session.open() as toolkit:
        found = toolkit.catalog.find([typed(word) for word in words])
        if only_count:
            output.line(str(len(found)))
            return Exit.DONE
        return listing.write(toolkit.catalog.entries(found[:limit]), form, len(found))


def typed(word: str) -> str:
    """Return a word as the catalog shows names: with U+FFFD for each byte that is not UTF-8."""
    return display(os.fsencode(word))
