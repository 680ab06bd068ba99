"""A tree as its canonical text, which parses to an equal tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    Saved,
    Word,
)

if TYPE_CHECKING:
    from ctk_tui.model.query.nodes import Query

_BARE = re.compile(r'[^\s",:][^\s,:]*')
_BARE_COLON = re.compile(r'[^\s",][^\s,]*')


def unparse(query: Query) -> str:
    """Return the canonical text of a tree that `parse` made: terms as they stand, `^` for not, sort words last.

    Sort words that a saved query brought are written out too. `parse` of the text, with the same saved queries, returns
    an equal tree.
    """
    expression = text_of(query.expr)
    sort = " ".join(f"{each.key}{'-' if each.descending else '+'}" for each in query.sort)
    return f"{expression} {sort}" if expression and sort else expression or sort


def text_of(expr: Expr) -> str:
    """Return the canonical text of one expression."""
    match expr:
        case Or(alternatives):
            return " , ".join(text_of(each) for each in alternatives)
        case And(terms):
            return " ".join(text_of(each) for each in terms)
        case Not(term):
            return f"^{text_of(term)}"
        case Saved(name):
            return f"@{name if _bare_name(name) else quoted(name)}"
        case Everything():
            return "*"
        case Word(text):
            return text
        case Phrase(text):
            return quoted(text)
        case _:
            return _of_field(expr)


def _of_field(expr: OneOf | Compare | HasLabel | Flag) -> str:
    match expr:
        case OneOf(field, values):
            return field_text(field, values)
        case Compare(field, ranges):
            return f"{field}:{','.join(str(each) for each in ranges)}"
        case HasLabel(values):
            return f"label:{','.join(_label(each) for each in values)}"
        case Flag(names):
            return f"is:{','.join(names)}"


def quoted(text: str) -> str:
    """Return `text`, which must not be empty, as a phrase or a value in quotes."""
    return '"' + text.replace('"', '""') + '"'


def field_text(field: str, values: tuple[str, ...]) -> str:
    """Return `field:value,value` with quotes where they are needed: what a short option of the command line means."""
    return f"{field}:{','.join(each if _BARE_COLON.fullmatch(each) else quoted(each) for each in values)}"


def _label(value: LabelValue) -> str:
    name = value.name if _BARE.fullmatch(value.name) else quoted(value.name)
    return name if value.range is None else f"{name}:{value.range}"


def _bare_name(name: str) -> bool:
    return not name.startswith('"') and not re.search(r"\s", name)
