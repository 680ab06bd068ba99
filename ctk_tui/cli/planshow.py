"""Plans and reports for eyes and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.cli import diagnostics, jsonform, output
from ctk_tui.cli.tables import Column, room, table
from ctk_tui.model.format import count, size
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.cli.jsonform import Json
    from ctk_tui.model.journal import FilesReport, HistoryEntry, JournalStep
    from ctk_tui.model.plan import FolderReview, Operation, Plan, Refusal
    from ctk_tui.toolkit.toolkit import Toolkit

FOLDERS = 40
"""Folders that are shown; the others are counted."""
LINES = 30
"""Operations that are shown one by one where a plan has no more; longer ones are shown by folder."""
REFUSED = 20
"""Refusals that stderr lists; JSON has them all."""
_FOLDERS = (
    Column("FOLDER", least=20), Column("LOSES", right=True), Column("SIZE", right=True), Column("KEPT IN", drop=1),
)  # fmt: skip


def plan(toolkit: Toolkit, shown: Plan, verb: str) -> None:
    """Show a plan: short ones line by line, long ones by folder."""
    totals = shown.totals
    if not totals.files:
        output.line(f"nothing to {verb}")
        return
    if totals.files <= LINES:
        output.lines(map(_line, shown.operations))
    else:
        folders = toolkit.files.review(shown)
        output.table(table(_FOLDERS, [_folder(one) for one in folders[:FOLDERS]], room()))
        if len(folders) > FOLDERS:
            output.line(f"and {len(folders) - FOLDERS:,} more folders", "quiet")
    words = f"{verb}: {count(totals.files, 'file')}, {size(totals.bytes)}"
    if totals.last:
        words += f"; {totals.last:,} of them the only copy"
    output.line(words, "head")
    if shown.left_behind:
        output.line(
            f"{count(len(shown.left_behind), 'sidecar')} left behind; --with-sidecars takes them along", "quiet"
        )


def _line(one: Operation) -> str:
    place = display(one.path)
    if one.target is not None:
        return f"{one.op}  {place}  ->  {display(one.target)}"
    kept = f"  (stays: {display(one.keeper)})" if one.keeper else "  (the only copy)" if one.last else ""
    return f"{one.op}  {place}{kept}"


def _folder(one: FolderReview) -> list[str]:
    kept = ", ".join(f"{source} {number:,}" for source, number in one.kept_in)
    return [display(one.folder), f"{one.files:,} of {one.of:,}", size(one.size), kept]


def refusals(refused: Sequence[Refusal], *, ended: bool = False) -> None:
    """List on stderr what is left as it is, and why.

    Args:
        refused: the files.
        ended: whether it was tried: then a file may be elsewhere that could not be put back.
    """
    if refused:
        what = "not done" if ended else f"left as {'it is' if len(refused) == 1 else 'they are'}"
        diagnostics.say(f"ctk: {count(len(refused), 'file')} {what}:")
    for one in refused[:REFUSED]:
        diagnostics.say(f"     {display(one.path)}: {one.reason}")
    if len(refused) > REFUSED:
        diagnostics.say(f"     and {len(refused) - REFUSED:,} more; --json lists them all")


def plan_json(shown: Plan) -> Json:
    """Return a plan as JSON."""
    return {
        "v": jsonform.VERSION,
        "plan": shown.id,
        "files": shown.totals.files,
        "bytes": shown.totals.bytes,
        "last": shown.totals.last,
        "operations": [_operation(one) for one in shown.operations],
        "refused": [refusal_json(one) for one in shown.refused],
        "left_behind": [jsonform.path_fields(path) for path in shown.left_behind],
    }


def _operation(one: Operation) -> Json:
    fields: Json = {"op": one.op, **jsonform.path_fields(one.path, "from")}
    fields |= {"to": None} if one.target is None else jsonform.path_fields(one.target, "to")
    fields |= {"keeper": None} if one.keeper is None else jsonform.path_fields(one.keeper, "keeper")
    return {**fields, "file_size": one.file_size, "digest": one.digest, "reason": one.reason, "last": one.last}


def refusal_json(one: Refusal) -> Json:
    """Return a refused file as JSON."""
    return {**jsonform.path_fields(one.path), "kind": one.kind, "reason": one.reason}


def report_json(report: FilesReport) -> Json:
    """Return how an operation ended as JSON."""
    return {
        "v": jsonform.VERSION,
        "entry": report.entry or None,
        "kind": report.kind,
        "done": report.done,
        "bytes": report.bytes,
        "failed": [refusal_json(one) for one in report.failed],
        "notes": list(report.notes),
        "cancelled": report.cancelled,
    }


def entry_json(entry: HistoryEntry) -> Json:
    """Return a journal entry as JSON."""
    from ctk_tui.model.format import stamp

    return {
        "id": entry.id,
        "at": stamp(entry.at),
        "kind": entry.kind,
        "state": entry.state,
        "operations": entry.operations,
        "bytes": entry.bytes,
        "query": entry.query,
        "undoes": entry.undoes or None,
        "offline": entry.offline,
    }


def steps(found: Sequence[JournalStep]) -> None:
    """Show the files that would come back."""
    for one in found[:LINES]:
        output.line(f"{display(one.target) or one.op}  ->  {display(one.path)}")
    if len(found) > LINES:
        output.line(f"and {len(found) - LINES:,} more", "quiet")
