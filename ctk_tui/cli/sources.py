"""`ctk sources`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import diagnostics, jsonform, output
from ctk_tui.cli.confirm import confirmed
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.tables import table
from ctk_tui.model.format import count, moment, size, total

if TYPE_CHECKING:
    from ctk_tui.cli.session import Session
    from ctk_tui.model.source import SourceState

FOLDER = click.Path(path_type=Path)


@click.group(name="sources", invoke_without_command=True)
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
        heads = ["NAME", "STATUS", "FILES>", "SIZE>", "LENGTH>", "LAST SCAN", "PATH*"]
        output.lines(table(heads, [_row(state) for state in found]))
        for state in found:
            if state.status in {"offline", "lost"}:
                hint = f"; its volume is at {state.found_at}: `ctk sources relocate {state.name} {state.found_at}`"
                output.line(f"{state.name}: {state.reason}{hint if state.found_at else ''}")
    return Exit.DONE


def _row(state: SourceState) -> list[str]:
    return [
        state.name, state.status, f"{state.files:,}", size(state.bytes), total(state.duration_secs),
        moment(state.last_scan), str(state.path) + (" (protected)" if state.protected else ""),
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
    with session.open() as toolkit:
        note = toolkit.sources.add(name, path, exclude=exclude, protected=protected, removable=removable)
    output.line(f"{name} is a source now: `ctk scan {name}` catalogs it")
    if note:
        diagnostics.say(f"ctk: {note}")
    return Exit.DONE


@command.command(name="remove")
@click.argument("name")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(session: Session, name: str, *, yes: bool) -> int:
    """Forget a source: its paths leave the catalog; files, labels and decisions stay."""
    with session.open() as toolkit:
        toolkit.sources.require(name)
        confirmed(f"Forget the source {name}? Its files stay where they are.", yes=yes)
        forgotten = toolkit.sources.remove(name)
    output.line(f"{name} is no source any more; {count(forgotten, 'path')} forgotten, no file touched")
    return Exit.DONE


@command.command(name="enable")
@click.argument("name")
@click.pass_obj
def enable(session: Session, name: str) -> int:
    """Let `ctk scan` scan it again."""
    with session.open() as toolkit:
        toolkit.sources.enable(name, enabled=True)
    output.line(f"{name} is enabled")
    return Exit.DONE


@command.command(name="disable")
@click.argument("name")
@click.pass_obj
def disable(session: Session, name: str) -> int:
    """Leave it out of `ctk scan`; its files stay in the catalog."""
    with session.open() as toolkit:
        toolkit.sources.enable(name, enabled=False)
    output.line(f"{name} is disabled")
    return Exit.DONE


@command.command(name="relocate")
@click.argument("name")
@click.argument("path", type=FOLDER)
@click.pass_obj
def relocate(session: Session, name: str, path: Path) -> int:
    """Say that its files are elsewhere now; nothing is read again."""
    with session.open() as toolkit:
        toolkit.sources.relocate(name, path)
    output.line(f"{name} is at {path} now")
    return Exit.DONE


@command.command(name="protect")
@click.argument("name")
@click.argument("pattern")
@click.pass_obj
def protect(session: Session, name: str, pattern: str) -> int:
    """Protect the parts of a source that match PATTERN (git-wildmatch): ctk never changes them."""
    with session.open() as toolkit:
        toolkit.sources.protect(name, pattern)
    output.line(f"{pattern} is protected in {name}")
    return Exit.DONE
