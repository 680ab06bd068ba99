"""Reads the `[sources.NAME]` tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctk_tui.config import handles
from ctk_tui.config.checks import BadValueError, wanted
from ctk_tui.config.document import folder_of
from ctk_tui.config.folders import absolute
from ctk_tui.config.problems import shown
from ctk_tui.config.schema import source_table
from ctk_tui.model.settings import SourceSettings

if TYPE_CHECKING:
    from ctk_tui.config.document import Document
    from ctk_tui.config.reader import Reader


def declared(data: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the sources that the file tells of, good or bad.

    Args:
        data: the whole file as tomllib reads it.
    """
    tables = data.get("sources", {})
    return tuple(tables) if isinstance(tables, dict) else ()


def read_sources(reader: Reader, document: Document) -> tuple[SourceSettings, ...]:
    """Return the sources in the order of the file, without those whose path or name is wrong.

    A source with any problem is held protected, and when one had to be left out, all are.

    Args:
        reader: takes note of the problems.
        document: the file.
    """
    tables = document.data.get("sources", {})
    if not isinstance(tables, dict):
        reader.wrong(("sources",), wanted("one table a source, [sources.NAME],", tables))
        return ()
    found = []
    seen: dict[str, str] = {}
    for name in tables:
        before = len(reader.problems)
        source = _read_source(reader, document, name, seen)
        if source is not None:
            found.append(source if len(reader.problems) == before else replace(source, protected=True))
    if len(found) < len(tables):
        return tuple(replace(source, protected=True) for source in found)
    return tuple(found)


def _read_source(reader: Reader, document: Document, name: str, seen: dict[str, str]) -> SourceSettings | None:
    key = ("sources", name)
    table = document.data["sources"][name]
    try:
        _check_head(document, name, table, seen)
    except BadValueError as error:
        reader.wrong(key, error)
        return None
    known = source_table(folder_of(document.path))
    before = len(reader.problems)
    values = reader.table(key, known)
    if "path" not in values:
        # An unknown key is most often the path misspelt, and told already.
        if "path" not in table and len(reader.problems) == before:
            reader.wrong(key, BadValueError('path is missing: path = "the folder"'))
        return None
    path = Path(values.pop("path"))
    values |= _quarantine(reader, key, path, values.pop("quarantine", ""))
    for field in ("exclude", "protect"):
        _begin_inside(reader, (*key, field), path, values.get(field, ()))
    return SourceSettings(name, path, **values)


def _check_head(document: Document, name: str, table: object, seen: dict[str, str]) -> None:
    handles.name(name)
    if not isinstance(table, dict):
        raise wanted(f"a table [sources.{name}]", table)
    # `source:Drums` beside `source:drums` could not be told apart by ear, nor as folder names on most systems.
    twin = seen.setdefault(name.casefold(), name)
    if twin != name:
        line = document.layout.line(("sources", twin))
        raise BadValueError(f"the name differs from sources.{twin} (line {line}) in nothing but case")


def _quarantine(reader: Reader, key: tuple[str, ...], path: Path, written: str) -> dict[str, str]:
    """A relative quarantine lies below the source: it must be on the source's volume, and moves with it."""
    try:
        return {"quarantine": absolute(written, path)} if written else {}
    except BadValueError as error:
        reader.wrong((*key, "quarantine"), error)
        return {}


def _begin_inside(reader: Reader, key: tuple[str, ...], path: Path, patterns: tuple[str, ...]) -> None:
    """Patterns that begin with the source's own path match nothing: they count from there."""
    root = path.as_posix() + "/"
    if len(path.parts) <= 2:
        return  # below /Samples, the pattern /Samples/x may well mean /Samples/Samples/x
    for index, pattern in enumerate(patterns):
        if pattern.startswith(root):
            message = f"entry {index + 1}: {shown(pattern)} matches nothing: patterns begin at the folder of the source"
            inner = pattern.removeprefix(root)
            reader.wrong(key, BadValueError(message + (f" (did you mean {shown(inner)}?)" if inner else ""), index))
