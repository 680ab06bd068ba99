"""Lines of a journal as values: where files were and where they went, in words that hold on another machine too."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from typing import Any

from ctk_tui.files.looks import Stamp
from ctk_tui.files.places import is_plain_rel
from ctk_tui.model.text import display

Line = dict[str, Any]


class BadLineError(ValueError):
    """A line of a journal cannot be meant as it stands."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A path that holds wherever its drive is mounted."""

    root: str
    """Name of a source; "" for the quarantine folder that the journal lies in; @1, @2 for folders outside of all."""
    rel: bytes
    """Relative to that root, b"" for itself."""


@dataclass(frozen=True, slots=True)
class Root:
    """What a name of a root stands for."""

    name: str
    path: bytes
    """Absolute, as it was then."""
    place: bytes | None
    """Where in it the quarantine folder lies (its parent, relative), None where that lies outside of it."""
    near: bytes | None
    """From the quarantine folder's parent to it, where both lie on one volume."""
    volume: str
    """Identity of the volume, "" for unknown."""


@dataclass(frozen=True, slots=True)
class Record:
    """One change of one file."""

    number: int
    """In its entry, from 1."""
    at: float
    """Seconds since the epoch."""
    op: str
    """See JournalStep.op."""
    source: Ref
    """Where it was."""
    target: Ref
    """Where it was put."""
    stamp: Stamp
    """How it looked before; of a copy how the copy looks."""
    mode: int = 0
    """Its permissions."""
    digest: str | None = None
    fingerprint: str | None = None
    keeper: Ref | None = None
    """What the removal relied on; told for people, never relied on again."""
    link: bytes | None = None
    """What a symbolic link says."""
    temporary: bytes | None = None
    """Name in the target's folder under which a copy is made."""
    half: bool = False
    """Whether it is the second half of one operation: the original's quarantine after a copy to another drive."""
    undoes: tuple[str, int] | None = None
    """Entry and number of the step that it takes back."""
    again: bool = False
    """Whether it only does again what another step did first: a redo."""
    state: str = "begun"
    """begun, ready, done or back."""
    placeholder: bool = False
    """Whether an empty file of ours may lie at the target."""


def path_fields(path: bytes, name: str) -> Line:
    """Return a path as text, and its bytes beside it where they are not UTF-8."""
    try:
        return {name: path.decode()}
    except UnicodeDecodeError:
        return {name: display(path), f"{name}_b64": base64.b64encode(path).decode()}


def path_of(line: Line, name: str) -> bytes:
    """Return a path of a line.

    Raises:
        BadLineError: it is none.
    """
    encoded, text = line.get(f"{name}_b64"), line.get(name)
    try:
        if isinstance(encoded, str):
            return base64.b64decode(encoded, validate=True)
        if isinstance(text, str):
            return text.encode()
    except ValueError as error:
        raise BadLineError(name) from error
    raise BadLineError(name)


def shelf_parent(line: Line, root: bytes | None) -> bytes:
    """Return the folder around the quarantine folder of a journal that the catalog's mirror knows.

    Args:
        line: where the journal lies, as the mirror has it.
        root: the root of its source as it is now, None where it has none.

    Raises:
        BadLineError: it says nothing of that.
    """
    if root is not None and "place" in line:
        place = path_of(line, "place")
        return os.path.join(root, place) if place else root
    return path_of(line, "parent")


def _ref_fields(ref: Ref, name: str) -> Line:
    return {f"{name}_root": ref.root, **path_fields(ref.rel, name)}


def _ref_of(line: Line, name: str) -> Ref:
    root, rel = line.get(f"{name}_root"), path_of(line, name)
    if not isinstance(root, str) or (rel and not is_plain_rel(rel)):
        raise BadLineError(name)
    return Ref(root, rel)


def line_of(record: Record) -> Line:
    """Return a record as the line that says what is about to be done."""
    line: Line = {"n": record.number, "state": "begun", "op": record.op, "at": record.at}
    line |= _ref_fields(record.source, "from") | _ref_fields(record.target, "to")
    line |= {"size": record.stamp.size, "mtime_ns": record.stamp.mtime_ns, "inode": record.stamp.inode}
    line |= {"mode": record.mode, "digest": record.digest, "fingerprint": record.fingerprint}
    if record.keeper is not None:
        line |= _ref_fields(record.keeper, "keeper")
    for name, path in (("link", record.link), ("temporary", record.temporary)):
        if path is not None:
            line |= path_fields(path, name)
    for name, on in (("half", record.half), ("again", record.again)):
        if on:
            line[name] = True
    if record.undoes is not None:
        line["undoes"] = list(record.undoes)
    return line


def record_of(line: Line) -> Record:
    """Return the record that a line tells.

    Raises:
        BadLineError: it tells none.
    """
    undoes = line.get("undoes")
    temporary = path_of(line, "temporary") if "temporary" in line else None
    if temporary is not None and b"/" in temporary:
        raise BadLineError("temporary")
    try:
        return Record(
            int(line["n"]), float(line["at"]), str(line["op"]), _ref_of(line, "from"), _ref_of(line, "to"),
            Stamp(int(line["size"]), int(line["mtime_ns"]), int(line["inode"])), int(line["mode"]) & 0o777,
            _text(line.get("digest")), _text(line.get("fingerprint")),
            _ref_of(line, "keeper") if "keeper_root" in line else None,
            path_of(line, "link") if "link" in line else None, temporary, bool(line.get("half")),
            (str(undoes[0]), int(undoes[1])) if undoes else None, bool(line.get("again")),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BadLineError(str(error)) from error


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def root_line(root: Root) -> Line:
    """Return a root as a line."""
    line: Line = {"root": root.name, **path_fields(root.path, "path"), "volume": root.volume}
    for name, path in (("place", root.place), ("near", root.near)):
        if path is not None:
            line |= path_fields(path, name)
    return line


def root_of(line: Line) -> Root:
    """Return the root that a line tells.

    Raises:
        BadLineError: it tells none.
    """
    place = path_of(line, "place") if "place" in line else None
    if place and not is_plain_rel(place):
        raise BadLineError("place")
    near = path_of(line, "near") if "near" in line else None
    path = path_of(line, "path")
    if not os.path.isabs(path):
        raise BadLineError("path")
    return Root(str(line["root"]), path, place, near, str(line.get("volume", "")))
