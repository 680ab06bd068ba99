"""The SQL meaning of a query: a condition over audio `a` and one of its paths `p`.

It says the same as `model.query.meaning.holds`, which a property test shows on random catalogs. Values are bound, never
written into a statement. Every condition may be NULL where it does not hold; whoever negates it says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.catalog.search import fields
from ctk_tui.catalog.search.texts import name_of
from ctk_tui.model.query.meaning import hidden
from ctk_tui.model.query.nodes import And, Everything, Expr, Not, Or, Phrase, Query, Saved, Word
from ctk_tui.model.query.words import is_prefix, occurs
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

STATES = {"missing": 3, "quarantined": 2}
"""audio.state of the flags that hide."""
FORGOTTEN = 4
"""audio.state of what no path leads to any more."""
# The paths that a query looks at: the present ones, where there is none those in quarantine, else the missing ones.
SHOWN = "{0}.state = CASE WHEN a.state < 2 THEN 'present' WHEN a.state = 2 THEN 'quarantined' ELSE 'missing' END"


def add_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the functions that conditions call for what SQLite cannot: folding, beginnings of words."""
    connection.create_function("ctk_folded", 1, folded, deterministic=True)
    connection.create_function("ctk_name", 1, name_of, deterministic=True)
    connection.create_function("ctk_begins", 2, _begins, deterministic=True)


def _begins(text: str, needle: str) -> bool:
    return occurs(Word(needle), text)


def hides(query: Query) -> str:
    """Return the condition over `a` that leaves out what the query hides, and what no path leads to."""
    out = [FORGOTTEN, *(STATES[name] for name in sorted(hidden(query)))]
    return f"a.state NOT IN ({', '.join(map(str, out))})"


def is_of_path(expr: Expr) -> bool:
    """Return whether an expression may hold at one path of an audio file and not at another."""
    match expr:
        case Word() | Phrase():
            return True
        case And(children) | Or(children):
            return any(is_of_path(each) for each in children)
        case Saved(_, inner):
            return is_of_path(inner)
        case Not() | Everything():
            return False
        case _:
            return fields.is_of_path(expr)


@dataclass(slots=True)
class Condition:
    """A condition in the making: SQL, and the values that it binds in order.

    Args:
        now: the moment that relative dates count from, in seconds since the epoch.
        labels: every label that the catalog has, as it is stored.
    """

    now: float
    labels: Collection[str] = ()
    values: list[object] = field(default_factory=list)
    depth: int = 0
    """How many negations lie around: each looks at paths of its own."""

    def sql(self, expr: Expr) -> str:
        """Return the condition for an expression, over `a` and `p`; append what it binds to `values`."""
        match expr:
            case And(terms):
                return joined(" AND ", [self.sql(term) for term in terms]) if terms else "1"
            case Or(alternatives):
                return joined(" OR ", [self.sql(each) for each in alternatives])
            case Not(inner):
                return self._not(inner)
            case Saved(_, inner):
                return self.sql(inner)
            case Everything():
                return "1"
            case Word() | Phrase():
                return self._word(expr)
            case _:
                return fields.condition(expr, self.path, self.now, self.labels, self.values)

    @property
    def path(self) -> str:
        """The name of the path in the statement."""
        return "p" if self.depth == 0 else f"p{self.depth}"

    def _not(self, inner: Expr) -> str:
        if not is_of_path(inner):
            return f"NOT coalesce({self.sql(inner)}, 0)"
        self.depth += 1
        try:
            shown = f"{self.path}.audio_id = a.id AND {SHOWN.format(self.path)}"
            return f"NOT EXISTS (SELECT 1 FROM paths {self.path} WHERE {shown} AND {self.sql(inner)})"
        finally:
            self.depth -= 1

    def _word(self, word: Word | Phrase) -> str:
        needle = folded(word.text)
        text = f"{self.path}.search"
        self.values.append(needle)
        test = f"instr({text}, ?) > 0"
        if isinstance(word, Word) and is_prefix(needle):
            self.values.append(needle)
            test += f" AND ctk_begins({text}, ?)"
        labels = labels_with(word, self.labels)
        if not labels:
            return f"({test})"
        self.values.extend(labels)
        return f"({test} OR EXISTS (SELECT 1 FROM labels l WHERE l.audio_id = a.id AND l.label IN {marks(labels)}))"


def labels_with(word: Word | Phrase, labels: Collection[str]) -> list[str]:
    """Return those labels that a word occurs in."""
    return [label for label in labels if occurs(word, folded(label))]


def marks(values: Sequence[object]) -> str:
    """Return `(?, ?, …)` for as many values."""
    return "(" + ", ".join("?" * len(values)) + ")"


def joined(word: str, parts: Sequence[str]) -> str:
    """Return the parts joined in pairs of pairs: SQLite refuses expressions that are a thousand deep."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return f"({joined(word, parts[:half])}{word}{joined(word, parts[half:])})"
