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
    from collections.abc import Callable, Sequence

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


def output_flags_with(*more: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what gives a command the flags that choose the form; it gets what was chosen as `form`.

    Args:
        more: fields that its files have beside those of every audio file.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def with_form(*args: Any, **kwargs: Any) -> Any:
            wanted = {name: kwargs.pop(f"as_{name}") for name in _FLAGS}
            return command(*args, form=chosen(wanted, more), **kwargs)

        for option in reversed(_FLAGS.values()):
            with_form = option(with_form)
        return with_form

    return decorate


output_flags = output_flags_with()
"""Gives a command the flags, for the fields of every audio file."""


def chosen(wanted: dict[str, Any], more: Sequence[str] = ()) -> Form:
    """Return the form that the flags ask for.

    Args:
        wanted: name of the form to whether it was given; for fields the text that was, or None.
        more: fields that there are beside those of every audio file.

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
    known = (*FIELDS, *more)
    for name in names:
        if name not in known:
            raise UsageError(f"there is no field {name!r}{nearest(name, known)}", "fields: " + ", ".join(known))
    return Form("fields", names)
