"""`ctk jobs`."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import diagnostics, jsonform, output
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.groups import Group
from ctk_tui.cli.tables import Column, room, table
from ctk_tui.model.format import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctk_tui.cli.session import Session
    from ctk_tui.model.job import JobInfo

COLUMNS = (Column("ID", right=True), Column("KIND"), Column("STATE"), Column("STARTED"), Column("PROGRESS", least=24))
WATCH_SECONDS = 0.5


@click.group(name="jobs", cls=Group, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="The jobs as JSON.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> int | None:
    """Running and past jobs, whoever started them."""
    if ctx.invoked_subcommand is None:
        return _list(ctx.obj, as_json=as_json)
    return None


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="The jobs as JSON.")
@click.pass_obj
def list_jobs(session: Session, *, as_json: bool) -> int:
    """Running and past jobs, newest first."""
    return _list(session, as_json=as_json)


def _list(session: Session, *, as_json: bool) -> int:
    with session.open(look=False) as toolkit:
        found = toolkit.jobs.list()
    if as_json:
        output.document({"v": jsonform.VERSION, "jobs": [jsonform.job(info) for info in found]})
    elif not found:
        output.line("no job yet: `ctk scan` is one")
    else:
        output.table(table(COLUMNS, [_row(info) for info in found], room()))
    return Exit.DONE


def _row(info: JobInfo) -> list[str]:
    return [str(info.id), info.kind, info.state, moment(info.started), _progress(info)]


def _progress(info: JobInfo) -> str:
    counts = ", ".join(f"{name} {number:,}" for name, number in info.counts.items() if number)
    if info.state != "running":
        return info.message or counts
    total = f" of {info.total:,}" if info.total else ""
    return f"{info.stage} {info.done:,}{total} · {counts}".rstrip(" ·")


@command.command(name="watch")
@click.pass_obj
def watch(session: Session) -> int:
    """Show running jobs until all have ended."""
    seen: dict[int, JobInfo] = {}
    with session.open(look=False) as toolkit:
        with _shown() as show:
            while running := [info for info in toolkit.jobs.list() if info.state == "running"]:
                seen |= {info.id: info for info in running}
                show(running)
                time.sleep(WATCH_SECONDS)
        ended = [info for info in toolkit.jobs.list() if info.id in seen]
    for info in ended:
        output.line(f"job {info.id} {info.kind} {info.state}: {_progress(info)}".rstrip(": "))
    if not ended:
        output.line("no job is running")
    return Exit.DONE


@contextlib.contextmanager
def _shown() -> Iterator[Callable[[list[JobInfo]], None]]:
    """Give what shows running jobs: bars on a terminal, a line for every change elsewhere."""
    if diagnostics.is_terminal():
        from ctk_tui.cli.bars import Bars

        with Bars() as bars:
            yield bars.show_jobs
        return
    last: dict[int, str] = {}

    def lines(running: list[JobInfo]) -> None:
        for info in running:
            text = _progress(info)
            if text != last.get(info.id):
                last[info.id] = text
                output.line(f"job {info.id} {info.kind}: {text}")
        output.flush()

    yield lines


@command.command(name="cancel")
@click.argument("number", type=int, metavar="ID")
@click.pass_obj
def cancel(session: Session, number: int) -> int:
    """Ask a job to stop; what it did stays, the next run goes on from there."""
    with session.open(look=False) as toolkit:
        toolkit.jobs.cancel(number)
    output.line(f"job {number} was asked to stop")
    return Exit.DONE


@command.command(name="log")
@click.argument("number", type=int, metavar="ID")
@click.pass_obj
def log(session: Session, number: int) -> int:
    """Show what a detached job wrote."""
    with session.open(look=False) as toolkit:
        output.text_block(toolkit.jobs.log(number))
    return Exit.DONE
