"""Which form of output is wanted: the flags that commands with a list of audio files share."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ctk_tui.cli import completing, output
from ctk_tui.cli.groups import nearest
from ctk_tui.cli.jsonform import FIELDS
from ctk_tui.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

_FLAGS = {
    "json": click.option("--json", "as_json", is_flag=True, help="One JSON document."),
    "jsonl": click.option("--jsonl", "as_jsonl", is_flag=True, help="One JSON object a line."),
    "csv": click.option("--csv", "as_csv", is_flag=True, help="CSV with a heading."),
    "fields": click.option(
        "--fields",
        "as_fields",
        metavar="A,B,C",
        shell_complete=completing.fields,
        help="These fields of the JSON, tab separated.",
    ),
    "paths": click.option("--paths", "as_paths", is_flag=True, help="One path a line (the default in a pipe)."),
    "print0": click.option("-0", "--print0", "as_print0", is_flag=True, help="Raw paths, each ended by a NUL."),
}


@dataclass(frozen=True, slots=True)
class Form:
    """How a list of audio files is written."""

    name: str
    """table, json, jsonl, csv, fields, paths or print0."""
    fields: tuple[str, ...] = ()
    """Where `name` is fields."""


def output_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the flags that choose the form; it gets what was chosen as `form`."""

    @functools.wraps(command)
    def with_form(*args: Any, **kwargs: Any) -> Any:
        wanted = {name: kwargs.pop(f"as_{name}") for name in _FLAGS}
        return command(*args, form=chosen(wanted), **kwargs)

    for option in reversed(_FLAGS.values()):
        with_form = option(with_form)
    return with_form


def chosen(wanted: dict[str, Any]) -> Form:
    """Return the form that the flags ask for.

    Args:
        wanted: name of the form to whether it was given; for fields the text that was, or None.

    Raises:
        UsageError: two forms, or a field that there is not.
    """
    given = [name for name, value in wanted.items() if value not in (None, False)]
    if len(given) > 1:
        raise UsageError("only one form of output at a time: " + " or ".join(f"--{name}" for name in given))
    if not given:
        return Form("table" if output.is_terminal() else "paths")
    if given != ["fields"]:
        return Form(given[0])
    names = tuple(name.strip() for name in wanted["fields"].split(","))
    for name in names:
        if name not in FIELDS:
            raise UsageError(f"there is no field {name!r}{nearest(name, FIELDS)}", "fields: " + ", ".join(FIELDS))
    return Form("fields", names)
