"""Reads tables of a document by their checks and collects what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctk_tui.config import handles, toml
from ctk_tui.config.checks import BadValueError, wanted
from ctk_tui.config.problems import Problem, nearest
from ctk_tui.config.schema import FREE_TABLES, RETIRED, known_keys

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ctk_tui.config.checks import Check
    from ctk_tui.config.document import Document
    from ctk_tui.config.layout import Key


class Reader:
    """Reads one document.

    Args:
        document: the file.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def table(self, path: tuple[str, ...], known: Mapping[str, Check], inner: Collection[str] = ()) -> dict[str, Any]:
        """Return the good values of a table; what is missing or wrong is not among them.

        Args:
            path: where the table stands.
            known: the check of each key.
            inner: keys that are tables of their own, read elsewhere.
        """
        found: dict[str, Any] = {}
        for name, value in self._raw(path).items():
            key = (*path, name)
            if name in inner:
                continue
            if key in RETIRED:
                self.warnings.append(self._problem(key, f"{toml.key(*key)} is retired: {RETIRED[key]}"))
            elif name not in known:
                self.unknown(key, (*known, *inner))
            else:
                self._check(key, value, known[name], found)
        return found

    def free_table(self, path: tuple[str, ...]) -> dict[str, str]:
        """Return the good entries of a table whose keys the user names.

        Args:
            path: where the table stands.
        """
        found: dict[str, Any] = {}
        for name, value in self._raw(path).items():
            key = (*path, name)
            try:
                # A query is used as @name, so it is one word; a key's action likewise.
                handles.name(name)
            except BadValueError as error:
                self.wrong(key, error)
                continue
            self._check(key, value, FREE_TABLES[path], found)
        return found

    def unknown(self, key: tuple[str, ...], known: Collection[str] = ()) -> None:
        """Note a key that ctk does not know, with the nearest that it does.

        Args:
            key: the key.
            known: the names that its table has; none at the top of the file.
        """
        top = known_keys()
        if len(key) == 1:
            is_table = isinstance(self._document.data[key[0]], dict)
            near = nearest(key[0], top) if is_table else ""
            near = f"[{near}]" if near else _elsewhere(key[0], top)
            what = f"unknown table [{toml.key(*key)}]" if is_table else f"unknown key {toml.key(*key)}"
        else:
            near = nearest(key[-1], known)
            near = toml.key(*key[:-1], near) if near else _elsewhere(key[-1], top)
            what = f"unknown key {toml.key(*key)}"
        ending = f" (did you mean {near}?)" if near else f" (known: {', '.join(known or top)})"
        self.problems.append(self._problem(key, what + ending))

    def wrong(self, key: Key, error: BadValueError) -> None:
        """Note a value that its check refused.

        Args:
            key: where the value stands.
            error: what the check said.
        """
        place = key if error.entry is None else (*key, error.entry)
        self.problems.append(self._problem(place, f"{toml.key(*key)}: {error.message}"))

    def _check(self, key: tuple[str, ...], value: object, check: Check, found: dict[str, Any]) -> None:
        try:
            found[key[-1]] = check(value)
        except BadValueError as error:
            self.wrong(key, error)

    def _raw(self, path: tuple[str, ...]) -> dict[str, Any]:
        """Return a table as it stands, an empty one where there is none or something else stands there."""
        value: object = self._document.data
        for name in path:
            value = value.get(name, {}) if isinstance(value, dict) else {}
        if isinstance(value, dict):
            return value
        self.wrong(path, wanted(f"a table [{toml.key(*path)}]", value))
        return {}

    def _problem(self, key: Key, message: str) -> Problem:
        return Problem(message, self._document.path, self._document.layout.line(key), toml.key(*key))


def _elsewhere(name: str, top: Mapping[str, Collection[str]]) -> str:
    """Return the full key of another table's key of this name, "" when there is none."""
    return next((toml.key(table, name) for table, keys in top.items() if name in keys), "")
