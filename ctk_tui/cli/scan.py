"""`ctk scan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ctk_tui.cli import diagnostics, jsonform, output
from ctk_tui.cli.diagnostics import Exit, worst
from ctk_tui.cli.progress import shown, stoppable
from ctk_tui.model.format import count
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session
    from ctk_tui.model.report import ScanReport
    from ctk_tui.model.settings import Settings

ERRORS_SHOWN = 20
"""Errors that the summary lists; all of them stand in --json and in `ctk search is:broken`."""


@click.command(name="scan")
@click.argument("names", nargs=-1, metavar="[NAME|PATH]...")
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
            chosen = [flag for flag, on in flags.items() if on]
            info = toolkit.jobs.detach(["scan", *names, *chosen])
            output.line(f"job {info.id} scans in the background: `ctk jobs watch`, `ctk jobs cancel {info.id}`")
            return Exit.DONE
        from ctk_tui.toolkit.scanning import ScanOptions

        with stoppable() as (job, stop), shown(job, "scan", quiet=quiet):
            report = toolkit.sources.scan(names, ScanOptions(full, accept_volume, accept_empty), job)
    if as_json:
        output.document(jsonform.scan_report(report))
    elif not quiet:
        _summary(report, verbose=session.verbose)
    for note in report.notes:
        diagnostics.say(f"ctk: {note}")
    return _code(report, toolkit.settings, stop.code, named=bool(names))


def _code(report: ScanReport, settings: Settings, stopped: Exit, *, named: bool) -> Exit:
    codes = [stopped]
    if any(outcome.status == "cancelled" for outcome in report.sources) and stopped is Exit.DONE:
        codes.append(Exit.INTERRUPTED)
    away = [outcome for outcome in report.sources if outcome.status in {"offline", "lost"}]
    for outcome in away:
        diagnostics.say(f"ctk: source {outcome.name} is {outcome.status}: {outcome.reason}")
    removable = {source.name for source in settings.sources if source.removable}
    tried = [outcome for outcome in report.sources if outcome.status != "disabled"]
    lost = any(outcome.status == "lost" for outcome in away)
    if lost or (away and (named or len(away) == len(tried)) and any(one.name not in removable for one in away)):
        codes.append(Exit.OFFLINE)
    if report.new_errors() or report.notes:
        codes.append(Exit.PART)
    return worst(codes)


def _summary(report: ScanReport, *, verbose: bool) -> None:
    counts = report.counts
    output.line(f"{count(counts['found'], 'audio file')} found in {report.seconds:.1f} s")
    words = {
        "new": "new",
        "updated": "changed since the last scan",
        "moved": "moved",
        "duplicates": "another copy of a known sound",
        "unchanged": "unchanged",
        "missing": "not there any more",
        "skipped": "skipped (too small, or a link)",
    }
    for name, meaning in words.items():
        if counts[name]:
            output.line(f"  {counts[name]:>9,}  {meaning}")
    if report.errors:
        output.line(f"  {len(report.errors):>9,}  with an error ({report.new_errors():,} new)")
    for error in report.errors if verbose else report.errors[:ERRORS_SHOWN]:
        output.line(f"    {display(error.path)}: {error.reason}")
    if len(report.errors) > ERRORS_SHOWN and not verbose:
        output.line(f"    … and {len(report.errors) - ERRORS_SHOWN:,} more: `ctk search is:broken`, `ctk -v scan`")
    if verbose:
        for skipped in report.skipped:
            output.line(f"    skipped {display(skipped.path)}: {skipped.reason}")
    if report.other_extensions:
        kinds = ", ".join(f"{name} {number:,}" for name, number in sorted(report.other_extensions.items()))
        output.line(f"  not scanned, but audio-like: {kinds}")
