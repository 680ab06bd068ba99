"""`ctk dupes plan`: what a clean-up of all exact duplicates would remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.cli import output
from ctk_tui.cli.diagnostics import worst
from ctk_tui.cli.operations import How, carry_out, planned
from ctk_tui.cli.selection import selected

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.cli.selection import Wanted
    from ctk_tui.cli.session import Session


def plan(session: Session, wanted: Wanted, rules: str | None, file: Path | None, *, as_json: bool) -> int:
    """Make a plan that removes all but the keeper of every exact group; show it, or write it to a file.

    Args:
        session: the options before the command.
        wanted: the query behind the word `plan`; nothing for all groups.
        rules: keep rules with commas between, None for those of the configuration.
        file: where the plan is written, None to only show it.
        as_json: whether it is shown as JSON.
    """
    chosen = None if rules is None else [rule.strip() for rule in rules.split(",") if rule.strip()]
    with session.open() as toolkit:
        ids, code = selected(toolkit, wanted) if wanted.any() else (None, None)
        words = " ".join(("dupes plan", *wanted.words))
        made = planned("dupes", lambda job: toolkit.files.plan_duplicates(ids, rules=chosen, query=words, job=job))
        done = carry_out(toolkit, made, How(dry_run=True, file=file, as_json=as_json), "quarantine")
    if file is None and not as_json and made.totals.files:
        output.line("nothing was changed: -o FILE writes the plan, `ctk apply FILE` does it", "quiet")
    return done if code is None else worst([done, code])
