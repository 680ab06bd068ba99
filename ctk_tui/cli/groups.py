"""Groups of commands: an unknown one is answered with the nearest, none at all with the help."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import dashes, helping, output
from ctk_tui.cli.diagnostics import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable


class Group(click.Group):
    """A group whose commands are `dashes.Command` unless they say otherwise."""

    command_class = dashes.Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options before the command; no word at all shows the help."""
        if not ctx.resilient_parsing:
            if not args and self.no_args_is_help:
                output.text_block(ctx.get_help())
                ctx.exit(Exit.USAGE)
            dashes.check(ctx, args, takes_query=False)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they are written, which is that of their use."""
        del ctx
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command for an unknown one."""
        known = self.list_commands(ctx)
        if args[0] not in known and not ctx.resilient_parsing:
            raise click.UsageError(f"`{ctx.command_path}` has no command {args[0]!r}{nearest(args[0], known)}", ctx)
        return super().resolve_command(ctx, args)

    def get_help_option_names(self, ctx: click.Context) -> list[str]:
        """Return -h and --help, whatever the context says: click keeps the option that it made first."""
        del ctx
        return helping.NAMES

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows the help."""
        return helping.through_output(super().get_help_option(ctx))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the words that name the nearest known one, "" where none is near."""
    near = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""
