"""`ctk quarantine`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctk_tui.cli import diagnostics, jsonform, output
from ctk_tui.cli.confirm import confirmed
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.groups import Group
from ctk_tui.cli.operations import told
from ctk_tui.cli.progress import shown, stoppable
from ctk_tui.cli.tables import Column, room, table
from ctk_tui.model.errors import Refused
from ctk_tui.model.format import count, moment, size, stamp
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session
    from ctk_tui.model.journal import Emptying

COLUMNS = (
    Column("SINCE"), Column("SIZE", right=True), Column("COPIES", right=True), Column("SOURCE", drop=1),
    Column("WAS", least=24),
)  # fmt: skip


@click.group(name="quarantine", cls=Group)
def command() -> None:
    """Removed files: they lie on their own volume until they come back or are emptied."""


@command.command(name="list")
@click.option("--older-than", "days", type=click.FloatRange(0), default=0.0, metavar="DAYS", help="Only those.")
@click.option("--json", "as_json", is_flag=True, help="The files as JSON.")
@click.pass_obj
def list_files(session: Session, *, days: float, as_json: bool) -> int:
    """The files in quarantine, oldest first."""
    with session.open() as toolkit:
        held = toolkit.files.quarantine(older_than_days=days)
    if as_json:
        output.document(
            {
                "v": jsonform.VERSION,
                "files": [
                    {
                        **jsonform.path_fields(one.path),
                        "entry": one.entry,
                        "at": stamp(one.at),
                        "source": one.source,
                        "file_size": one.size,
                        "copies": one.copies,
                        "offline": one.offline,
                    }
                    for one in held
                ],
            }
        )
    elif not held:
        output.line("nothing is in quarantine")
    else:
        rows = [[moment(one.at), size(one.size), str(one.copies), one.source, display(one.path)] for one in held]
        output.table(table(COLUMNS, rows, room()))
        output.line(f"{count(len(held), 'file')}, {size(sum(one.size for one in held))}", "quiet")
    return Exit.DONE


@command.command(name="empty")
@click.option(
    "--older-than", "days", type=click.FloatRange(0), required=True, metavar="DAYS", help="0 means all of them."
)
@click.option("--last-copies", is_flag=True, help="Also files without another copy: they are gone for good.")
@click.option("-n", "--dry-run", is_flag=True, help="Only show what would be done.")
@click.option("-y", "--yes", is_flag=True, help="Do it without asking.")
@click.option("--json", "as_json", is_flag=True, help="What was done as JSON.")
@click.pass_obj
def empty(session: Session, *, days: float, last_copies: bool, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Unlink files in quarantine for good: each only after another copy of it was read and proved at that moment.

    Files without a copy stay, unless --last-copies is given and their number typed. Only this command ever unlinks.
    """
    with session.open() as toolkit:
        found = toolkit.files.emptying(older_than_days=days)
        going = len(found.files) - (0 if last_copies else len(found.alone))
        if not as_json:
            output.line(f"{count(going, 'file')} to be unlinked for good, {size(found.size)} in all", "head")
            if found.alone and not last_copies:
                output.line(f"{len(found.alone):,} without a copy stay", "quiet")
        if dry_run or not going:
            if as_json:
                output.document({"v": jsonform.VERSION, "files": going, "alone": len(found.alone), "bytes": found.size})
            return Exit.DONE
        _agree(found, going, last_copies=last_copies, yes=yes)
        with stoppable() as (job, stop), shown(job, "empty", quiet=False):
            report = toolkit.files.empty(found, last_copies=last_copies, job=job)
    code = told(report, as_json=as_json)
    return stop.told("the rest is still in quarantine") if report.cancelled else code


def _agree(found: Emptying, going: int, *, last_copies: bool, yes: bool) -> None:
    """Return when the user agrees; the number of files without a copy is typed, whatever else was said."""
    if not (last_copies and found.alone):
        confirmed(f"unlink {count(going, 'file')} for good", yes=yes)
        return
    number = len(found.alone)
    if not diagnostics.can_ask():
        raise Refused(f"{number} files have no other copy", "their number has to be typed, on a terminal")
    answer = diagnostics.answered(f"{count(number, 'file')} without another copy: type {number} to unlink them: ")
    if answer.replace(",", "") != str(number):
        raise Refused("nothing was done")
