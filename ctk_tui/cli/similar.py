"""`ctk similar`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import completing, forms, jsonform, listing
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit, worst
from ctk_tui.cli.selection import query_arguments, selected
from ctk_tui.cli.show import numbered

if TYPE_CHECKING:
    from ctk_tui.cli.forms import Form
    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session
    from ctk_tui.toolkit.toolkit import Toolkit

SCORE = "score"


@click.command(name="similar", cls=Command, takes_query=True)
@click.argument("what", metavar="PATH|id:N", shell_complete=completing.files)
@query_arguments
@click.option("-k", "most", type=click.IntRange(min=1), default=10, show_default=True, metavar="N", help="How many.")
@forms.output_flags_with(SCORE)
@click.pass_obj
def command(session: Session, what: str, *, wanted: Wanted, most: int, form: Form) -> int:
    """Find what sounds like a sound, the most similar first; QUERY narrows where to look.

    The sound may be any file, in the catalog or not. What is not classified yet is not found.
    """
    number = numbered(what)
    sound = os.fsencode(os.path.expanduser(what)) if number is None else number
    with session.open() as toolkit:
        ids, code = selected(toolkit, wanted) if wanted.any() else (None, Exit.DONE)
        found = toolkit.similar.to(sound, most, ids)
        rows = toolkit.catalog.entries([audio_id for audio_id, _ in found])
        more = listing.More(
            {"of": _of(toolkit, sound)}, SCORE, {audio_id: round(score, 4) for audio_id, score in found}
        )
        return worst([code, Exit(listing.write(rows, form, len(found), more))])


def _of(toolkit: Toolkit, sound: int | bytes) -> jsonform.Json:
    """Return what the neighbours are of."""
    number = toolkit.similar.id_of(sound)
    path = os.path.abspath(sound) if isinstance(sound, bytes) else toolkit.catalog.details(sound).entry.path
    return {"id": number, **jsonform.path_fields(path)}
