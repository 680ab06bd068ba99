"""`ctk demo`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import output
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.progress import shown, stoppable
from ctk_tui.model.errors import Cancelled
from ctk_tui.model.format import count

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session

LISTED = 12
"""Sounds that the first look shows."""


@click.command(name="demo")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.pass_obj
def command(session: Session, folder: Path | None) -> int:
    """Make a small library of generated sounds, with duplicates and traps, and catalog it.

    It lies in DIR (ctk-demo by default) with a configuration and a catalog of its own: your own are not touched.
    """
    from ctk_tui.toolkit.demo import make_demo
    from ctk_tui.toolkit.toolkit import Toolkit

    with stoppable() as (job, stop), shown(job, "demo", quiet=False):
        try:
            demo = make_demo(folder or Path("ctk-demo"), job)
            with Toolkit.open(demo.config, database_path=session.db) as toolkit:
                report = toolkit.sources.scan(job=job)
                totals = toolkit.catalog.stats()
        except Cancelled:
            return stop.code
    if job.cancelled:
        return stop.code
    output.line(f"{count(demo.files, 'file')} in {demo.root}, scanned in {report.seconds:.1f} s")
    output.line(
        f"{count(totals.audio_files, 'sound')}, {count(totals.duplicate_groups, 'of them', 'of them')} there more than"
        f" once, {count(len(report.errors), 'file')} broken on purpose"
    )
    words = f"ctk --config {shlex.quote(str(demo.config))}"
    for command_line in ("stats", "search kick", "dupes", "doctor"):
        output.line(f"  {words} {command_line}")
    return Exit.DONE
