"""What `ctk scan` tells when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.cli import output
from ctk_tui.model.format import count
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from ctk_tui.model.report import ScanReport

ERRORS_SHOWN = 20
"""Errors that the summary lists; all of them stand in --json."""
COUNTED = {
    "new": "new",
    "updated": "changed since the last scan",
    "moved": "moved",
    "duplicates": "another copy of a known sound",
    "unchanged": "unchanged",
    "missing": "not there any more",
    "skipped": "skipped (too small, or a link)",
}


def write(report: ScanReport, *, verbose: bool, stopped: bool) -> None:
    """Write the summary for eyes; what is nothing has no line.

    Args:
        report: of the scan.
        verbose: list every error, and what was skipped.
        stopped: it was ended before it was done.
    """
    outcomes = {one.status for one in report.sources}
    if outcomes == {"disabled"}:
        output.line("every source is disabled: `ctk sources enable NAME`, or name one: `ctk scan NAME`")
    if not outcomes & {"ok", "lost", "cancelled"}:
        return
    so_far = " so far" if stopped else ""
    output.line(f"{count(report.counts['found'], 'audio file')} found{so_far} in {report.seconds:.1f} s")
    for name, meaning in COUNTED.items():
        if report.counts[name]:
            output.line(f"  {report.counts[name]:>9,}  {meaning}")
    _errors(report, verbose=verbose)
    if verbose:
        for skipped in sorted(report.skipped, key=lambda one: one.path):
            output.line(f"    skipped {display(skipped.path)}: {skipped.reason}")
    if report.other_extensions:
        kinds = ", ".join(f"{name} {number:,}" for name, number in sorted(report.other_extensions.items()))
        output.line(f"  not scanned, but audio-like: {kinds}")


def _errors(report: ScanReport, *, verbose: bool) -> None:
    if not report.errors:
        return
    output.line(f"  {len(report.errors):>9,}  with an error ({report.new_errors():,} new)")
    errors = sorted(report.errors, key=lambda one: one.path)
    shown = errors if verbose else errors[:ERRORS_SHOWN]
    for error in shown:
        output.line(f"    {display(error.path)}: {error.reason}")
    if len(errors) > len(shown):
        output.line(f"    … and {len(errors) - len(shown):,} more: `ctk -v scan` lists all")
