"""`ctk sources`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import completing, diagnostics, jsonform, output
from ctk_tui.cli.confirm import confirmed
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.groups import Group
from ctk_tui.cli.tables import Column, room, table
from ctk_tui.model.format import count, moment, size, total
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session
    from ctk_tui.model.source import SourceState

COLUMNS = (
    Column("NAME"), Column("STATUS"), Column("FILES", right=True), Column("SIZE", right=True, drop=1),
    Column("LENGTH", right=True, drop=3), Column("LAST SCAN", drop=2), Column("PATH"),
)  # fmt: skip
FOLDER = click.Path(path_type=Path)


@click.group(name="sources", cls=Group, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="The sources as JSON.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> int | None:
    """The folders that are catalogued; changing them edits the configuration and keeps its comments."""
    if ctx.invoked_subcommand is None:
        return _list(ctx.obj, as_json=as_json)
    return None


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="The sources as JSON.")
@click.pass_obj
def list_sources(session: Session, *, as_json: bool) -> int:
    """All sources, with what lies in them and whether they are there."""
    return _list(session, as_json=as_json)


def _list(session: Session, *, as_json: bool) -> int:
    with session.open() as toolkit:
        found = toolkit.sources.states()
    if as_json:
        output.document({"v": jsonform.VERSION, "sources": [jsonform.source(state) for state in found]})
    elif not found:
        output.line("no source yet: `ctk sources add NAME PATH`")
    else:
        output.table(table(COLUMNS, [_row(state) for state in found], room()))
        for state in found:
            _away(state)
    return Exit.DONE


def _away(state: SourceState) -> None:
    if state.status not in {"offline", "lost"}:
        return
    output.line(f"{state.name}: {state.reason}")
    if state.found_at:
        output.line(f"  its volume is at {state.found_at}: `ctk sources relocate {state.name} {state.found_at}`")


def _row(state: SourceState) -> list[str]:
    marks = [word for word, on in (("protected", state.protected), ("removable", state.removable)) if on]
    path = display(os.fsencode(state.path)) + (f"  ({', '.join(marks)})" if marks else "")
    return [
        state.name, state.status, f"{state.files:,}", size(state.bytes), total(state.duration_secs),
        moment(state.last_scan), path,
    ]  # fmt: skip


@command.command(name="add")
@click.argument("name")
@click.argument("path", type=FOLDER)
@click.option("--exclude", multiple=True, metavar="P", help="git-wildmatch pattern of what is left out; repeatable.")
@click.option("--protected", is_flag=True, help="ctk never changes anything below it.")
@click.option("--removable", is_flag=True, help="Being unplugged is normal: no exit code 6 for it.")
@click.pass_obj
def add(session: Session, name: str, path: Path, *, exclude: tuple[str, ...], protected: bool, removable: bool) -> int:
    """Add a folder as a source; `ctk scan` then catalogs it."""
    with session.open(new=True) as toolkit:
        note = toolkit.sources.add(name, path, exclude=exclude, protected=protected, removable=removable)
    output.line(f"{name} is a source now: `ctk scan {name}` catalogs it")
    if note:
        diagnostics.say(f"ctk: {note}")
    return Exit.DONE


@command.command(name="remove")
@click.argument("name", shell_complete=completing.sources)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(session: Session, name: str, *, yes: bool) -> int:
    """Forget a source: its paths leave the catalog; files, labels and decisions stay."""
    with session.open() as toolkit:
        toolkit.sources.require(name)
        confirmed(f"forget the source {name} (its files stay where they are)", yes=yes)
        forgotten = toolkit.sources.remove(name)
    output.line(f"{name} is no source any more; {count(forgotten, 'path')} forgotten, no file touched")
    return Exit.DONE


@command.command(name="enable")
@click.argument("name", shell_complete=completing.sources)
@click.pass_obj
def enable(session: Session, name: str) -> int:
    """Let `ctk scan` scan it again."""
    with session.open() as toolkit:
        toolkit.sources.enable(name, enabled=True)
    output.line(f"{name} is enabled")
    return Exit.DONE


@command.command(name="disable")
@click.argument("name", shell_complete=completing.sources)
@click.pass_obj
def disable(session: Session, name: str) -> int:
    """Leave it out of `ctk scan`; its files stay in the catalog."""
    with session.open() as toolkit:
        toolkit.sources.enable(name, enabled=False)
    output.line(f"{name} is disabled")
    return Exit.DONE


@command.command(name="relocate")
@click.argument("name", shell_complete=completing.sources)
@click.argument("path", type=FOLDER)
@click.pass_obj
def relocate(session: Session, name: str, path: Path) -> int:
    """Say that its files are elsewhere now; nothing is read again."""
    with session.open() as toolkit:
        toolkit.sources.relocate(name, path)
    output.line(f"{name} is at {path} now")
    return Exit.DONE


@command.command(name="protect")
@click.argument("name", shell_complete=completing.sources)
@click.argument("pattern")
@click.pass_obj
def protect(session: Session, name: str, pattern: str) -> int:
    """Protect the parts of a source that match PATTERN (git-wildmatch): ctk never changes them."""
    with session.open() as toolkit:
        toolkit.sources.protect(name, pattern)
    output.line(f"{pattern} is protected in {name}")
    return Exit.DONE
