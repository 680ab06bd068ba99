"""Changes the configuration file, and only to what was read again and found good and as meant."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctk_tui.config.document import parse, read_bytes
from ctk_tui.config.load import interpret
from ctk_tui.config.problems import error_of
from ctk_tui.config.replace import locked, replace
from ctk_tui.model.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.config.document import Document
    from ctk_tui.config.load import Loaded


def default_text() -> str:
    """Return the documented default configuration, which a new file begins as."""
    return Path(__file__).with_name("default.toml").read_text(encoding="utf-8")


def edit(
    path: Path, doing: str, change: Callable[[Document], str], meaning: Callable[[dict[str, Any]], object]
) -> Loaded:
    """Change the configuration file, or make it from the documented default.

    The file is replaced in one step and keeps its mode; a link stays a link, and what it points to is replaced.

    Args:
        path: the file.
        doing: what the edit does, for messages, such as `add source samples`.
        change: returns the new text of the document.
        meaning: does the same to the values of the document. What is written must mean just that.

    Returns:
        the configuration as it now is.

    Raises:
        ConfigError: the file has problems, would have some, cannot be written, or was changed meanwhile; nothing was
            written.
        Busy: another ctk is editing it.
    """
    target = Path(os.path.realpath(path))
    try:
        with locked(path, target):
            return _edit(path, target, doing, change, meaning)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}", path) from error


def _edit(
    path: Path,
    target: Path,
    doing: str,
    change: Callable[[Document], str],
    meaning: Callable[[dict[str, Any]], object],
) -> Loaded:
    content = read_bytes(path)
    document = parse(path, default_text().encode() if content is None else content)
    loaded = interpret(document)
    if loaded.problems:
        raise error_of(loaded.problems)
    text = change(document)
    if text == document.text and content is not None:
        return loaded
    written = document.mark + text.encode()
    result = _checked(path, written, document, doing, meaning)
    replace(path, target, content, written)
    return result


def _checked(
    path: Path, written: bytes, before: Document, doing: str, meaning: Callable[[dict[str, Any]], object]
) -> Loaded:
    """Return the configuration that is about to be written, read as any other."""
    expected = copy.deepcopy(before.data)
    meaning(expected)
    try:
        document = parse(path, written)
    except ConfigError as error:
        raise _by_hand(path, doing) from error
    if _sources(document.data) != _sources(expected) or document.data | {"sources": 0} != expected | {"sources": 0}:
        raise _by_hand(path, doing)
    loaded = interpret(document)
    if loaded.problems:
        problem = loaded.problems[0]
        message = f"{path}: cannot {doing}: the file would then be wrong in line {problem.line}: {problem.message}"
        raise ConfigError(message, path, key=problem.key)
    return loaded


def _sources(data: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the sources with their order, which counts; no table of them is as good as an empty one."""
    return list(data.get("sources", {}).items())


def _by_hand(path: Path, doing: str) -> ConfigError:
    return ConfigError(f"{path}: cannot {doing}: the file is laid out in an unusual way", path, hint="edit it by hand")
