"""The SQL meaning of a query: a condition over audio `a`, one of its paths `p`, its source `s`, its category `c`.

It says the same as `model.query.meaning.holds`; a property test holds the two equal. Everything that comes from outside
is bound, never written into the statement.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.model.query.meaning import framed, hidden, is_absolute
from ctk_tui.model.query.nodes import (
    And,
    Compare,
    Everything,
    Expr,
    Flag,
    HasLabel,
    Not,
    OneOf,
    Or,
    Phrase,
    Query,
    Saved,
    Word,
)
from ctk_tui.model.query.ranges import interval
from ctk_tui.model.query.words import is_prefix, occurs
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    from ctk_tui.catalog.connection import Connection
    from ctk_tui.model.query.ranges import Range

# The paths that a query looks at: the present ones; where there is none, those in quarantine; else the missing ones.
_PATHS = """p.state = CASE a.state WHEN 0 THEN 'present' WHEN 1 THEN 'present' WHEN 2 THEN 'quarantined' ELSE 'missing'
 END"""
FROM = f"""audio a JOIN paths p ON p.audio_id = a.id AND {_PATHS} JOIN sources s ON s.id = p.source_id
 LEFT JOIN categories c ON c.audio_id = a.id"""
"""What a condition is over; an audio file once for each of its paths."""
_NUMBERS = {
    "confidence": "c.confidence",
    "duration": "a.duration",
    "rate": "a.sample_rate",
    "channels": "a.channels",
    "bits": "a.bit_depth",
    "size": "a.size",
    "modified": "p.mtime_ns / 1e9",
    "added": "a.added_at",
    "copies": "a.copies",
    "id": "a.id",
}
_FLAGS = {
    "dup": "(a.copies > 1 AND a.error IS NULL)",
    "offline": "a.state = 1",
    "missing": "a.state = 3",
    "quarantined": "a.state = 2",
    "protected": "p.protected",
    "cloud": "p.cloud",
    "unclassified": "c.audio_id IS NULL",
    "broken": "a.error IS NOT NULL",
    "marked": "EXISTS (SELECT 1 FROM decisions d WHERE d.audio_id = a.id AND d.kind = 'marked')",
}


def add_functions(connection: Connection) -> None:
    """Give a connection the functions that conditions call; names and folders are folded as Python does it."""
    connection.create_function("ctk_folded", 1, folded, deterministic=True)
    connection.create_function("ctk_name", 1, lambda shown: folded(shown.rpartition("/")[2]), deterministic=True)
    connection.create_function("ctk_dir", 1, lambda shown: framed(shown.rpartition("/")[0]), deterministic=True)
    connection.create_function("ctk_begins", 2, lambda needle, text: occurs(Word(needle), text), deterministic=True)


@dataclass(slots=True)
class Condition:
    """A condition in SQL and the values that it binds, in order.

    Args:
        query: what is asked.
        now: the moment that relative dates count from, in seconds since the epoch.
    """

    query: Query
    now: float
    values: list[object] = field(default_factory=list)
    sql: str = ""

    def __post_init__(self) -> None:
        states = {"missing": 3, "quarantined": 2}
        # What no path leads to any more is in no list at all.
        out = ", ".join(["4", *(str(states[name]) for name in sorted(hidden(self.query)))])
        self.sql = f"a.state NOT IN ({out}) AND {self._of(self.query.expr)}"

    def _of(self, expr: Expr) -> str:
        match expr:
            case And(terms):
                return self._joined("AND", terms) if terms else "1"
            case Or(alternatives):
                return self._joined("OR", alternatives)
            case Not(inner):
                # The complement over the audio file: no path of it may have it. `a` is the outer one's.
                return f"a.id NOT IN (SELECT a.id FROM {FROM} WHERE {self._of(inner)})"
            case Saved(_, inner):
                return self._of(inner)
            case Everything():
                return "1"
            case Word(text):
                needle = folded(text)
                return self._words(needle, "ctk_begins({}, {})" if is_prefix(needle) else "instr({1}, {0}) > 0")
            case Phrase(text):
                return self._words(folded(text), "instr({1}, {0}) > 0")
            case _:
                return self._of_field(expr)

    def _joined(self, word: str, terms: tuple[Expr, ...]) -> str:
        return "(" + f" {word} ".join(self._of(term) for term in terms) + ")"

    def _bind(self, *values: object) -> str:
        self.values.extend(values)
        return "?"

    def _words(self, needle: str, test: str) -> str:
        in_path = test.format(self._bind(needle), "p.search")
        in_label = test.format(self._bind(needle), "ctk_folded(l.label)")
        return f"({in_path} OR EXISTS (SELECT 1 FROM labels l WHERE l.audio_id = a.id AND {in_label}))"

    def _of_field(self, expr: OneOf | Compare | HasLabel | Flag) -> str:
        match expr:
            case OneOf(name, values):
                parts = [self._is_one(name, value) for value in values]
            case Compare(name, ranges):
                parts = [self._in_range(_NUMBERS[name], each) for each in ranges]
            case HasLabel(values):
                parts = [self._label(each.name, each.range) for each in values]
            case Flag(names):
                parts = [_FLAGS[name] for name in names]
        return "(" + " OR ".join(parts) + ")"

    def _is_one(self, name: str, value: str) -> str:
        needle = folded(value)
        match name:
            case "format":
                end = f".{needle}"
                same = f"a.format IS {self._bind(value)}"
                return f"({same} OR substr(ctk_name(p.display), {-len(end)}) = {self._bind(end)})"
            case "category":
                return f"c.category IS {self._bind(value)}"
            case "source":
                return f"s.name = {self._bind(value)}"
            case "path":
                whole = "s.root_text || '/' || p.display" if is_absolute(value) else "p.display"
                return f"substr(ctk_folded({whole}), 1, {len(needle)}) = {self._bind(needle)}"
            case "name":
                return f"instr(ctk_name(p.display), {self._bind(needle)}) > 0"
            case _:
                return f"instr(ctk_dir(p.display), {self._bind(needle)}) > 0"

    def _in_range(self, column: str, wanted: Range) -> str:
        bounds = interval(wanted, self.now)
        parts = [f"{column} IS NOT NULL"]
        if bounds.low is not None:
            parts.append(f"{column} {'>' if bounds.low_open else '>='} {self._bind(bounds.low)}")
        if bounds.high is not None:
            parts.append(f"{column} {'<' if bounds.high_open else '<='} {self._bind(bounds.high)}")
        return "(" + " AND ".join(parts) + ")"

    def _label(self, name: str, wanted: Range | None) -> str:
        same = f"ctk_folded(l.label) = {self._bind(folded(name))}"
        likely = "1" if wanted is None else self._in_range("l.p", wanted)
        return f"EXISTS (SELECT 1 FROM labels l WHERE l.audio_id = a.id AND {same} AND {likely})"
