"""The tree of a query: frozen values, each with its place in the text.

::

    Query(expr, sort)
    expr = Or(alternatives) | And(terms) | one term; an empty query is And(())
    term = Word | Phrase | OneOf | Compare | HasLabel | Flag | Everything | Saved(expr) | Not(term)

An `Or` stands only at the top of a query or of a saved query; values joined by commas are in one term. `Saved` is what
`@name` stood for: its expression counts as if it were written in brackets. Places (`start`, `end`) are offsets into the
query text, `end` behind the last character; what came from a saved query has the place of its `@name`. They do not
count when trees are compared.

What each node means is told in `meaning.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ctk_tui.model.query.ranges import Range


@dataclass(frozen=True, slots=True)
class Node:
    """What every node has."""

    start: int = field(compare=False, kw_only=True, default=0)
    """Offset of its first character in the query text."""
    end: int = field(compare=False, kw_only=True, default=0)
    """Offset behind its last character."""


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of them hold; an empty one holds always."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """One of them holds, at least; two or more."""

    alternatives: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """It does not hold, at no path of the audio file."""

    term: Expr


@dataclass(frozen=True, slots=True)
class Saved(Node):
    """`@name`: a saved query."""

    name: str
    expr: Expr
    """What the name stood for when the query was parsed."""


@dataclass(frozen=True, slots=True)
class Everything(Node):
    """`*`: holds always, and says that this is meant."""


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A bare word."""

    text: str
    """As written, without surrogates: fold it before it is compared."""


@dataclass(frozen=True, slots=True)
class Phrase(Node):
    """Text in quotes: found wherever it occurs, spaces included."""

    text: str
    """As written, not empty, without surrogates: fold it before it is compared."""


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    """`field:value,value` for a field of text: format, category, source, path, name or dir."""

    field: str
    values: tuple[str, ...]
    """At least one; formats (without a dot) and categories in lower case, the others as written."""


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`field:range,range` for a field of numbers or dates; what is not known lies in no range."""

    field: str
    ranges: tuple[Range, ...]
    """At least one; one of them is enough."""


@dataclass(frozen=True, slots=True)
class LabelValue:
    """One value of `label:`."""

    name: str
    """The full name of the label, in any case."""
    range: Range | None = None
    """How likely it must be, None for any probability that the catalog holds."""


@dataclass(frozen=True, slots=True)
class HasLabel(Node):
    """`label:name,name:range`."""

    values: tuple[LabelValue, ...]
    """At least one; one of them is enough."""


@dataclass(frozen=True, slots=True)
class Flag(Node):
    """`is:name,name`."""

    names: tuple[str, ...]
    """At least one of `fields.FLAG_NAMES`; one of them is enough."""


Expr: TypeAlias = And | Or | Not | Saved | Everything | Word | Phrase | OneOf | Compare | HasLabel | Flag


@dataclass(frozen=True, slots=True)
class Sort(Node):
    """A sort word."""

    key: str
    """One of `fields.SORT_NAMES`."""
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query."""

    expr: Expr
    sort: tuple[Sort, ...] = ()
    """First wins, no key twice; () is the default order. Those of the query itself precede those of saved queries."""
