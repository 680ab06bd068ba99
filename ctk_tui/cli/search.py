"""`ctk search`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctk_tui.cli import listing, output
from ctk_tui.cli.diagnostics import Exit

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session


@click.command(name="search")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most so many.")
@click.option("--count", "only_count", is_flag=True, help="Only how many there are.")
@listing.output_flags
@click.pass_obj
def command(
    session: Session,
    words: tuple[str, ...],
    *,
    limit: int | None,
    only_count: bool,
    as_json: bool,
    jsonl: bool,
    as_csv: bool,
    fields: str | None,
    paths: bool,
    print0: bool,
) -> int:
    """Find sounds whose path or tags have all WORDs, in any order, upper or lower case alike."""
    form, names = listing.chosen_form(
        as_json=as_json, jsonl=jsonl, as_csv=as_csv, fields=fields, paths=paths, print0=print0
    )
    with session.open() as toolkit:
        found = toolkit.catalog.find(words)
        if only_count:
            output.line(str(len(found)))
            return Exit.DONE
        return listing.write(toolkit.catalog.entries(found[:limit]), form, names, len(found))
