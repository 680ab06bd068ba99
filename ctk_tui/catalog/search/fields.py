"""`field:value` terms as conditions over audio `a` and a path, each equal to its Python meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.catalog.search.columns import as_float
from ctk_tui.model.query.meaning import is_absolute
from ctk_tui.model.query.nodes import Compare, Flag, HasLabel, OneOf
from ctk_tui.model.query.ranges import interval
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import TypeAlias

    from ctk_tui.model.query.nodes import LabelValue
    from ctk_tui.model.query.ranges import Range

    Term: TypeAlias = OneOf | Compare | HasLabel | Flag

_OF_PATH = frozenset({"source", "path", "name", "dir", "format", "modified", "protected", "cloud"})
_CATEGORY = "(SELECT c.{} FROM categories c WHERE c.audio_id = a.id)"
_NUMBERS = {
    "confidence": _CATEGORY.format("confidence"),
    "duration": "a.duration",
    "rate": "a.sample_rate",
    "channels": "a.channels",
    "bits": "a.bit_depth",
    "size": "a.size",
    "modified": "{p}.mtime_ns / 1e9",
    "added": "a.added_at",
    "copies": "a.copies",
    "id": "a.id",
}
_FLAGS = {
    "dup": "(a.copies > 1 AND a.error IS NULL)",
    "offline": "a.state = 1",
    "missing": "a.state = 3",
    "quarantined": "a.state = 2",
    "protected": "{p}.protected",
    "cloud": "{p}.cloud",
    "unclassified": "NOT EXISTS (SELECT 1 FROM categories c WHERE c.audio_id = a.id)",
    "broken": "(a.error IS NOT NULL OR a.id IN (SELECT m.audio_id FROM classified m WHERE m.error IS NOT NULL))",
    "marked": "EXISTS (SELECT 1 FROM decisions d WHERE d.audio_id = a.id AND d.kind = 'marked')",
}


def is_of_path(term: Term) -> bool:
    """Return whether a term may hold at one path of an audio file and not at another."""
    match term:
        case OneOf(name, _) | Compare(name, _):
            return name in _OF_PATH
        case Flag(names):
            return not _OF_PATH.isdisjoint(names)
        case HasLabel():
            return False


def condition(term: Term, path: str, now: float, labels: Collection[str], values: list[object]) -> str:
    """Return the condition for a term.

    Args:
        term: what is asked.
        path: the path's name in the statement.
        now: the moment that relative dates count from, in seconds since the epoch.
        labels: every label that the catalog has, as it is stored.
        values: what the condition binds is appended.
    """
    match term:
        case OneOf(name, wanted):
            parts = [_is_one(name, value, path, values) for value in wanted]
        case Compare(name, ranges):
            parts = [_in_range(_NUMBERS[name].format(p=path), each, now, values) for each in ranges]
        case HasLabel(wanted_labels):
            parts = [_label(each, now, labels, values) for each in wanted_labels]
        case Flag(names):
            parts = [_FLAGS[name].format(p=path) for name in names]
    return either(parts)


def either(parts: list[str]) -> str:
    """Return the parts joined by OR, in pairs of pairs."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return f"({either(parts[:half])} OR {either(parts[half:])})"


def _folded(text: str) -> str:
    # SQLite's lower() is `folded` for ASCII, and ten times as fast as a function of Python's.
    return f"CASE WHEN length({text}) = length(CAST({text} AS BLOB)) THEN lower({text}) ELSE ctk_folded({text}) END"


def _is_one(name: str, value: str, path: str, values: list[object]) -> str:
    needle = folded(value)
    shown = f"{path}.display"
    match name:
        case "format":
            end = f".{needle}"
            # Not the end of `search`: tags may follow there. A file name holds no slash, and neither does a format.
            values += [value, -len(end), end]
            return f"(a.format IS ? OR substr({_folded(shown)}, ?) = ?)"
        case "category":
            values.append(value)
            return f"{_CATEGORY.format('category')} IS ?"
        case "source":
            values.append(value)
            return f"{path}.source_id IN (SELECT id FROM sources WHERE name = ?)"
        case "path":
            values += [len(needle), needle]
            if is_absolute(value):
                root = f"(SELECT {_folded('s.root_text')} FROM sources s WHERE s.id = {path}.source_id)"
                return f"substr({root} || '/' || {_folded(shown)}, 1, ?) = ?"
            return f"substr({_folded(shown)}, 1, ?) = ?"
        case "name":
            # The first test is cheap and true for every hit.
            values += [needle, needle]
            return f"(instr({path}.search, ?) > 0 AND instr(ctk_name({shown}), ?) > 0)"
        case _:
            values.append(needle)
            return f"{path}.folder_id IN (SELECT id FROM folders WHERE instr({_FRAMED}, ?) > 0)"


# As model.query.meaning.framed does it.
_FRAMED = f"CASE WHEN display = '' THEN '/' ELSE '/' || ({_folded('display')}) || '/' END"


def _in_range(column: str, wanted: Range, now: float, values: list[object]) -> str:
    bounds = interval(wanted, now)
    parts = [f"{column} IS NOT NULL"]
    if column == _NUMBERS["copies"] and bounds.low is not None and bounds.low > 1:
        parts.append("a.copies > 1")  # there is an index of those
    if bounds.low is not None:
        values.append(_number(bounds.low))
        parts.append(f"{column} {'>' if bounds.low_open else '>='} ?")
    if bounds.high is not None:
        values.append(_number(bounds.high))
        parts.append(f"{column} {'<' if bounds.high_open else '<='} ?")
    return "(" + " AND ".join(parts) + ")"


def _number(value: float) -> float:
    """Return a number that SQLite can bind: it has 64 bits for integers."""
    return as_float(value) if isinstance(value, int) and not -(2**63) <= value < 2**63 else value


def _label(wanted: LabelValue, now: float, labels: Collection[str], values: list[object]) -> str:
    return f"EXISTS (SELECT 1 FROM labels l WHERE l.audio_id = a.id AND {labels_test(wanted, now, labels, values)})"


def labels_test(wanted: LabelValue, now: float, labels: Collection[str], values: list[object]) -> str:
    """Return the condition over rows `l` of labels for one value of `label:`; see `condition` for the arguments."""
    name = folded(wanted.name)
    same = [label for label in labels if folded(label) == name]
    if not same:
        return "0"
    values += same
    likely = "" if wanted.range is None else f" AND {_in_range('l.p', wanted.range, now, values)}"
    return f"(l.label IN ({', '.join('?' * len(same))}){likely})"
