"""The short options of `ctk search`: each is a short form of the query language."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import click

from ctk_tui.cli import completing
from ctk_tui.model.query.fields import SORT_NAMES
from ctk_tui.model.query.unparse import field_text

if TYPE_CHECKING:
    from collections.abc import Callable


def _repeatable(field: str, name: str) -> Callable[..., Any]:
    return click.option(
        f"--{field}",
        name,
        multiple=True,
        metavar=field[0].upper(),
        shell_complete=completing.of_field(field),
        help=f"Short for {field}:{field[0].upper()}; repeatable.",
    )


_OPTIONS = (
    _repeatable("format", "formats"),
    _repeatable("category", "categories"),
    _repeatable("source", "sources"),
    click.option("--min-duration", metavar="S", help="Short for duration:S.. (seconds, or 1:30)."),
    click.option("--max-duration", metavar="S", help="Short for duration:..S."),
    click.option(
        "--sort",
        "sorts",
        multiple=True,
        metavar="F",
        shell_complete=completing.sorts,
        help=f"{', '.join(SORT_NAMES)}; F- from the largest. Repeatable, the first decides.",
    ),
)


def narrowing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the short options; it gets what they mean as query text, `narrow`, "" for nothing."""

    @functools.wraps(command)
    def with_narrow(*args: Any, **kwargs: Any) -> Any:
        fields = {"format": "formats", "category": "categories", "source": "sources"}
        values = {field: kwargs.pop(name) for field, name in fields.items()}
        terms = [field_text(field, each) for field, each in values.items() if each]
        shortest, longest = kwargs.pop("min_duration"), kwargs.pop("max_duration")
        if shortest is not None or longest is not None:
            terms.append(f"duration:{shortest or ''}..{longest or ''}")
        terms.extend(sort if sort.endswith(("+", "-")) else f"{sort}+" for sort in kwargs.pop("sorts"))
        return command(*args, narrow=" ".join(terms), **kwargs)

    for option in reversed(_OPTIONS):
        with_narrow = option(with_narrow)
    return with_narrow
