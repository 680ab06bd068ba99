"""Help and version through the one writer of stdout, instead of click's own echo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.cli import output

if TYPE_CHECKING:
    import click


NAMES = ["-h", "--help"]
"""Of the help option of every command."""


def _show_help(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value and not ctx.resilient_parsing:
        output.text_block(ctx.get_help())
        ctx.exit()


def through_output(option: click.Option | None) -> click.Option | None:
    """Return click's help option, made to write as every command does."""
    if option is not None:
        option.callback = _show_help
    return option


def show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Print the version and end; a callback of `--version`."""
    from ctk_tui import __version__

    del param
    if value and not ctx.resilient_parsing:
        output.line(f"ctk {__version__}")
        ctx.exit()
