"""`ctk scan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctk_tui.cli import completing, diagnostics, jsonform, output, summary
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit, worst
from ctk_tui.cli.progress import shown, stoppable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ctk_tui.cli.session import Session
    from ctk_tui.model.report import ScanReport


@click.command(name="scan", cls=Command)
@click.argument("names", nargs=-1, metavar="[NAME|PATH]...", shell_complete=completing.sources_or_folders)
@click.option("--full", is_flag=True, help="Read again what size and time call unchanged.")
@click.option("--detach", is_flag=True, help="Scan in the background; `ctk jobs` shows it.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@click.option("--accept-volume", is_flag=True, help="Another volume than before lies there, and that is right.")
@click.option("--accept-empty", is_flag=True, help="The source was emptied on purpose.")
@click.pass_obj
def command(
    session: Session,
    names: tuple[str, ...],
    *,
    full: bool,
    detach: bool,
    quiet: bool,
    as_json: bool,
    accept_volume: bool,
    accept_empty: bool,
) -> int:
    """Catalog all enabled sources, those named, or one folder inside a source.

    What is unchanged is not read again; what cannot be read is listed and the rest goes on; an interrupted scan is
    finished by the next one.
    """
    flags = {"--full": full, "--accept-volume": accept_volume, "--accept-empty": accept_empty}
    with session.open(look=False) as toolkit:
        if detach:
            toolkit.sources.check(names)
            chosen = [flag for flag, on in flags.items() if on]
            info = toolkit.jobs.detach(["scan", *names, *chosen])
            output.line(f"job {info.id} scans in the background: `ctk jobs watch`, `ctk jobs cancel {info.id}`")
            return Exit.DONE
        from ctk_tui.toolkit.scanning import ScanOptions

        with stoppable() as (job, stop), shown(job, "scan", quiet=quiet):
            report = toolkit.sources.scan(names, ScanOptions(full, accept_volume, accept_empty), job)
        removable = {source.name for source in toolkit.settings.sources if source.removable}
    if as_json:
        output.document(jsonform.scan_report(report))
    elif not quiet:
        summary.write(report, verbose=session.verbose, stopped=job.cancelled)
    codes = [*_away(report, removable, named=bool(names)), *_in_part(report)]
    if job.cancelled:
        codes.append(stop.told("what was read is kept, and the next scan goes on from there"))
    return worst(codes)


def _away(report: ScanReport, removable: Collection[str], *, named: bool) -> Iterator[Exit]:
    """Tell which sources were away; it is an exit code where the user counts on them to be there.

    A removable source that is unplugged is normal. One that went away while it was read is not, whatever it is.
    """
    for outcome in report.sources:
        if outcome.status == "ok" and outcome.reason:
            diagnostics.say(f"ctk: source {outcome.name}: {outcome.reason}")
        if outcome.status in {"offline", "lost"}:
            diagnostics.say(f"ctk: source {outcome.name} is {outcome.status}: {outcome.reason}")
        if outcome.status == "lost":
            yield Exit.OFFLINE
    expected = [one.status for one in report.sources if one.status != "disabled" and one.name not in removable]
    away = expected.count("offline")
    if away and (named or away == len(expected)):
        yield Exit.OFFLINE


def _in_part(report: ScanReport) -> Iterator[Exit]:
    for note in report.notes:
        diagnostics.say(f"ctk: {note}")
    if report.notes or report.new_errors():
        yield Exit.PART
