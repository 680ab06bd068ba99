"""Checks of the keep rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.config.checks import BadValueError, string, wanted
from ctk_tui.config.patterns import pattern
from ctk_tui.config.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

KEEP_RULES = (
    "tidy-name", "fullest-folder", "oldest", "newest", "shortest-path", "longest-path", "lossless", "bits", "rate",
)  # fmt: skip
"""The keep rules that take no argument; `source:NAME` and `in:PATTERN` come beside them."""


def keep_rule(sources: Collection[str]) -> Callable[[object], str]:
    """Take a keep rule.

    Args:
        sources: the names that `source:` may name.
    """

    def check(value: object) -> str:
        rule = string(value)
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
