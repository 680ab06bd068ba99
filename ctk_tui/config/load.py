"""From the configuration file to the settings: strict for the command line, lenient for the app."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctk_tui.config.document import folder_of, parse, read_bytes
from ctk_tui.config.problems import Problem, error_of
from ctk_tui.config.reader import Reader
from ctk_tui.config.schema import FREE_TABLES, tables
from ctk_tui.config.sources import declared, read_sources
from ctk_tui.model.errors import ConfigError
from ctk_tui.model.settings import (
    AudioSettings,
    ClassifySettings,
    DuplicateSettings,
    ScanSettings,
    Settings,
    UiSettings,
)

if TYPE_CHECKING:
    from ctk_tui.config.document import Document


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration that was read."""

    settings: Settings
    """The settings in force."""
    path: Path
    """The file, as it was named."""
    exists: bool
    """Whether there is such a file; without one the settings are the defaults."""
    problems: tuple[Problem, ...] = ()
    """What is wrong, in the order of the lines; always empty when it was read strictly."""
    warnings: tuple[Problem, ...] = ()
    """What is not wrong but has no effect, such as retired keys."""


def load(path: Path, *, strict: bool) -> Loaded:
    """Read the configuration.

    Args:
        path: the file; a missing one means the defaults.
        strict: whether a problem is an error. If not, the key that has one keeps its default, a file that is not TOML
            means the defaults of everything, and the problems are listed. A source with a problem is then held
            protected, and when a source had to be left out, all are: what the file protects may be just what could
            not be read.

    Raises:
        ConfigError: when strict, for the first problem; names file, line, key and the nearest known key.
    """
    try:
        content = read_bytes(path)
        if content is None:
            return Loaded(Settings(), path, exists=False)
        loaded = interpret(parse(path, content))
    except ConfigError as error:
        if strict:
            raise
        message = error.message.removeprefix(f"{path}:{error.line}: " if error.line else f"{path}: ")
        return Loaded(Settings(), path, exists=True, problems=(Problem(message, path, error.line, "", error.hint),))
    if strict and loaded.problems:
        raise error_of(loaded.problems)
    return replace(loaded, problems=tuple(map(_with_consequence, loaded.problems)))


def _with_consequence(problem: Problem) -> Problem:
    if problem.key.partition(".")[0] != "sources":
        return problem
    return replace(problem, hint="until this is mended, the files of the sources concerned count as protected")


def interpret(document: Document) -> Loaded:
    """Return the settings that a document tells, with everything that is wrong with it.

    Args:
        document: the file.
    """
    reader = Reader(document)
    data = document.data
    fixed = tables(folder_of(document.path), declared(data))
    for name in data:
        if name not in fixed and name != "sources" and (name,) not in FREE_TABLES:
            reader.unknown((name,))
    values: dict[str, dict[str, Any]] = {
        name: reader.table((name,), checks, inner=("keys",) if name == "ui" else ()) for name, checks in fixed.items()
    }
    database = values["database"].get("path")
    settings = Settings(
        database=Path(database) if database else None,
        sources=read_sources(reader, document),
        scan=ScanSettings(**values["scan"]),
        audio=AudioSettings(**values["audio"]),
        duplicates=DuplicateSettings(**values["duplicates"]),
        classify=ClassifySettings(**values["classify"]),
        queries=reader.free_table(("queries",)),
        ui=UiSettings(**values["ui"], keys=reader.free_table(("ui", "keys"))),
        open=reader.free_table(("open",)),
    )
    problems = tuple(sorted(reader.problems, key=lambda problem: problem.line))
    return Loaded(settings, document.path, exists=True, problems=problems, warnings=tuple(reader.warnings))
