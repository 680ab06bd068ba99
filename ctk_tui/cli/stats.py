"""`ctk stats`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctk_tui.cli import jsonform, output
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.selection import query_arguments, selected
from ctk_tui.cli.tables import Column, room, table
from ctk_tui.model.format import count, moment, size, total

if TYPE_CHECKING:
    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session
    from ctk_tui.model.source import SourceState
    from ctk_tui.model.stats import Stats

TOTALS = (Column("FILES", right=True), Column("SIZE", right=True), Column("LENGTH", right=True))
SOURCES = (Column("SOURCE"), Column("STATUS"), *TOTALS, Column("LAST SCAN"))
FORMATS = (Column("FORMAT"), *TOTALS)
CATEGORIES = (Column("CATEGORY"), Column("FILES", right=True))


@click.command(name="stats", cls=Command, takes_query=True)
@query_arguments
@click.option("--json", "as_json", is_flag=True, help="The totals as JSON.")
@click.pass_obj
def command(session: Session, *, wanted: Wanted, as_json: bool) -> int:
    """Totals: per source, per format, per category, duplicates and the space they hold; of all, or of what is found.

    Each content counts once, however many places it lies in.
    """
    with session.open() as toolkit:
        ids, code = selected(toolkit, wanted) if wanted.any() else (None, Exit.DONE)
        found = toolkit.catalog.stats(ids)
        sources = toolkit.sources.states()
    if as_json:
        output.document(jsonform.stats(found, sources))
    else:
        _show(found, sources if ids is None else None)
    return code


def _show(found: Stats, sources: list[SourceState] | None) -> None:
    """Show totals, and those of the sources where they are of the whole catalog."""
    output.line(f"{count(found.audio_files, 'audio file')} · {size(found.bytes)} · {total(found.duration_secs)}")
    if found.duplicate_groups:
        sounds, copies = count(found.duplicate_groups, "sound"), count(found.duplicate_paths, "copy", "copies")
        output.line(f"{sounds} there more than once: {copies} beside the first, {size(found.wasted_bytes)}")
    words = {"offline": found.offline, "missing": found.missing, "with errors": found.errors}
    rest = [f"{number:,} {word}" for word, number in words.items() if number]
    if found.quarantined_bytes:
        rest.append(f"{size(found.quarantined_bytes)} in quarantine")
    if rest:
        output.line(" · ".join(rest))
    if sources is not None and not sources:
        output.line("no source yet: `ctk sources add NAME PATH`")
    elif sources and not any(one.last_scan for one in sources):
        output.line("nothing scanned yet: `ctk scan`")
    _table(SOURCES, [[one.name, one.status, f"{one.files:,}", size(one.bytes), total(one.duration_secs),
                      moment(one.last_scan)] for one in sources or ()])  # fmt: skip
    _table(FORMATS, [
        [name, f"{one.files:,}", size(one.bytes), total(one.duration_secs)] for name, one in found.formats.items()
    ])  # fmt: skip
    _table(CATEGORIES, [[name, f"{number:,}"] for name, number in found.categories.items()])


def _table(columns: tuple[Column, ...], rows: list[list[str]]) -> None:
    if rows:
        output.line()
        output.table(table(columns, rows, room()))
