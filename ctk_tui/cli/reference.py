"""docs/commands.md, made from the commands themselves: `python -m ctk_tui.cli.reference > docs/commands.md`."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import click

from ctk_tui.cli import output
from ctk_tui.cli.diagnostics import MEANINGS
from ctk_tui.cli.main import cli
from ctk_tui.cli.shapes import AUDIO_FILE, SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterator

INTRODUCTION = """\
# Commands

Made by `make docs` from the commands themselves.

`ctk [--config FILE] [--db FILE] [-v] COMMAND …`; `python -m ctk_tui` is the same. The configuration is `--config`, else
`$CTK_CONFIG`, else what `ctk config path` says; the catalog is `--db`, else `$CTK_DB`, else what the configuration
says.

Data goes to stdout, all else to stderr. Progress is drawn on terminals only, `NO_COLOR` holds, a closed pipe ends
quietly. ctk asks on terminals only, and no is the default; elsewhere what needs a yes exits 4 until `--yes` says it.

An argument that begins with one dash is an option, or an error; options are not glued together. Behind `--` all is
text.
"""
FORMS = """\
## Forms of output

A list of audio files is a table on a terminal, and one path a line in a pipe. The table escapes controls; so do
`--paths`, `--fields` and `--csv` when they are written to a terminal. Elsewhere they write names as they are.

`--paths` and `--fields` leave out names with a line break (`--fields` with several fields: with a tab too), name them
on stderr and exit 3. `-0` writes every path. `--csv` quotes them. A path that is not UTF-8 keeps its bytes in
`--paths`, `--fields` and `-0`; in JSON and CSV they stand in `path_b64`, and each bad byte of `path` shows as U+FFFD.
"""


def reference() -> str:
    """Return the page."""
    top = click.Context(cli, info_name="ctk")
    parts = [INTRODUCTION]
    parts += _command(cli, top)
    parts += [FORMS, "## Exit codes\n", "| code | meaning |\n| --- | --- |"]
    parts[-1] += "".join(f"\n| {code:d} | {meaning} |" for code, meaning in MEANINGS.items()) + "\n"
    parts.append("When several apply, the first of 143, 130, 5, 4, 1, 6, 3 is told.\n")
    parts.append("## JSON\n\nKeys are added, never renamed.\n")
    parts += [_shape(name, keys) for name, keys in SHAPES.items()]
    return "\n".join(parts)


def _shape(name: str, keys: dict[str, str]) -> str:
    whole = set(AUDIO_FILE) < set(keys) and "paths" in keys
    shown = {key: told for key, told in keys.items() if not (whole and key in AUDIO_FILE)}
    lead = "The keys of an audio file, and:\n\n" if whole else ""
    rows = "".join(f"\n| `{key}` | {told} |" for key, told in shown.items())
    return f"### {name}\n\n{lead}| key | what |\n| --- | --- |{rows}\n"


def _command(command: click.Command, ctx: click.Context) -> Iterator[str]:
    """Yield the section of a command, and of the commands below it."""
    depth = ctx.command_path.count(" ")
    if depth:
        yield f"{'#' * (depth + 1)} {ctx.command_path}\n"
        yield f"```\n{' '.join([ctx.command_path, *_usage(command)])}\n```\n"
        yield _help(command)
    else:
        yield "## Options before the command\n"
    options = [param for param in command.params if isinstance(param, click.Option) and not param.hidden]
    if options:
        yield "\n".join(map(_option, options)) + "\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            if below is not None and not below.hidden:
                yield from _command(below, click.Context(below, ctx, name))


def _usage(command: click.Command) -> Iterator[str]:
    if any(isinstance(param, click.Option) for param in command.params):
        yield "[OPTION]…"
    for param in command.params:
        if isinstance(param, click.Argument):
            yield (param.metavar or _choices(param) or (param.name or "").upper()).replace("...", "…")
    if isinstance(command, click.Group):
        yield "[COMMAND …]" if command.invoke_without_command else "COMMAND …"


def _choices(param: click.Parameter) -> str:
    return "|".join(map(str, param.type.choices)) if isinstance(param.type, click.Choice) else ""


def _help(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "") + "\n"


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    if not option.is_flag:
        value = option.metavar or _choices(option) or (option.name or "").upper()
        names = f"{names[:-1]} {value}`"
    return f"- {names}: {option.help or ''}"


if __name__ == "__main__":
    output.raw(reference().encode())
    output.flush()
