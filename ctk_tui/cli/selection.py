"""From the arguments of a command to the audio files that they mean: query text, exact paths, lists of paths."""

from __future__ import annotations

import functools
import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ctk_tui.cli import completing, diagnostics
from ctk_tui.cli.dashes import BEHIND
from ctk_tui.cli.diagnostics import Exit
from ctk_tui.model.errors import UsageError
from ctk_tui.model.format import count
from ctk_tui.model.text import display

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctk_tui.model.query.nodes import Expr, Query
    from ctk_tui.toolkit.toolkit import Toolkit

_PATH = re.compile(r"/|\./|\.\./|~|[A-Za-z]:[\\/]|\.{1,2}$")
"""How an argument begins that is one exact path."""
NAMED = 5
"""Unknown paths that stderr lists."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the arguments of a command ask for."""

    words: tuple[str, ...]
    """QUERY…, as the shell gave it."""
    listed: str | None = None
    """`--from`: a file with a path on each line, - for stdin."""
    listed0: str | None = None
    """`--from0`: the same, each path ended by a NUL."""
    dash: bool = False
    """Whether `-word` negates: the words stood behind `--`."""

    def any(self) -> bool:
        """Return whether anything was asked for at all."""
        return bool(self.words) or self.listed is not None or self.listed0 is not None


def query_arguments(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command QUERY…, --from and --from0; it gets them as `wanted`."""

    @functools.wraps(command)
    def with_wanted(*args: Any, **kwargs: Any) -> Any:
        context = click.get_current_context()
        wanted = Wanted(
            kwargs.pop("query"), kwargs.pop("listed"), kwargs.pop("listed0"), bool(context.meta.get(BEHIND))
        )
        return command(*args, wanted=wanted, **kwargs)

    options = (
        click.argument("query", nargs=-1, metavar="[QUERY]...", shell_complete=completing.query),
        click.option("--from", "listed", metavar="FILE", help="Paths instead, one a line; - reads stdin."),
        click.option("--from0", "listed0", metavar="FILE", help="Paths instead, each ended by a NUL; - reads stdin."),
    )
    for option in reversed(options):
        with_wanted = option(with_wanted)
    return with_wanted


def is_path(argument: str) -> bool:
    """Return whether an argument is one exact path and not query text."""
    return _PATH.match(argument) is not None


def parsed(toolkit: Toolkit, wanted: Wanted) -> Query:
    """Return the query that the words ask for; paths become ids, several in a row any of them.

    Raises:
        QueryError: the query text is off.
        UsageError: a path is not in the catalog.
    """
    terms: list[str] = []
    ids: list[str] = []
    for word in (*wanted.words, ""):
        if word and is_path(word):
            ids.append(str(toolkit.catalog.id_of(os.path.expanduser(os.fsencode(word)))))
            continue
        if ids:
            terms.append(f"id:{','.join(ids)}")
            ids = []
        terms.append(word)
    return toolkit.catalog.parse(" ".join(terms).strip(), dash=wanted.dash)


def require_words(toolkit: Toolkit, wanted: Wanted) -> None:
    """Refuse arguments that ask for nothing in particular, for commands that change something.

    Raises:
        UsageError: the query has no term but sort words, or none at all, and no list of paths is given.
    """
    if wanted.listed is None and wanted.listed0 is None and not _asks(parsed(toolkit, wanted).expr):
        raise UsageError("which sounds?", "a query, paths or ids; '*' means all")


def _asks(expr: Expr) -> bool:
    from ctk_tui.model.query.nodes import And, Saved

    match expr:
        case And(terms):
            return any(map(_asks, terms))
        case Saved(_, inner):
            return _asks(inner)
        case _:
            return True


def selected(toolkit: Toolkit, wanted: Wanted, narrow: Query | None = None) -> tuple[Sequence[int], Exit]:
    """Return the ids that are meant, in order, and PART where a listed path is not in the catalog.

    Args:
        toolkit: the open toolkit.
        wanted: the arguments.
        narrow: what short options add to the query.
    """
    from ctk_tui.model.query.combine import narrowed

    query = parsed(toolkit, wanted)
    if narrow is not None:
        query = narrowed(query, narrow)
    paths = listed_paths(wanted)
    if paths is None:
        return toolkit.catalog.search(query), Exit.DONE
    ids, unknown = toolkit.catalog.ids_of(paths)
    if wanted.words or narrow is not None:
        keep = set(toolkit.catalog.search(query))
        ids = [audio_id for audio_id in ids if audio_id in keep]
    if not unknown:
        return ids, Exit.DONE
    diagnostics.say(f"ctk: {count(len(unknown), 'path')} not in the catalog:")
    for path in unknown[:NAMED]:
        diagnostics.say(f"     {display(path)}")
    return ids, Exit.PART


def listed_paths(wanted: Wanted) -> list[bytes] | None:
    """Return the paths of --from or --from0, None where neither was given."""
    if wanted.listed is not None and wanted.listed0 is not None:
        raise UsageError("only one of --from and --from0 at a time")
    if wanted.listed is not None:
        return [line for line in _bytes_of(wanted.listed).replace(b"\r\n", b"\n").split(b"\n") if line]
    if wanted.listed0 is not None:
        return [path for path in _bytes_of(wanted.listed0).split(b"\0") if path]
    return None


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}", "name a file with paths, or - for stdin") from error
