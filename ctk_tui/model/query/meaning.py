"""What a query means for one audio file: the reference that every other reading, SQL above all, must equal.

An expression is read *at one path* of the audio file, and the file is found when the whole expression holds at one of
its paths. So all words of a group, and `source:`, `path:`, `name:`, `dir:`, `format:` (as an extension), `modified:`,
`is:protected` and `is:cloud` beside them, speak of one and the same path; a file that lies at `a/kick.wav` and
`b/dark.wav` is not found by `kick dark`. All else is a fact of the audio file and the same at each path.

- A word or phrase holds at a path when it occurs (`words.occurs`) in the path's text, which is `text.search_text` of
  the relative path and the tags, or in one of the labels, each for itself, which belong to every path.
- `^term` holds when the term holds at no path at all: a negated word occurs in no path's text, and in no label.
- `@name` is its expression in brackets.
- Of values joined by commas one is enough. Text is compared folded (`text.folded`), sources exactly.
- What is not known (None) lies in no range, so `^duration:..3` finds what has no duration, too.
- Audio files that are missing or quarantined are hidden unless the query mentions that flag, anywhere, negated or not.
- An audio file without a path is never found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctk_tui.model.query.fields import HIDDEN
from ctk_tui.model.query.nodes import (
    And,
    Compare,
    Everything,
    Expr,
    Flag,
    HasLabel,
    LabelValue,
    Not,
    OneOf,
    Or,
    Phrase,
    Query,
    Saved,
    Word,
)
from ctk_tui.model.query.ranges import interval
from ctk_tui.model.query.words import occurs
from ctk_tui.model.text import folded, search_text

if TYPE_CHECKING:
    from ctk_tui.model.query.subject import QuerySubject, SubjectPath

_ABSOLUTE = re.compile(r"[/~]|\\\\|[A-Za-z]:")


def matches(query: Query, subject: QuerySubject, now: float) -> bool:
    """Return whether a list of the query's hits shows this audio file.

    Args:
        query: what is asked.
        subject: the audio file.
        now: the moment that relative dates count from, in seconds since the epoch.
    """
    return not subject.flags & hidden(query) and selects(query.expr, subject, now)


def hidden(query: Query) -> frozenset[str]:
    """Return the flags whose audio files the query hides: missing and quarantined, without those that it mentions."""
    return HIDDEN - _mentioned(query.expr)


def _mentioned(expr: Expr) -> frozenset[str]:
    match expr:
        case Flag(names):
            return frozenset(names)
        case And(children) | Or(children):
            return frozenset[str]().union(*map(_mentioned, children))
        case Not(inner) | Saved(_, inner):
            return _mentioned(inner)
        case _:
            return frozenset()


def is_empty(expr: Expr) -> bool:
    """Return whether the expression asks for everything without saying `*`; commands that change files refuse it."""
    match expr:
        case And(terms):
            return all(is_empty(term) for term in terms)
        case Or(alternatives):
            return any(is_empty(each) for each in alternatives)
        case Saved(_, inner):
            return is_empty(inner)
        case _:
            return False


def selects(expr: Expr, subject: QuerySubject, now: float) -> bool:
    """Return whether an expression holds at a path of the audio file, hidden or not."""
    return any(holds(expr, subject, path, now) for path in subject.paths)


def holds(expr: Expr, subject: QuerySubject, path: SubjectPath, now: float) -> bool:
    """Return whether an expression holds at one path of the audio file."""
    match expr:
        case And(terms):
            return all(holds(term, subject, path, now) for term in terms)
        case Or(alternatives):
            return any(holds(each, subject, path, now) for each in alternatives)
        case Not(term):
            return not selects(term, subject, now)
        case Saved(_, inner):
            return holds(inner, subject, path, now)
        case Everything():
            return True
        case Word() | Phrase():
            texts = (search_text(path.relative, subject.tags), *map(folded, subject.labels))
            return any(occurs(expr, text) for text in texts)
        case _:
            return _field_holds(expr, subject, path, now)


def _field_holds(expr: OneOf | Compare | HasLabel | Flag, subject: QuerySubject, path: SubjectPath, now: float) -> bool:
    match expr:
        case OneOf(field, values):
            return any(_is_one(field, value, subject, path) for value in values)
        case Compare(field, ranges):
            number = _number(field, subject, path)
            return number is not None and any(number in interval(each, now) for each in ranges)
        case HasLabel(values):
            return any(_is_labelled(value, subject, now) for value in values)
        case Flag(names):
            own = {"protected": path.protected, "cloud": path.cloud}
            return any(own.get(name, name in subject.flags) for name in names)


def _is_one(field: str, value: str, subject: QuerySubject, path: SubjectPath) -> bool:
    needle = folded(value)
    match field:
        case "format":
            return subject.format == value or folded(path.filename).endswith(f".{needle}")
        case "category":
            return subject.category == value
        case "source":
            return path.source == value
        case "path":
            return folded(path.absolute if is_absolute(value) else path.relative).startswith(needle)
        case "name":
            return needle in folded(path.filename)
        case "dir":
            return needle in framed(path.folder)
        case _:
            raise AssertionError(field)


def is_absolute(value: str) -> bool:
    r"""Return whether a value of `path:` begins like an absolute path: with /, ~, \\ or a drive letter and a colon."""
    return _ABSOLUTE.match(value) is not None


def framed(folder: str) -> str:
    """Return a folder inside its source as `dir:` looks at it: folded, a slash at both ends, so that names can end."""
    return folded(f"/{folder}/") if folder else "/"


def _number(field: str, subject: QuerySubject, path: SubjectPath) -> float | None:
    known: dict[str, float | None] = {
        "confidence": subject.confidence,
        "duration": subject.duration,
        "rate": subject.rate,
        "channels": subject.channels,
        "bits": subject.bits,
        "size": subject.size,
        "modified": path.modified_at,
        "added": subject.added_at,
        "copies": subject.copies,
        "id": subject.id,
    }
    return known[field]


def _is_labelled(value: LabelValue, subject: QuerySubject, now: float) -> bool:
    name = folded(value.name)
    found = [p for label, p in subject.labels.items() if folded(label) == name]
    return bool(found) if value.range is None else any(p in interval(value.range, now) for p in found)
