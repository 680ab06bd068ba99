"""Keep rules: which copy of a group stays. Each rule is named by what is kept; the first that decides, decides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from ctk_tui.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ctk_tui.model.groups import GroupFile

    Score = Callable[[GroupFile], float]

RULES = {
    "tidy-name": 'a name without "copy", "(1)" and the like',
    "fullest-folder": "the copy in the folder with most audio files",
    "oldest": "the copy that was modified first",
    "newest": "the copy that was modified last",
    "shortest-path": "the shortest path",
    "longest-path": "the longest path",
    "lossless": "lossless formats (exact groups tie)",
    "bits": "the most bits a sample (exact groups tie)",
    "rate": "the highest sample rate (exact groups tie)",
    "source:NAME": "a copy in that source",
    "in:PATTERN": "a copy whose path matches the pattern",
}
"""Every rule, and what it keeps."""

_UNTIDY = re.compile(
    r"""(?xi)
    (?: [\s_.-]* \( \d+ \)                         # kick (1)
      | [\s_.-]+ (?: copy | kopie | copie ) (?: [\s_.-]* \(? \d+ \)? )?   # kick copy, kick copy 2
      | ^ (?: copy | kopie | copie ) (?: \s+ \( \d+ \) )? [\s_-]+ of [\s_-] .*  # copy of kick
      | ~ \d* | \.bak | [\s_.-]+ (?: backup | old | duplicate )            # kick~, kick old
    ) $""",
)


def is_tidy(name: str) -> bool:
    """Return whether a file name (without its extension) lacks the marks that copying leaves."""
    return _UNTIDY.search(name) is None


def _stem(file: GroupFile) -> str:
    name = file.path.rpartition(b"/")[2].decode("utf-8", "replace")
    return name.rpartition(".")[0] or name


def _score(rule: str, fullness: Mapping[bytes, int]) -> Score:
    """Return a function that is lowest for the copies that the rule keeps."""
    plain: dict[str, Score] = {
        "tidy-name": lambda file: not is_tidy(_stem(file)),
        "fullest-folder": lambda file: -fullness.get(file.path.rpartition(b"/")[0], 0),
        "oldest": lambda file: file.modified_at,
        "newest": lambda file: -file.modified_at,
        "shortest-path": lambda file: len(file.path),
        "longest-path": lambda file: -len(file.path),
        "lossless": lambda _: 0,
        "bits": lambda _: 0,
        "rate": lambda _: 0,
    }
    if rule in plain:
        return plain[rule]
    kind, _, value = rule.partition(":")
    if kind == "source" and value:
        return lambda file: file.source != value
    if kind == "in" and value:
        expression, _ = GitIgnoreSpecPattern.pattern_to_regex(value)
        text = expression.decode() if isinstance(expression, bytes) else expression or "(?!)"
        pattern = re.compile(text.encode("utf-8", "surrogateescape"))
        return lambda file: pattern.match(file.path.lstrip(b"/")) is None
    raise UsageError(f"unknown keep rule {rule!r}", "the rules are " + ", ".join(RULES))


def check_rules(rules: Sequence[str]) -> None:
    """Raise UsageError for a rule that there is not."""
    for rule in rules:
        _score(rule, {})


def choose(files: Sequence[GroupFile], rules: Sequence[str], fullness: Mapping[bytes, int]) -> GroupFile | None:
    """Return the keeper of a group, None when no copy can be one (all offline).

    Protected copies stay anyway, so the keeper is chosen among the others: a project's copy must not empty the
    library. Only where all are protected is it one of them.

    Args:
        files: the copies.
        rules: names of rules, first decides; ties end with the shorter path and then the bytes of the path.
        fullness: how many audio files lie directly in each folder (absolute path).
    """
    able = [file for file in files if not file.offline]
    able = [file for file in able if not file.protected] or able
    scores = [_score(rule, fullness) for rule in rules]
    return min(able, key=lambda file: (*(score(file) for score in scores), len(file.path), file.path), default=None)
