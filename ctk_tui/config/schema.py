"""Every key of the configuration, with what its value must be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.config import checks
from ctk_tui.config.checks import BadValueError, Check, wanted
from ctk_tui.config.paths import expanded
from ctk_tui.config.patterns import pattern
from ctk_tui.config.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

KEEP_RULES = (
    "tidy-name", "fullest-folder", "oldest", "newest", "shortest-path", "longest-path", "lossless", "bits", "rate",
)  # fmt: skip
"""The keep rules that take no argument; `source:NAME` and `in:PATTERN` come beside them."""

RETIRED = {
    ("scan", "hash_chunk_size"): "its successor is the fingerprint (64 KiB of head, 64 KiB of tail and the size), "
    "which is defined and not configured; the line can go",
}
"""Keys that once were, and what took their place."""

_flag = checks.auto_or(checks.boolean, "true or false")
_patterns = checks.each(pattern, "patterns")


def tables(folder: Path, sources: Collection[str]) -> dict[str, dict[str, Check]]:
    """Return the tables with fixed keys, and the check of each key.

    Args:
        folder: the folder of the configuration file, absolute; relative paths count from it.
        sources: the names of the sources that the file tells of.
    """
    return {
        "database": {"path": path_in(folder, empty=True)},
        "scan": {
            "extensions": checks.each(checks.extension, "extensions", empty=False),
            "min_file_size": checks.whole(0, 1_000_000_000),
            "exclude": _patterns,
            "follow_symlinks": checks.boolean,
            "workers": checks.whole(0, 256),
        },
        "audio": {
            # Shorter periods than 5 ms crackle on any system, longer ones than 2 s are no playing.
            "buffer_ms": checks.auto_or(checks.whole(5, 2000), "a whole number from 5 to 2000"),
            "volume": checks.number(0, 1),
            "audition": _flag,
        },
        "duplicates": {"keep": checks.each(keep_rule(sources), "keep rules")},
        "classify": {
            "checkpoint": path_in(folder, empty=True),
            "device": checks.device,
            "name_hints": checks.boolean,
        },
        "ui": {
            "theme": checks.filled,
            "space": checks.one_of("play", "mark"),
            "slow_link": _flag,
            "ascii": checks.boolean,
        },
    }


def source_table(folder: Path) -> dict[str, Check]:
    """Return the keys of a `[sources.NAME]` table.

    Args:
        folder: the folder of the configuration file, absolute.
    """
    return {
        "path": path_in(folder, empty=False),
        "enabled": checks.boolean,
        "exclude": _patterns,
        "protected": checks.boolean,
        "protect": _patterns,
        "removable": checks.boolean,
        "read": checks.one_of("local", "all"),
        "quarantine": checks.string,
    }


FREE_TABLES: dict[tuple[str, ...], Check] = {
    ("queries",): checks.string,
    ("open",): checks.command,
    ("ui", "keys"): checks.filled,
}
"""Tables whose keys the user names, and the check of their values."""


def known_keys() -> dict[str, tuple[str, ...]]:
    """Return the tables at the top of the file, each with its fixed keys."""
    fixed = {name: tuple(keys) for name, keys in tables(Path(), ()).items()}
    return {**fixed, "sources": (), **{path[0]: () for path in FREE_TABLES if len(path) == 1}}


def path_in(folder: Path, *, empty: bool) -> Callable[[object], str]:
    """Take a path: `~` expanded, relative ones from `folder`; "" stays "" where that has a meaning.

    Args:
        folder: absolute.
        empty: whether "" is taken.
    """

    def check(value: object) -> str:
        text = checks.string(value)
        if not text.strip():
            if empty and not text:
                return ""
            raise wanted("a path", value)
        return absolute(text, folder)

    return check


def absolute(text: str, folder: Path) -> str:
    """Return a path of the configuration as an absolute one without `.` and `..`.

    Args:
        text: the path as written.
        folder: where relative ones begin, absolute.

    Raises:
        BadValueError: its `~user` has no home folder.
    """
    try:
        return os.path.normpath(os.path.join(folder, expanded(text)))
    except ValueError as error:
        raise BadValueError(str(error)) from None


def keep_rule(sources: Collection[str]) -> Callable[[object], str]:
    """Take a keep rule.

    Args:
        sources: the names that `source:` may name.
    """

    def check(value: object) -> str:
        rule = checks.string(value)
        kind, colon, rest = rule.partition(":")
        if rule in KEEP_RULES:
            return rule
        if colon and kind == "source":
            if rest not in sources:
                near = nearest(rest, sources)
                raise BadValueError(f"there is no source {rest}" + (f" (did you mean {near}?)" if near else ""))
            return rule
        if colon and kind == "in":
            return f"in:{pattern(rest)}"
        raise wanted("a keep rule", value, nearest(rule, (*KEEP_RULES, "source:NAME", "in:PATTERN")))

    return check
