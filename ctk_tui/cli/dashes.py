"""Words that begin with one dash: exactly a declared option, or an error that tells what to write instead.

click reads `-qv` as two options and `-n5` as one with its value. In a query that would be a trap: `-0kick` would
mean `-0` and something else, where the user wants to leave out a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ctk_tui.cli import helping
from ctk_tui.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BEHIND = "ctk.dashes"
"""In the context's meta: words stood behind `--`, where `-word` leaves out a word as in the app."""


class Command(click.Command):
    """A command that takes no glued or bundled short options.

    Args:
        *args: see `click.Command`.
        takes_query: its arguments are query text, where `^word` leaves out a word.
        **kwargs: see `click.Command`.
    """

    def __init__(self, *args: Any, takes_query: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.takes_query = takes_query

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, after a look at their dashes."""
        if not ctx.resilient_parsing:  # completion parses half a command line
            check(ctx, args, takes_query=self.takes_query)
        return super().parse_args(ctx, args)

    def get_help_option_names(self, ctx: click.Context) -> list[str]:
        """Return -h and --help, whatever the context says: click keeps the option that it made first."""
        del ctx
        return helping.NAMES

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows the help."""
        return helping.through_output(super().get_help_option(ctx))


def check(ctx: click.Context, words: Sequence[str], *, takes_query: bool) -> None:
    """Refuse words that begin with one dash and are no option of the command.

    Args:
        ctx: of the command that reads them.
        words: all that stands behind its name.
        takes_query: see `Command`.

    Raises:
        UsageError: names the first such word, and what to write instead.
    """
    options = {
        name: param for param in ctx.command.get_params(ctx) if isinstance(param, click.Option) for name in names(param)
    }
    is_value = False
    for word in words:
        if is_value:
            is_value = False
        elif word == "--":
            ctx.meta[BEHIND] = True
            return
        elif word.startswith("--"):
            is_value = "=" not in word and _takes_value(options.get(word))
        elif word.startswith("-") and word != "-":
            if word not in options:
                raise _refusal(ctx, word, options, takes_query=takes_query)
            is_value = _takes_value(options[word])
        elif not ctx.allow_interspersed_args:
            return


def names(option: click.Option) -> list[str]:
    """Return all spellings of an option."""
    return [*option.opts, *option.secondary_opts]


def _takes_value(option: click.Option | None) -> bool:
    return option is not None and not option.is_flag and not option.count


def _refusal(ctx: click.Context, word: str, options: Iterable[str], *, takes_query: bool) -> UsageError:
    shown = word if word.isascii() and word.isprintable() and " " not in word else repr(word)
    message = f"{shown} is not an option of `{ctx.command_path}`"
    if word[:2] in options:
        message += f"; {word[:2]} stands alone"
    next_step = f"`{ctx.command_path} --help` lists them"
    if ctx.parent is not None and word in _spellings(ctx.parent):
        next_step = f"it stands before the command: `ctk {word} {ctx.info_name} …`"
    elif not takes_query and any(isinstance(param, click.Argument) for param in ctx.command.params):
        next_step += f"; a name that begins with a dash: ./{word}"
    if takes_query:
        term = f'"{word[1:]}"' if " " in word else word[1:]
        next_step = f"^{term} leaves out what has that word; {next_step}"
    return UsageError(message, next_step)


def _spellings(ctx: click.Context) -> set[str]:
    return {name for param in ctx.command.params if isinstance(param, click.Option) for name in names(param)}
