"""`ctk dupes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctk_tui.cli import jsonform, output
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.model.format import count, day, length, size
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session
    from ctk_tui.model.groups import Group


@click.command(name="dupes")
@click.option("--json", "as_json", is_flag=True, help="The groups as JSON.")
@click.pass_obj
def command(session: Session, *, as_json: bool) -> int:
    """Groups of exact duplicates: files whose bytes are all equal, the most wasted space first.

    The keeper (▸) is the copy that the rules in the configuration would keep; nothing is changed by this command.
    """
    with session.open() as toolkit:
        groups = toolkit.duplicates.exact()
    if as_json:
        output.document(jsonform.groups(groups, "exact", []))
        return Exit.DONE
    for group in groups:
        _show(group)
    wasted = sum(group.wasted_bytes for group in groups)
    output.line(f"{count(len(groups), 'group')} · {size(wasted)} could be won")
    return Exit.DONE


def _show(group: Group) -> None:
    first = group.files[0]
    note = "" if group.verified else " · not verified"
    output.line(
        f"id:{group.id} · {count(len(group.files), 'copy', 'copies')} of {size(first.file_size)}"
        f" · {length(first.duration_secs)}{note}"
    )
    for file in group.files:
        marks = [mark for mark, on in (("offline", file.offline), ("protected", file.protected)) if on]
        tail = f"  ({', '.join(marks)})" if marks else ""
        output.line(
            f"  {'▸' if file.keeper else ' '} {day(file.modified_at)}  {file.source}  {display(file.path)}{tail}"
        )
    output.line()
