"""Edits of the sources in the configuration file; comments and everything else stay as they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctk_tui.config import change, handles, toml
from ctk_tui.config.checks import BadValueError
from ctk_tui.config.document import folder_of
from ctk_tui.config.folders import absolute
from ctk_tui.config.paths import expanded
from ctk_tui.config.patterns import pattern as checked_pattern
from ctk_tui.config.problems import nearest, shown
from ctk_tui.config.store import edit
from ctk_tui.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctk_tui.config.document import Document
    from ctk_tui.config.load import Loaded


def add_source(
    file: Path,
    name: str,
    root: Path,
    *,
    exclude: Sequence[str] = (),
    protected: bool = False,
    removable: bool = False,
) -> Loaded:
    """Add a source behind the others; a missing file is made from the documented default.

    Args:
        file: the configuration file.
        name: letters, digits, - and _; not yet taken.
        root: the folder; a relative one begins at the working folder, `~` is expanded.
        exclude: git-wildmatch patterns of what is left out.
        protected: whether ctk may never change anything below it.
        removable: whether being unplugged is normal.

    Returns:
        the configuration as it now is.

    Raises:
        UsageError: the name, the folder's name or a pattern cannot stand in the file, or the name is taken.
        ConfigError: the file has problems or cannot be written.
        Busy: another ctk is editing it.
    """
    _argument("NAME", handles.name, name)
    values: dict[str, Any] = {"path": written_path(root)}
    if exclude:
        values["exclude"] = [_argument("--exclude", checked_pattern, entry) for entry in exclude]
    values |= {key: True for key, wish in (("protected", protected), ("removable", removable)) if wish}
    toml.value(list(values.values()))  # tells at once of a pattern that is not UTF-8

    def new_text(document: Document) -> str:
        taken = next((known for known in _names(document.data) if known.casefold() == name.casefold()), None)
        if taken is not None:
            hint = f"`ctk sources relocate {taken} PATH` if it is elsewhere now"
            raise UsageError(f"{file}: there is a source {taken} already", hint)
        return change.with_table(document, name, values)

    def meaning(data: dict[str, Any]) -> None:
        data.setdefault("sources", {})[name] = values

    return edit(file, f"add source {name}", new_text, meaning)


def remove_source(file: Path, name: str) -> Loaded:
    """Take a source out of the file; no audio file is touched.

    Args:
        file: the configuration file.
        name: the source.

    Returns:
        the configuration as it now is.

    Raises:
        UsageError: there is no such source.
        ConfigError: the file has problems, names the source elsewhere, or cannot be written.
        Busy: another ctk is editing it.
    """
    return _edit_source(
        file,
        name,
        f"remove source {name}",
        lambda document: change.without_table(document, name),
        lambda data: data["sources"].pop(name),
    )


def set_enabled(file: Path, name: str, enabled: bool) -> Loaded:
    """Let `ctk scan` scan a source, or pass it by.

    Args:
        file: the configuration file.
        name: the source.
        enabled: whether it is scanned.

    Returns:
        the configuration as it now is.

    Raises:
        UsageError: there is no such source.
        ConfigError: the file has problems or cannot be written.
        Busy: another ctk is editing it.
    """

    def new_text(document: Document) -> str:
        if document.data["sources"][name].get("enabled", True) == enabled:
            return document.text
        return change.with_value(document, name, "enabled", enabled)

    return _edit_source(
        file,
        name,
        f"{'enable' if enabled else 'disable'} source {name}",
        new_text,
        lambda data: data["sources"][name].update(enabled=enabled),
    )


def relocate(file: Path, name: str, root: Path) -> Loaded:
    """Tell where the folder of a source lies now.

    Args:
        file: the configuration file.
        name: the source.
        root: the folder; a relative one begins at the working folder, `~` is expanded.

    Returns:
        the configuration as it now is.

    Raises:
        UsageError: there is no such source, or the folder's name cannot stand in the file.
        ConfigError: the file has problems or cannot be written.
        Busy: another ctk is editing it.
    """
    path = written_path(root)

    def new_text(document: Document) -> str:
        if absolute(document.data["sources"][name]["path"], folder_of(file)) == path:
            return document.text  # it may be written with ~, and stays so
        return change.with_value(document, name, "path", path)

    return _edit_source(
        file,
        name,
        f"relocate source {name}",
        new_text,
        lambda data: data["sources"][name].update(path=path),
    )


def protect(file: Path, name: str, pattern: str) -> Loaded:
    """Protect a part of a source; nothing is written when the pattern is there already.

    Args:
        file: the configuration file.
        name: the source.
        pattern: git-wildmatch, on the path below the source.

    Returns:
        the configuration as it now is.

    Raises:
        UsageError: there is no such source, or the pattern matches nothing.
        ConfigError: the file has problems or cannot be written.
        Busy: another ctk is editing it.
    """
    _argument("PATTERN", checked_pattern, pattern)
    toml.string(pattern)  # tells of a pattern that is not UTF-8

    def new_text(document: Document) -> str:
        if pattern in document.data["sources"][name].get("protect", []):
            return document.text
        return change.with_entry(document, name, "protect", pattern)

    return _edit_source(
        file,
        name,
        f"protect {shown(pattern)} in source {name}",
        new_text,
        lambda data: data["sources"][name].setdefault("protect", []).append(pattern),
    )


def written_path(root: Path) -> str:
    """Return a folder as it is written to the file: absolute.

    Args:
        root: the folder, as named on the command line.

    Raises:
        UsageError: its name is not UTF-8, or its `~user` has no home folder.
    """
    try:
        path = expanded(os.fspath(root))
        # `link/..` is not where it seems: what the system makes of it is asked, not the letters.
        path = os.path.realpath(path) if ".." in Path(path).parts else os.path.abspath(path)
    except ValueError as error:
        raise UsageError(f"{shown(str(root))}: {error}") from error
    toml.string(path)
    return path


def _edit_source(
    file: Path,
    name: str,
    doing: str,
    new_text: Callable[[Document], str],
    meaning: Callable[[dict[str, Any]], object],
) -> Loaded:
    def checked(document: Document) -> str:
        names = _names(document.data)
        if name not in names:
            near = nearest(name, names)
            hint = f"did you mean {near}?" if near else f"there are: {', '.join(names) or 'none'}"
            raise UsageError(f"{file}: there is no source {toml.readable(name)}", hint)
        return new_text(document)

    return edit(file, doing, checked, meaning)


def _names(data: dict[str, Any]) -> list[str]:
    return list(data.get("sources", {}))


def _argument(what: str, check: Callable[[object], str], value: str) -> str:
    try:
        return check(value)
    except BadValueError as error:
        raise UsageError(f"{what}: {error.message}") from None
