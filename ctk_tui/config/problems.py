"""What is wrong with a configuration, as values and as the error that the command line shows."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.config import toml
from ctk_tui.model.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

# Longer values are cut in messages: an error is one or two lines.
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or a warning."""

    message: str
    """What is wrong, naming the key."""
    file: Path
    """The file that says so."""
    line: int = 0
    """Its line, counted from 1; 0 where none can be named."""
    key: str = ""
    """The dotted key, "" where none can be named."""
    hint: str = ""
    """The next step, "" where the message says it all."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else f"{self.file}"
        return f"{place}: {self.message}"


def error_of(problems: Sequence[Problem]) -> ConfigError:
    """Return the error that tells of the first problem and counts the others.

    Args:
        problems: one at least.
    """
    first, others = problems[0], len(problems) - 1
    hints = [first.hint] if first.hint else []
    if others:
        hints.append(f"{others} more problem{'s' if others > 1 else ''} in it: `ctk config check` lists all")
    return ConfigError(str(first), first.file, first.line, first.key, "; ".join(hints))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that comes nearest, "" where none is near.

    Args:
        word: what was written.
        known: what could have been meant; case counts for nothing.
    """
    folded = {candidate.casefold(): candidate for candidate in known}
    # 0.6 is difflib's own limit: "extension" finds "extensions", "foo" finds nothing.
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def shown(value: object) -> str:
    """Return a TOML value as one short line for a message.

    Args:
        value: what tomllib made of it.
    """
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = toml.string(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
