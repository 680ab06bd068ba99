"""New names from old ones: templates with fields, and s/old/new/."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ctk_tui.model.errors import UsageError
from ctk_tui.model.format import rate

FIELDS = ("name", "ext", "category", "duration", "rate", "n")
"""What a template can hold in braces; n takes a width: {n:03}."""
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_HINT = "fields: " + ", ".join("{" + field + "}" for field in FIELDS) + ", {n:03}; or s/old/new/"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a template can say of one file."""

    filename: str
    """Surrogate-escaped, without its folder."""
    category: str | None
    duration_secs: float | None
    sample_rate: int | None
    """Hertz."""
    n: int
    """Its place in the list, from 1."""


Renamer = Callable[[Facts], str]
"""Gives a file name, surrogate-escaped."""


def renamer(text: str) -> Renamer:
    """Return what makes the new names.

    Args:
        text: a template, or `s/old/new/` with the flags g and i.

    Raises:
        UsageError: it is off; the message names the token.
    """
    if re.match(r"s[^\w\s{}\\]", text):
        return _substitution(text)
    return _template(text)


def split_name(filename: str) -> tuple[str, str]:
    """Return stem and extension (without its dot) of a file name; a leading dot begins no extension."""
    stem, dot, extension = filename.rpartition(".")
    return (stem, extension) if dot and stem else (filename, "")


def _template(text: str) -> Renamer:
    parts: list[str | Callable[[Facts], str]] = []
    at = 0
    has_extension = False
    for token in _TOKEN.finditer(text):
        parts.append(text[at : token.start()])
        at = token.end()
        if token.group() in ("{{", "}}"):
            parts.append(token.group()[0])
        elif token.group(1) is None:
            raise UsageError(f"{token.group()!r} stands alone in the template {text!r}", f"{_HINT}; {{{{ is a brace")
        else:
            parts.append(_field(token.group(1)))
            has_extension = has_extension or token.group(1) == "ext"
    parts.append(text[at:])
    if not text.strip():
        raise UsageError("the template is empty", _HINT)

    def fill(facts: Facts) -> str:
        made = "".join(part if isinstance(part, str) else part(facts) for part in parts)
        extension = split_name(facts.filename)[1]
        return made if has_extension or not extension else f"{made}.{extension}"

    return fill


def _field(token: str) -> Callable[[Facts], str]:
    name, colon, width = token.partition(":")
    plain: dict[str, Callable[[Facts], str]] = {
        "name": lambda facts: split_name(facts.filename)[0],
        "ext": lambda facts: split_name(facts.filename)[1],
        "category": lambda facts: facts.category or "unclassified",
        "duration": lambda facts: "unknown" if facts.duration_secs is None else f"{facts.duration_secs:.1f}s",
        "rate": lambda facts: "unknown" if facts.sample_rate is None else rate(facts.sample_rate),
    }
    if name in plain and not colon:
        return plain[name]
    if name == "n" and (not colon or re.fullmatch(r"0?[1-9]", width)):
        digits = int(width) if width else 1
        return lambda facts: f"{facts.n:0{digits}}"
    raise UsageError(f"there is no {{{token}}} in templates", _HINT)


def _substitution(text: str) -> Renamer:
    parts = _split(text)
    if len(parts) != 3:
        raise UsageError(
            f"{text!r} is not of the form s/old/new/", "between two of its marks stands what is looked for"
        )
    old, new, flags = parts
    if set(flags) - {"g", "i"} or not old:
        raise UsageError(f"{text!r}: the flags are g and i, and something must be looked for", "s/ copy//i")
    try:
        pattern = re.compile(old, re.IGNORECASE if "i" in flags else 0)
        pattern.sub(new, "")
        re.compile(f"(?:{old})|").sub(new, "")  # a group that there is not shows when something is replaced
    except (re.error, IndexError) as error:
        raise UsageError(f"{text!r}: {error}", "old is a regular expression, \\1 in new its first group") from error
    number = 0 if "g" in flags else 1
    return lambda facts: pattern.sub(new, facts.filename, count=number)


def _split(text: str) -> list[str]:
    """Return what stands between the marks; a mark behind a backslash is a character like any other."""
    mark = text[1]
    parts: list[str] = []
    here, at = "", 2
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] == mark:
            here += mark
            at += 2
        elif text[at] == mark and len(parts) < 2:
            parts.append(here)
            here = ""
            at += 1
        else:
            here += text[at : at + 2] if text[at] == "\\" else text[at]
            at += 2 if text[at] == "\\" else 1
    return [*parts, here]
