"""What the shell offers for a half-typed word: names of sources, fields, words of the query language."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctk_tui.model.errors import CtkError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import click
    from click.shell_completion import CompletionItem

    Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

PATH_STARTS = ("/", "./", "../", "~")
"""Beginnings of an argument that is a path and not query text."""


def sources(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the names of the sources, with their folders as help."""
    del param
    return _items(_source_names(ctx), typed)


def sources_or_folders(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the names of the sources, and folders to what begins like a path."""
    return _path(typed, "dir") or sources(ctx, param, typed)


def files(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Leave it to the shell, which knows files best."""
    del ctx, param
    return _item(typed, "file")


def fields(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer fields of the JSON, one behind the other with commas between."""
    from ctk_tui.cli.jsonform import FIELDS

    del ctx, param
    return _in_list(dict.fromkeys(FIELDS, ""), "", typed)


def of_field(name: str) -> Completer:
    """Return what offers the values of a field of the query language."""

    def offer(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
        del param
        return _items(_values(ctx, name), typed)

    return offer


def sorts(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the sort words."""
    from ctk_tui.model.query import fields as known

    del ctx, param
    return _items({sort.name: sort.help for sort in known.SORTS}, typed)


def query(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer words of the query language: `field:`, what may stand behind it, and files to what begins like a path."""
    from ctk_tui.model.query import fields as known

    del param
    found = _path(typed, "file")
    if found:
        return found
    name, colon, values = typed.partition(":")
    if not colon:
        return _items({f"{field.name}:": field.help for field in known.fields()}, typed)
    return _in_list(_values(ctx, name), f"{name}:", values)


def _values(ctx: click.Context, field: str) -> Mapping[str, str]:
    from ctk_tui.model.audio import CATEGORIES, FORMATS
    from ctk_tui.model.query import fields as known

    if field == "source":
        return _source_names(ctx)
    if field == "is":
        return {flag.name: flag.help for flag in known.FLAGS}
    return dict.fromkeys({"category": CATEGORIES, "format": FORMATS}.get(field, ()), "")


def _source_names(ctx: click.Context) -> dict[str, str]:
    from ctk_tui.config.load import load
    from ctk_tui.config.paths import config_file

    try:
        settings = load(config_file(ctx.find_root().params.get("config"), os.environ), strict=False).settings
    except CtkError:
        return {}
    return {source.name: str(source.path) for source in settings.sources}


def _in_list(known: Mapping[str, str], head: str, typed: str) -> list[CompletionItem]:
    """Offer what may stand last in a list with commas; what stands in it already is not offered again."""
    before, comma, last = typed.rpartition(",")
    taken = before.split(",")
    rest = {head + before + comma + name: told for name, told in known.items() if name not in taken}
    return _items(rest, head + before + comma + last)


def _items(known: Mapping[str, str], typed: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name, help=told or None) for name, told in known.items() if name.startswith(typed)]


def _path(typed: str, kind: str) -> list[CompletionItem]:
    return _item(typed, kind) if typed.startswith(PATH_STARTS) else []


def _item(typed: str, kind: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type=kind)]
