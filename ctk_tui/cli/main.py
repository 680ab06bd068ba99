"""The group of all commands; each is imported when it is called, so that `ctk --help` is there at once."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import diagnostics, output
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.groups import Group
from ctk_tui.cli.helping import show_version
from ctk_tui.cli.session import Session
from ctk_tui.model.errors import CtkError
from ctk_tui.model.opening import OpenApp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.shell_completion import CompletionItem

COMMANDS = {
    "scan": "Catalog what is on the drives.",
    "search": "Find sounds.",
    "show": "All facts of one audio file.",
    "play": "Hear it.",
    "similar": "What sounds alike.",
    "category": "Say what a sound is.",
    "classify": "Find out what sounds are.",
    "models": "The classifier's model: where it is, how it is fetched.",
    "stats": "Totals: files, hours, formats, duplicates.",
    "sources": "The folders that are catalogued.",
    "dupes": "What is there twice.",
    "copy": "Copy or link sounds into a project.",
    "move": "Move files.",
    "rename": "Rename files.",
    "delete": "Remove files, into quarantine.",
    "apply": "Do what a plan file says.",
    "undo": "Take an operation back.",
    "restore": "Bring removed files back.",
    "history": "What was done to files.",
    "quarantine": "Removed files: list them, or empty it.",
    "jobs": "Running and past jobs.",
    "doctor": "Is everything as it should be?",
    "config": "The configuration file.",
    "demo": "A small library to try things on.",
    "completion": "The words of ctk, completed by your shell.",
}
"""Every command and its line in `ctk --help`; module ctk_tui.cli.NAME defines it as `command`."""


class Commands(Group):
    """Imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the docs."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now; None for an unknown word."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        found = import_module(f"ctk_tui.cli.{cmd_name}").command
        assert isinstance(found, click.Command)  # for mypy: the modules are ours
        return found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the commands from the table, without importing one; the options as click does."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [CompletionItem(name, help=told) for name, told in COMMANDS.items() if name.startswith(incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing one."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, invoke_without_command=True)
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="The configuration file.")
@click.option("--db", type=click.Path(path_type=Path), metavar="FILE", help="The catalog's database.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal, for its own selection.")
@click.option("-v", "--verbose", is_flag=True, help="Tell more; tracebacks of errors.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=show_version,
    help="Show the version and end.",
)
@click.pass_context
def cli(
    ctx: click.Context, config: Path | None, db: Path | None, *, no_mouse: bool, verbose: bool
) -> int | OpenApp | None:
    """Catalog, find, hear and tidy every sound on every drive.

    Without a command, on a terminal: the full-screen app.
    """
    session = ctx.ensure_object(Session)
    session.config, session.db, session.verbose, session.mouse = config, db, verbose, not no_mouse
    if ctx.invoked_subcommand is not None:
        return None
    if sys.stdin.isatty() and sys.stdout.isatty():
        return session.app()
    output.text_block(ctx.get_help())
    return Exit.USAGE


def run(arguments: Sequence[str] | None = None) -> int | OpenApp:
    """Run a command line; every error ends here as a line on stderr and an exit code.

    Args:
        arguments: the words after `ctk`; None for those of this process.

    Returns:
        The exit code, or the wish for the full-screen app, which the caller opens by `guarded`.
    """
    session = Session()
    try:
        if os.environ.get("_CTK_COMPLETE"):
            return _complete(os.environ["_CTK_COMPLETE"])
        result = _run(list(sys.argv[1:] if arguments is None else arguments), session)
        output.flush()
    except BrokenPipeError:  # `ctk search | head` has what it wanted
        output.abandon()
        return Exit.DONE
    except output.OutputLost as error:
        output.abandon()
        return diagnostics.tell(error, verbose=session.verbose)
    except KeyboardInterrupt:
        return diagnostics.tell_interrupt()
    except Exception as error:  # noqa: BLE001 - the front door: a defect is told, not thrown at the user
        return diagnostics.tell_defect(error, verbose=session.verbose)
    return result


def _run(words: list[str], session: Session) -> int | OpenApp:
    # Not cli.main(): that turns a closed pipe into exit 1, and writes to stderr by itself.
    try:
        with cli.make_context("ctk", words, obj=session) as context:
            result = cli.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        return _usage(error)
    except CtkError as error:
        if isinstance(error, output.OutputLost):
            raise
        return diagnostics.tell(error, verbose=session.verbose)
    return result if isinstance(result, int | OpenApp) else Exit.DONE


def guarded(work: Callable[[], int]) -> int:
    """Return what work returns; an error of ctk's own ends as lines on stderr and an exit code."""
    try:
        return work()
    except CtkError as error:
        return diagnostics.tell(error, verbose=False)


def _complete(asked: str) -> int:
    from ctk_tui.cli.completion import answer

    return answer(cli, asked)


def _usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    diagnostics.say(f"ctk: {error.format_message()}")
    if context is not None:
        diagnostics.say(f"     `{context.command_path} --help` shows how it is called")
    return Exit.USAGE
