"""What `ctk classify` tells when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctk_tui.cli import jsonform, output
from ctk_tui.model.format import count, length
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from ctk_tui.model.classifying import ClassifyReport

ERRORS_SHOWN = 20
"""Errors that the summary lists; all of them stand in --json."""
REST = {
    "done_before": "classified before",
    "late": "changed meanwhile; the next run does them",
    "left": "left for the next run",
    "failed_before": "could not be classified before: `ctk search is:broken`, `--redo` tries again",
    "broken": "cannot be decoded: `ctk search is:broken`",
    "away": "offline or missing",
    "unread": "in a cloud, not on this machine",
}
"""Fields of the report to their meaning; what is nothing has no line."""


def document(report: ClassifyReport) -> dict[str, Any]:
    """Return the report as JSON has it."""
    errors = [{"id": number, **jsonform.path_fields(path), "reason": reason} for number, path, reason in report.failed]
    unread = [{**jsonform.path_fields(path), "reason": reason} for path, reason in report.unreadable]
    return {
        "v": jsonform.VERSION,
        "classified": report.classified,
        "categories": dict(sorted(report.categories.items())),
        "errors": errors,
        "unreadable": unread,
        **{name: getattr(report, name) for name in REST},
        "stopped": report.stopped,
        "device": report.device or None,
        "seconds": round(report.seconds, 3),
        "seconds_heard": round(report.seconds_heard, 3),
    }


def write(report: ClassifyReport, *, verbose: bool) -> None:
    """Write the summary for eyes.

    Args:
        report: of the run.
        verbose: list every error.
    """
    if report.device:
        speed = f", {report.seconds_heard / report.seconds:.0f} times as fast as they play" if report.classified else ""
        done = count(report.classified, "sound")
        output.line(f"{done} classified in {length(report.seconds)} on {report.device}{speed}")
    else:
        output.line("nothing to classify")
    for category, number in sorted(report.categories.items(), key=lambda one: (-one[1], one[0])):
        output.line(f"  {number:>9,}  {category}")
    _errors([(path, reason) for _, path, reason in report.failed], "could not be classified", verbose=verbose)
    _errors(report.unreadable, "could not be read now", verbose=verbose)
    for name, meaning in REST.items():
        if number := getattr(report, name):
            output.line(f"  {number:>9,}  {meaning}")


def _errors(errors: list[tuple[bytes, str]], meaning: str, *, verbose: bool) -> None:
    if not errors:
        return
    output.line(f"  {len(errors):>9,}  {meaning}")
    shown = sorted(errors) if verbose else sorted(errors)[:ERRORS_SHOWN]
    for path, reason in shown:
        output.line(f"    {display(path)}: {reason}")
    if len(errors) > len(shown):
        output.line(f"    … and {len(errors) - len(shown):,} more: `ctk -v classify` lists all")
