"""What a query can ask for: fields, flags and sort words, with the help that docs, completion and hints show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "choice", "exact", "label", "prefix", "part", "seconds", "ratio", "whole", "hertz", "bytes", "date", "flag"
]
"""choice: one of a known list. exact: equal. prefix: begins with. part: contains. flag: `is:`. The rest: ranges."""
Ranged = Literal["seconds", "ratio", "whole", "hertz", "bytes", "date"]
"""Kinds whose values are numbers or dates, alone or as ranges."""
RANGED: tuple[Kind, ...] = ("seconds", "ratio", "whole", "hertz", "bytes", "date")


@dataclass(frozen=True, slots=True)
class Field:
    """One `name:value`."""

    name: str
    """Without the colon."""
    kind: Kind
    example: str
    """The whole term as one may type it."""
    help: str
    """One line."""


@dataclass(frozen=True, slots=True)
class Named:
    """A flag (`is:name`) or a sort word (`name+`, `name-`)."""

    name: str
    help: str
    """One line."""


_FIELDS = (
    Field("format", "choice", "format:wav,flac", "short name of the format, or the extension of the file name"),
    Field("category", "choice", "category:drums", "drums, synth, vocal, bass, guitar, fx or other"),
    Field("confidence", "ratio", "confidence:0.8..", "how sure the category is, 0 to 1"),
    Field("source", "exact", "source:samples", "exact name of the source that the path lies in"),
    Field("label", "label", "label:Speech:0.5..", "an AudioSet label by its full name, and how likely it must be"),
    Field("path", "prefix", "path:Drums/Kicks", "beginning of the path: of the absolute one, or inside its source"),
    Field("name", "part", "name:kick", "part of the file name"),
    Field("dir", "part", "dir:/kicks/", "part of the folder inside its source; /kicks/ is the whole name of a folder"),
    Field("duration", "seconds", "duration:..1:30", "length in seconds, or minutes:seconds"),
    Field("rate", "hertz", "rate:44.1k", "sample rate in hertz"),
    Field("channels", "whole", "channels:2", "number of channels"),
    Field("bits", "whole", "bits:24..", "bits a sample, where the format has such a thing"),
    Field("size", "bytes", "size:10M..", "size in bytes; k, M, G and T are decimal"),
    Field(
        "modified", "date", "modified:2019-05..", "when a copy was modified, in local time; -2w.. is the last two weeks"
    ),
    Field("added", "date", "added:-3d..", "when the catalog first saw it, in local time"),
    Field("copies", "whole", "copies:2..", "how many copies are present; hard links are one copy"),
    Field("id", "whole", "id:4711", "the id that lists and JSON show"),
    Field("is", "flag", "is:dup", "a state: dup, offline, missing, quarantined and so on"),
)

FLAGS = (
    Named("dup", "has more than one copy"),
    Named("offline", "no copy can be reached now"),
    Named("missing", "gone from every place where it was; lists hide these unless asked"),
    Named("quarantined", "in quarantine, and nowhere else; lists hide these unless asked"),
    Named("protected", "a path of it may not be changed"),
    Named("cloud", "a path of it is a placeholder whose bytes are not on this machine"),
    Named("unclassified", "has no category yet"),
    Named("broken", "can be read, but no decoder finds sound in it"),
    Named("marked", "marked by hand"),
)

SORTS = (
    Named("name", "file name"),
    Named("duration", "length"),
    Named("size", "size in bytes"),
    Named("modified", "when it was modified"),
    Named("added", "when the catalog first saw it"),
    Named("path", "absolute path"),
    Named("category", "category"),
    Named("confidence", "how sure the category is"),
    Named("format", "short name of the format"),
    Named("rate", "sample rate"),
)

FLAG_NAMES: tuple[str, ...] = tuple(flag.name for flag in FLAGS)
SORT_NAMES: tuple[str, ...] = tuple(sort.name for sort in SORTS)
HIDDEN: frozenset[str] = frozenset({"missing", "quarantined"})
"""Audio files with one of these flags are in no list unless the query mentions the flag."""
SYNONYMS = {
    "length": "duration", "time": "duration", "seconds": "duration", "extension": "format", "type": "format",
    "codec": "format", "samplerate": "rate", "bitdepth": "bits", "folder": "dir", "directory": "dir",
    "filename": "name", "date": "modified", "mtime": "modified", "bytes": "size", "filesize": "size",
    "state": "is", "flag": "is", "kind": "category", "class": "label", "tag": "label",
}  # fmt: skip
"""What people may write for a field: never understood, only answered with its name."""
_BY_NAME = {field.name: field for field in _FIELDS}


def fields() -> tuple[Field, ...]:
    """Return every field in the order of the documentation."""
    return _FIELDS


def field_named(name: str) -> Field | None:
    """Return the field with this name, in whatever case, None when there is none."""
    return _BY_NAME.get(name.lower())
