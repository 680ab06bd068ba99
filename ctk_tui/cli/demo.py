"""`ctk demo`."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import output
from ctk_tui.cli.dashes import Command
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.progress import shown, stoppable
from ctk_tui.model.errors import Cancelled
from ctk_tui.model.format import count
from ctk_tui.model.opening import OpenApp

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session
    from ctk_tui.model.stats import Stats
    from ctk_tui.toolkit.demo import Demo

TRY = {
    "stats": "how much is there",
    "search kick": "find sounds",
    "dupes": "what is there twice",
    "doctor": "is all well?",
}

AGAIN = "call it once more to make the rest"


@click.command(name="demo", cls=Command)
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option("--no-app", is_flag=True, help="Only make it; do not open the app on it.")
@click.pass_obj
def command(session: Session, folder: Path | None, *, no_app: bool) -> int | OpenApp:
    """Make a small library of generated sounds, with duplicates and traps, catalog it, and open the app on it.

    It lies in DIR (ctk-demo by default) with a configuration and a catalog of its own: your own are not touched.
    """
    from ctk_tui.toolkit.demo import make_demo
    from ctk_tui.toolkit.toolkit import Toolkit

    totals = None
    with contextlib.suppress(Cancelled), stoppable() as (job, stop), shown(job, "demo", quiet=False):
        demo = make_demo(folder or Path("ctk-demo"), job)
        # Named, because $CTK_DB would win over what the demo's configuration says.
        with Toolkit.open(demo.config, database_path=session.db or demo.root / "catalog.db") as toolkit:
            toolkit.sources.scan(job=job)
            totals = toolkit.catalog.stats()
    if totals is None or job.cancelled:
        return stop.told(AGAIN)
    _tell(session, demo, totals)
    if no_app or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Exit.DONE
    return OpenApp(demo.config, session.db or demo.root / "catalog.db", session.mouse)


def _tell(session: Session, demo: Demo, totals: Stats) -> None:
    output.line(
        f"{_short(demo.root)} holds {count(demo.files, 'file')}: {count(totals.audio_files, 'sound')},"
        f" {totals.duplicate_groups:,} of them more than once, {totals.errors:,} broken on purpose"
    )
    options = ["--config", _short(demo.config)]
    if session.db:
        options += ["--db", _short(session.db)]
    elif os.environ.get("CTK_DB"):
        options += ["--db", _short(demo.root / "catalog.db")]
    calls = {shlex.join(["ctk", *options]) + f" {words}": meaning for words, meaning in TRY.items()}
    width = max(map(len, calls))
    for call, meaning in calls.items():
        output.parts((f"  {call:<{width}}", ""), (f"  # {meaning}", "quiet"))


def _short(path: Path) -> str:
    """Return the path as it is shorter to type: from the working folder where it lies in it."""
    absolute = os.path.abspath(path)
    if os.path.splitdrive(absolute)[0] != os.path.splitdrive(os.getcwd())[0]:
        return absolute  # another drive on Windows
    relative = os.path.relpath(absolute)
    return absolute if relative.startswith(os.pardir) else relative
