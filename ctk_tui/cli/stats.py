"""`ctk stats`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctk_tui.cli import jsonform, output
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.tables import table
from ctk_tui.model.format import count, moment, size, total

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session
    from ctk_tui.model.source import SourceState
    from ctk_tui.model.stats import Stats


@click.command(name="stats")
@click.option("--json", "as_json", is_flag=True, help="The totals as JSON.")
@click.pass_obj
def command(session: Session, *, as_json: bool) -> int:
    """Totals: per source, per format, per category, duplicates and the space they hold.

    Each content counts once, however many places it lies in.
    """
    with session.open() as toolkit:
        found = toolkit.catalog.stats()
        sources = toolkit.sources.states()
    if as_json:
        output.document(jsonform.stats(found, sources))
    else:
        _show(found, sources)
    return Exit.DONE


def _show(found: Stats, sources: list[SourceState]) -> None:
    output.line(f"{count(found.audio_files, 'audio file')} · {size(found.bytes)} · {total(found.duration_secs)}")
    if found.duplicate_groups:
        sounds, copies = count(found.duplicate_groups, "sound"), count(found.duplicate_paths, "copy", "copies")
        output.line(f"{sounds} there more than once: {copies} beside the first, {size(found.wasted_bytes)}")
    words = {"offline": found.offline, "missing": found.missing, "with errors": found.errors}
    rest = " · ".join(f"{number:,} {word}" for word, number in words.items() if number)
    if found.quarantined_bytes:
        rest = f"{rest} · {size(found.quarantined_bytes)} in quarantine".lstrip(" ·")
    if rest:
        output.line(rest)
    if sources:
        output.line()
        rows = [[one.name, one.status, f"{one.files:,}", size(one.bytes), total(one.duration_secs),
                 moment(one.last_scan)] for one in sources]  # fmt: skip
        output.lines(table(["SOURCE", "STATUS", "FILES>", "SIZE>", "LENGTH>", "LAST SCAN"], rows))
    if found.formats:
        output.line()
        kinds = [
            [name, f"{one.files:,}", size(one.bytes), total(one.duration_secs)] for name, one in found.formats.items()
        ]
        output.lines(table(["FORMAT", "FILES>", "SIZE>", "LENGTH>"], kinds))
    if found.categories:
        output.line()
        output.lines(table(["CATEGORY", "FILES>"], [[name, f"{n:,}"] for name, n in found.categories.items()]))
