"""What undo and restore share: showing what would come back, the yes, and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.cli import jsonform, output, planshow
from ctk_tui.cli.confirm import confirmed
from ctk_tui.cli.diagnostics import Exit, worst
from ctk_tui.cli.operations import told
from ctk_tui.cli.progress import shown, stoppable
from ctk_tui.model.errors import UsageError
from ctk_tui.model.format import count, size

if TYPE_CHECKING:
    from ctk_tui.cli.operations import How
    from ctk_tui.model.journal import Reversal
    from ctk_tui.toolkit.toolkit import Toolkit


def take_back(toolkit: Toolkit, found: Reversal, how: How) -> Exit:
    """Show what would be taken back, ask, do it, and tell how it ended.

    Raises:
        Refused: the answer is no, or nobody can be asked.
        UsageError: `-o` was given: an undo is read from the journal and has no plan file.
    """
    if how.file is not None:
        raise UsageError("an undo has no plan file", "-n shows what it would do")
    if how.as_json and how.dry_run:
        output.document(
            {
                "v": jsonform.VERSION,
                "kind": found.kind,
                "entries": list(found.entries),
                "files": [
                    {**jsonform.path_fields(step.path), "op": step.op, "file_size": step.size} for step in found.steps
                ],
                "bytes": found.size,
                "refused": [planshow.refusal_json(one) for one in found.refused],
            }
        )
    elif not how.as_json:
        planshow.steps(found.steps)
        output.line(f"{found.kind} {', '.join(found.entries)}: {count(len(found.steps), 'file')}", "head")
    planshow.refusals(found.refused)
    part = Exit.PART if found.refused else Exit.DONE
    if how.dry_run:
        return part
    if not found.steps:
        return Exit.REFUSED if found.refused else Exit.DONE
    confirmed(f"{found.kind} {count(len(found.steps), 'file')}, {size(found.size)}", yes=how.yes)
    with stoppable() as (job, stop), shown(job, found.kind, quiet=False):
        report = toolkit.files.undo(found, job=job)
    code = told(report, as_json=how.as_json)
    if report.cancelled:
        code = stop.told("what came back is back; undo goes on with the rest")
    return worst([code, part])
