"""`ctk doctor`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import completing, diagnostics, jsonform, output
from ctk_tui.cli.confirm import confirmed
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.model.errors import CatalogError, JournalError, UsageError
from ctk_tui.model.format import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.cli.session import Session
    from ctk_tui.model.doctor import Check
    from ctk_tui.model.journal import Recovery
    from ctk_tui.toolkit.toolkit import Toolkit

SIGNS = {"ok": ("ok  ", "quiet"), "warn": ("warn", "warn"), "error": ("ERR ", "error")}


@click.command(name="doctor", cls=Command)
@click.option("--prune", is_flag=True, help="Forget paths that are surely gone; no file is touched.")
@click.option("--source", metavar="S", shell_complete=completing.sources, help="With --prune: of this source only.")
@click.option("--orphans", is_flag=True, help="With --prune: forget labels and decisions of sounds without any path.")
@click.option("--repair", is_flag=True, help="End interrupted file operations; derive anew what follows.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="The checks as JSON.")
@click.pass_obj
def command(
    session: Session, *, prune: bool, source: str | None, orphans: bool, repair: bool, yes: bool, as_json: bool
) -> int:
    """Look at everything: database, sources, missing and broken files, decoders, sound, terminal."""
    if (source or orphans) and not prune:
        raise UsageError("--source and --orphans go with --prune")
    settings = session.load().settings
    pruned = 0
    try:
        with session.open(mends=True) as toolkit:
            if repair:
                _repair(toolkit)
            if prune:
                pruned = _prune(toolkit, source, and_orphans=orphans, yes=yes)
            checks = toolkit.doctor.checks()
    except CatalogError as error:
        if prune or repair:
            raise
        from ctk_tui.toolkit.surroundings import without_catalog

        checks = without_catalog(session.db, settings, error)
    failed = any(check.status == "error" for check in checks)
    if as_json:
        found = [{"name": c.name, "status": c.status, "detail": c.detail, "hint": c.hint} for c in checks]
        output.document({"v": jsonform.VERSION, "ok": not failed, "checks": found, "pruned": pruned})
    else:
        _show(checks)
        if prune:
            output.line(f"{count(pruned, 'path')} forgotten")
    return Exit.ERROR if failed else Exit.DONE


def _repair(toolkit: Toolkit) -> None:
    """Put interrupted file operations in order first: the paths follow from what became of the files."""
    waiting: JournalError | None = None
    if toolkit.files.interrupted():
        recovered: Sequence[Recovery]
        try:
            recovered = toolkit.files.recover()
        except JournalError as error:
            waiting, recovered = error, error.recovered
        for recovery in recovered:
            diagnostics.say(f"ctk: {recovery.words}")
    toolkit.doctor.repair()  # a drive that has to wait holds up nothing else
    if waiting is not None:
        raise waiting


def _prune(toolkit: Toolkit, source: str | None, *, and_orphans: bool, yes: bool) -> int:
    found = toolkit.doctor.prunable(source)
    number = sum(map(len, found.values()))
    if not number and not and_orphans:
        return 0
    where = ", ".join(f"{name} {len(ids):,}" for name, ids in found.items())
    what = f"forget {count(number, 'path')} that {'is' if number == 1 else 'are'} gone"
    also = " and everything known of sounds without a path" if and_orphans else ""
    confirmed(f"{what}{also} ({where}; no file is touched)".replace("(; ", "("), yes=yes)
    return toolkit.doctor.prune(source, and_orphans=and_orphans)[0]


def _show(checks: list[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        sign, style = SIGNS[check.status]
        output.parts((sign, style), (f"  {check.name:<{width}}  {check.detail}", ""))
        if check.hint and check.status != "ok":
            for line in check.hint.split("\n"):
                output.line(f"{'':<{width + 8}}{line}")
    number = Counter[str](check.status for check in checks)
    words = {"error": "error", "warn": "warning"}
    wrong = [count(number[status], word) for status, word in words.items() if number[status]]
    output.line(", ".join(wrong) or "all is well")
