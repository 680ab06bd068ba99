"""`ctk dupes`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import jsonform, output
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.dupes_plan import plan
from ctk_tui.cli.selection import query_arguments, selected
from ctk_tui.model.errors import UsageError
from ctk_tui.model.format import count, day, length, size
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session
    from ctk_tui.model.groups import Group, GroupFile


@click.command(name="dupes", cls=Command, takes_query=True)
@query_arguments
@click.option("--near", is_flag=True, help="One name, nearly one length, other content: versions of one sound.")
@click.option("--keep", "rules", metavar="RULE[,RULE…]", help="For `dupes plan`: which copy stays; else as configured.")
@click.option("-o", "file", type=click.Path(path_type=Path), metavar="PLAN", help="For `dupes plan`: write it there.")
@click.option("--json", "as_json", is_flag=True, help="The groups, or the plan, as JSON.")
@click.pass_obj
def command(
    session: Session, *, wanted: Wanted, near: bool, rules: str | None, file: Path | None, as_json: bool
) -> int:
    """Groups of exact duplicates: files whose bytes are all equal, the most wasted space first.

    ▸ marks the keeper, the copy that the rules in the configuration would keep. `ctk dupes plan [QUERY]...` shows what
    removing all but the keepers would come to; with -o it writes that plan for `ctk apply`. Nothing is changed by this
    command.
    """
    if wanted.words[:1] == ("plan",):
        if near:
            raise UsageError(
                "near duplicates have no plan", "they are other sounds: look at each, `ctk delete` removes one"
            )
        return plan(session, replace(wanted, words=wanted.words[1:]), rules, file, as_json=as_json)
    if rules is not None or file is not None:
        raise UsageError("--keep and -o go with `ctk dupes plan`", "ctk dupes plan -o clean-up.plan")
    too_many: list[tuple[str, int]] = []
    with session.open() as toolkit:
        ids, code = selected(toolkit, wanted) if wanted.any() else (None, Exit.DONE)
        if near:
            groups, too_many = toolkit.duplicates.near(ids)
        else:
            groups = toolkit.duplicates.exact(ids)
    if as_json:
        output.document(jsonform.groups(groups, "near" if near else "exact", too_many))
        return code
    for group in groups:
        _near(group) if near else _exact(group)
        output.line()
    for name, files in too_many:
        output.line(f"too many of one name: {count(files, 'file')} called {name}")
    _total(groups, near=near)
    return code


def _exact(group: Group) -> None:
    first = group.files[0]
    note = "" if group.verified else " · not verified"
    copies = count(len(group.files), "copy", "copies")
    output.line(f"id:{group.id} · {copies} of {size(first.file_size)} · {length(first.duration_secs)}{note}", "head")
    width = max(len(file.source) for file in group.files)
    for file in group.files:
        mark = "▸" if file.keeper else " "
        output.line(f"  {mark} {day(file.modified_at)}  {file.source:<{width}}  {_place(file)}")


def _near(group: Group) -> None:
    output.line(f"id:{group.id} · {count(len(group.files), 'sound')} of nearly one length", "head")
    width = max(len(file.source) for file in group.files)
    for file in group.files:
        facts = f"{length(file.duration_secs):>8}  {size(file.file_size):>8}"
        output.line(f"  {facts}  {day(file.modified_at)}  {file.source:<{width}}  {_place(file)}")


def _place(file: GroupFile) -> str:
    marks = [mark for mark, on in (("offline", file.offline), ("protected", file.protected)) if on]
    return display(file.path) + (f"  ({', '.join(marks)})" if marks else "")


def _total(groups: list[Group], *, near: bool) -> None:
    if near:
        output.line(f"{count(len(groups), 'group')} of near duplicates", "quiet")
    elif groups:
        wasted = size(sum(group.wasted_bytes for group in groups))
        output.line(f"{count(len(groups), 'group')} · {wasted} could be won · ▸ is the copy to keep", "quiet")
    else:
        output.line("no sound is there twice")
