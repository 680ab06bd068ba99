"""Every key of the configuration, with what its value must be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.config import checks, handles
from ctk_tui.config.folders import path_in
from ctk_tui.config.patterns import pattern
from ctk_tui.config.rules import keep_rule

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctk_tui.config.checks import Check

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
            "extensions": checks.each(handles.extension, "extensions", empty=False),
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
            "device": handles.device,
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
    ("open",): handles.command,
    ("ui", "keys"): checks.filled,
}
"""Tables whose keys the user names, and the check of their values."""


def known_keys() -> dict[str, tuple[str, ...]]:
    """Return the tables at the top of the file, each with its fixed keys."""
    fixed = {name: tuple(keys) for name, keys in tables(Path(), ()).items()}
    return {**fixed, "sources": (), **{path[0]: () for path in FREE_TABLES if len(path) == 1}}
