"""The group of all commands; each is imported when it is called, so that `ctk --help` is there at once."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctk_tui import __version__
from ctk_tui.cli import diagnostics, output
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.cli.session import Session
from ctk_tui.model.errors import CtkError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "scan": "Catalog what is on the drives.",
    "search": "Find sounds.",
    "show": "All facts of one audio file.",
    "stats": "Totals: files, hours, formats, duplicates.",
    "sources": "The folders that are catalogued.",
    "dupes": "What is there twice.",
    "jobs": "Running and past jobs.",
    "doctor": "Is everything as it should be?",
    "config": "The configuration file.",
    "demo": "A small library to try things on.",
}
"""Every command and its line in `ctk --help`; module ctk_tui.cli.NAME defines it as `command`."""


class Commands(click.Group):
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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing one."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command for an unknown one."""
        import difflib

        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            near = difflib.get_close_matches(name, COMMANDS, 1)
            raise click.UsageError(
                f"there is no command {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""), ctx
            )
        return super().resolve_command(ctx, args)


@click.command(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="The configuration file.")
@click.option("--db", type=click.Path(path_type=Path), metavar="FILE", help="The catalog's database.")
@click.option("-v", "--verbose", is_flag=True, help="Tell more; tracebacks of errors.")
@click.version_option(__version__, "--version", prog_name="ctk")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, db: Path | None, *, verbose: bool) -> int | None:
    """Catalog, find, hear and tidy every sound on every drive."""
    session = ctx.ensure_object(Session)
    session.config, session.db, session.verbose = config, db, verbose
    if ctx.invoked_subcommand is None:
        output.text_block(ctx.get_help())
        return Exit.USAGE
    return None


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; every error ends here as a line on stderr and an exit code.

    Args:
        arguments: the words after `ctk`; None for those of this process.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    session = Session()
    try:
        result = cli.main(words, prog_name="ctk", standalone_mode=False, obj=session)
        output.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.Abort:
        return Exit.INTERRUPTED
    except click.ClickException as error:
        return _usage(error)
    except CtkError as error:
        return diagnostics.tell(error, verbose=session.verbose)
    except BrokenPipeError:
        return _closed_pipe()
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the front door: a defect is told, not thrown at the user
        return diagnostics.tell_defect(error, verbose=session.verbose)
    return int(result) if isinstance(result, int) else Exit.DONE


def _usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    diagnostics.say(f"ctk: {error.format_message()}")
    if context is not None:
        diagnostics.say(f"     `{context.command_path} --help` shows how it is called")
    return Exit.USAGE


def _closed_pipe() -> int:
    """The reader has what it wanted; nothing more may be written, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.DONE
