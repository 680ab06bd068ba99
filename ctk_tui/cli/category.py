"""`ctk category`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctk_tui.cli import jsonform, output
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.selection import query_arguments, require_words, selected
from ctk_tui.model.audio import CATEGORIES
from ctk_tui.model.category import AUTO
from ctk_tui.model.errors import UsageError
from ctk_tui.model.format import count

if TYPE_CHECKING:
    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session
    from ctk_tui.toolkit.toolkit import Toolkit

LAST = "last"


@click.command(name="category", cls=Command, takes_query=True)
@query_arguments
@click.option("--set", "category", type=click.Choice([*CATEGORIES, AUTO]), help="What it is; auto: the model's word.")
@click.option("--undo", "change", metavar=f"CHANGE|{LAST}", help="Take a change back instead.")
@click.option("--json", "as_json", is_flag=True, help="The change as JSON.")
@click.pass_obj
def command(session: Session, *, wanted: Wanted, category: str | None, change: str | None, as_json: bool) -> int:
    """Say what sounds are: drums, synth, vocal, bass, guitar, fx, other.

    Your word stands above the model's and stays with the sound, wherever it moves; auto takes it back. '*' means all
    sounds.
    """
    if (category is None) == (change is None):
        raise UsageError("--set says what they are, --undo takes a change back", "ctk category kick --set drums")
    if change is not None and wanted.any():
        raise UsageError("--undo takes a change back whole: it goes without a query")
    with session.open() as toolkit:
        if change is not None:
            return _undo(toolkit, change, as_json=as_json)
        assert category is not None  # for mypy: one of the two is given
        require_words(toolkit, wanted)
        ids, code = selected(toolkit, wanted)
        made = toolkit.catalog.set_category(ids, category)
    if as_json:
        _document(made.category, made.files, made.id or None, undone=False)
        return code
    word = "what the model says" if category == AUTO else category
    output.line(f"{count(made.files, 'sound')} of {len(ids):,} changed to {word}" if made.id else "nothing to change")
    if made.id:
        output.line(f"`ctk category --undo {made.id}` takes that back", "quiet")
    return code


def _undo(toolkit: Toolkit, change: str, *, as_json: bool) -> int:
    if change != LAST and not change.isdecimal():
        raise UsageError(f"{change!r}: a change is a number, or {LAST}")
    known = toolkit.catalog.category_changes()
    chosen = [one for one in known if (not one.undone if change == LAST else one.id == int(change))][:1]
    if not chosen:
        raise UsageError(f"there is no change {change}" if change != LAST else "there is no change to undo")
    files = toolkit.catalog.undo_category(chosen[0].id)
    if as_json:
        _document(chosen[0].category, files, chosen[0].id, undone=True)
    else:
        output.line(f"{count(files, 'sound')} no longer changed to {chosen[0].category}")
    return Exit.DONE


def _document(category: str, files: int, change: int | None, *, undone: bool) -> None:
    output.document({"v": jsonform.VERSION, "category": category, "files": files, "change": change, "undone": undone})
