"""`ctk classify`."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import classified, completing, output
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit, worst
from ctk_tui.cli.progress import shown, stoppable
from ctk_tui.cli.selection import query_arguments, selected
from ctk_tui.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session
    from ctk_tui.toolkit.classifier import ClassifyOptions

DAY = 86_400
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@click.command(name="classify", cls=Command, takes_query=True)
@query_arguments
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N sounds.")
@click.option("--device", metavar="D", help="auto, cpu, cuda or cuda:N, instead of the configuration's.")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Cores to compute on; all by default.")
@click.option("--until", metavar="HH:MM", help="Begin nothing more at that time of day; the next run goes on.")
@click.option("--redo", is_flag=True, help="Also what is classified already, and what could not be.")
@click.option(
    "--checkpoint", type=click.Path(path_type=Path), metavar="PATH", shell_complete=completing.files,
    help="Weights of your own instead of the published ones.",
)  # fmt: skip
@click.option("--no-name-hints", is_flag=True, help="Do not let words in names help to find the category.")
@click.option("--detach", is_flag=True, help="Classify in the background; `ctk jobs` shows it.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    wanted: Wanted,
    limit: int | None,
    device: str | None,
    threads: int | None,
    until: str | None,
    redo: bool,
    checkpoint: Path | None,
    no_name_hints: bool,
    detach: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Find out what sounds are: labels, a category, and what they sound like.

    All sounds that are not classified yet, or those that a query finds. Needs the extra [classify] and the weights that
    `ctk models fetch` downloads. What you said with `ctk category` stays. An interrupted run is finished by the next
    one; a scan may run meanwhile.
    """
    session: Session = ctx.obj
    if device is not None:
        _check_device(device)
    deadline = None if until is None else moment(until, time.time())
    with session.open() as toolkit:
        if detach:
            if "-" in (wanted.listed, wanted.listed0):
                raise UsageError("a background job cannot read from stdin", "name a file after --from")
            info = toolkit.jobs.detach(["classify", *_again(ctx), *(["--"] if wanted.dash else []), *wanted.words])
            output.line(f"job {info.id} classifies in the background: `ctk jobs watch`, `ctk jobs cancel {info.id}`")
            return Exit.DONE
        ids, code = selected(toolkit, wanted) if wanted.any() else (None, Exit.DONE)
        options = _options(device, threads, checkpoint, deadline, limit, redo=redo, hints=not no_name_hints)
        with stoppable() as (job, stop), shown(job, "classify", quiet=quiet):
            report = toolkit.classifier.classify(ids, options, job)
    if as_json:
        output.document(classified.document(report))
    elif not quiet:
        classified.write(report, verbose=session.verbose)
    codes = [code, *([Exit.PART] if report.failed or report.unreadable else [])]
    if job.cancelled:
        codes.append(stop.told("what was classified is kept, and the next run goes on from there"))
    return worst(codes)


def _options(
    device: str | None,
    threads: int | None,
    checkpoint: Path | None,
    deadline: float | None,
    limit: int | None,
    *,
    redo: bool,
    hints: bool,
) -> ClassifyOptions:
    from ctk_tui.toolkit.classifier import ClassifyOptions

    return ClassifyOptions(device, threads or 0, checkpoint, None if hints else False, redo, limit, deadline)


def _again(ctx: click.Context) -> Iterator[str]:
    """Yield the options that this call was given, for a call in the background."""
    for param in ctx.command.params:
        value = ctx.params.get(param.name or "")
        if not isinstance(param, click.Option) or param.name in {"detach", "quiet"} or value in (None, False):
            continue
        yield param.opts[-1]
        if not param.is_flag:
            yield str(value)


def _check_device(device: str) -> None:
    from ctk_tui.config.checks import BadValueError
    from ctk_tui.config.handles import device as checked

    try:
        checked(device)
    except BadValueError as error:
        raise UsageError(f"--device: {error.message}") from error


def moment(clock: str, now: float) -> float:
    """Return when it will be that time of day, in seconds since the epoch: today, or tomorrow.

    Args:
        clock: HH:MM, local.
        now: seconds since the epoch.

    Raises:
        UsageError: it is no time of day.
    """
    found = _CLOCK.fullmatch(clock)
    if found is None:
        raise UsageError(f"--until: {clock!r} is no time of day", "such as --until 07:30")
    today = time.localtime(now)
    place = (*today[:3], int(found[1]), int(found[2]), 0, 0, 0, -1)
    then = time.mktime(place)
    return then if then > now else time.mktime((*place[:2], place[2] + 1, *place[3:]))
