"""What the commands that change files share: which files are meant, the plan on the screen, the yes, and the report."""

from __future__ import annotations

import functools
import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ctk_tui.cli import diagnostics, output, planshow
from ctk_tui.cli.confirm import confirmed
from ctk_tui.cli.diagnostics import Exit, worst
from ctk_tui.cli.progress import shown, stoppable
from ctk_tui.cli.selection import is_path, listed_paths, parsed, require_words, selected
from ctk_tui.model.errors import Refused
from ctk_tui.model.format import count, size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctk_tui.cli.selection import Wanted
    from ctk_tui.model.job import Job
    from ctk_tui.model.journal import FilesReport
    from ctk_tui.model.plan import Plan
    from ctk_tui.model.query.nodes import Query
    from ctk_tui.toolkit.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class How:
    """The options of every command that changes files."""

    dry_run: bool = False
    """`-n`: show what would be done."""
    yes: bool = False
    """`-y`."""
    file: Path | None = None
    """`-o`: write the plan there instead of applying it."""
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """The files that the arguments mean, as `Toolkit.files` takes them."""

    ids: Sequence[int]
    query: Query | None
    paths: tuple[bytes, ...]
    words: str
    """As they were typed, for the plan's head."""
    code: Exit
    """PART where a listed path is not in the catalog."""


def operation_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command -n, -y, -o and --json; it gets them as `how`."""

    @functools.wraps(command)
    def with_how(*args: Any, **kwargs: Any) -> Any:
        how = How(kwargs.pop("dry_run"), kwargs.pop("yes"), kwargs.pop("plan_file", None), kwargs.pop("as_json"))
        return command(*args, how=how, **kwargs)

    options = (
        click.option("-n", "--dry-run", is_flag=True, help="Only show what would be done."),
        click.option("-y", "--yes", is_flag=True, help="Do it without asking."),
        click.option(
            "-o", "plan_file", type=click.Path(path_type=Path), metavar="PLAN",
            help="Write the plan to a file instead; `ctk apply PLAN` does it.",
        ),
        click.option("--json", "as_json", is_flag=True, help="The plan, or what was done, as JSON."),
    )  # fmt: skip
    for option in reversed(options):
        with_how = option(with_how)
    return with_how


def meant(toolkit: Toolkit, wanted: Wanted) -> Meant:
    """Return which files are meant; arguments that ask for nothing in particular are refused.

    An exact path means that very copy; query text means those paths of each sound at which it holds.

    Raises:
        UsageError: nothing in particular is asked for, or a path is not in the catalog.
        QueryError: the query text is off.
    """
    require_words(toolkit, wanted)
    words = " ".join(wanted.words)
    listed = listed_paths(wanted)
    if listed is not None:
        ids, code = selected(toolkit, wanted)
        known = set(ids)
        paths = [path for path in listed if not known.isdisjoint(toolkit.catalog.ids_of([path])[0])]
        return Meant((), None, tuple(map(os.path.abspath, paths)), words or "listed paths", code)
    if wanted.words and all(map(is_path, wanted.words)):
        exact = [os.path.abspath(os.path.expanduser(os.fsencode(word))) for word in wanted.words]
        for path in exact:
            toolkit.catalog.id_of(path)
        return Meant((), None, tuple(exact), words, Exit.DONE)
    ids, code = selected(toolkit, wanted)
    return Meant(ids, parsed(toolkit, wanted), (), words, code)


def planned(what: str, make: Callable[[Job], Plan]) -> Plan:
    """Make a plan, with its progress on a terminal; Ctrl-C stops it."""
    with stoppable() as (job, _), shown(job, what, quiet=False):
        return make(job)


def carry_out(
    toolkit: Toolkit,
    plan: Plan,
    how: How,
    verb: str,
    *,
    last_copies: bool = False,
    to: Path | None = None,
    before: str = "",
) -> Exit:
    """Show a plan, ask, apply it, and tell what was done.

    Args:
        toolkit: the open toolkit.
        plan: what would be done.
        how: the options.
        verb: what it does, such as "quarantine".
        last_copies: whether `--last-copies` was given.
        to: the folder outside every source that the user named, None for none.
        before: a sentence that stands before the question.

    Raises:
        Refused: the answer is no, nobody can be asked, or last copies were not allowed.
    """
    if how.file is not None:
        toolkit.files.write_plan(plan, how.file)
        again = "" if to is None else f" --to {shlex.quote(str(to))}"
        command = f"ctk apply {shlex.quote(str(how.file))}{again}"
        if how.as_json:
            output.document(planshow.plan_json(plan))
        else:
            output.line(f"{how.file}: {count(plan.totals.files, 'operation')}; `{command}` does them")
        planshow.refusals(plan.refused)
        return Exit.PART if plan.refused else Exit.DONE
    if how.dry_run or not plan.totals.files:
        if how.as_json:
            output.document(planshow.plan_json(plan))
        else:
            planshow.plan(toolkit, plan, verb)
        planshow.refusals(plan.refused)
        if plan.totals.files or not plan.refused:
            return Exit.PART if plan.refused else Exit.DONE
        return Exit.REFUSED
    if not how.as_json:
        planshow.plan(toolkit, plan, verb)
    planshow.refusals(plan.refused)
    if before:
        diagnostics.say(f"ctk: {before}")
    _agree(plan, how, verb, last_copies=last_copies)
    with stoppable() as (job, stop), shown(job, verb, quiet=False):
        report = toolkit.files.apply(plan, last_copies=last_copies or plan.totals.last > 0, to=to, job=job)
    code = told(report, as_json=how.as_json)
    if report.cancelled:
        code = stop.told("what was done is done, and `ctk undo` takes it back")
    return worst([code, Exit.PART if plan.refused else Exit.DONE])


def _agree(plan: Plan, how: How, verb: str, *, last_copies: bool) -> None:
    """Return when the user agrees: to last copies and to large plans by typing their number."""
    totals = plan.totals
    if totals.last and not last_copies and (how.yes or not diagnostics.can_ask()):
        raise Refused(
            f"{count(totals.last, 'file')} of the plan would be the only copy",
            "--last-copies allows that; without it, leave them out of the query",
        )
    what = f"{verb} {count(totals.files, 'file')}, {size(totals.bytes)}"
    if how.yes or not (totals.large or totals.last) or not diagnostics.can_ask():
        confirmed(what, yes=how.yes)
        return
    number, kind = (totals.last, "only copies") if totals.last else (totals.files, "files")
    answer = diagnostics.answered(f"{what[0].upper()}{what[1:]}? Type {number}, the number of {kind}: ")
    if answer.replace(",", "") != str(number):
        raise Refused("nothing was done")


def told(report: FilesReport, *, as_json: bool) -> Exit:
    """Tell how an operation ended; return its exit code."""
    for recovery in report.recovered:
        diagnostics.say(f"ctk: {recovery.words}")
    if as_json:
        output.document(planshow.report_json(report))
    else:
        output.line(f"{report.kind}: {count(report.done, 'file')}, {size(report.bytes)}")
        for note in report.notes:
            output.line(note, "quiet")
        if report.undoable:
            output.line(f"`ctk undo {report.entry}` takes it back", "quiet")
    planshow.refusals(report.failed, ended=True)
    if not report.failed:
        return Exit.DONE
    return Exit.PART if report.done else Exit.REFUSED
