"""Values that hold other values, edited by tomlkit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctk_tui.config import toml

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.config.document import Document
    from ctk_tui.config.layout import Statement


def holder(document: Document, path: tuple[str, ...]) -> Statement | None:
    """Return the statement whose inline table holds what stands at `path`, None where it stands openly.

    Args:
        document: the file.
        path: the key of a table.
    """
    heads = [path[:length] for length in range(1, len(path) + 1)]
    return next((one for one in document.layout.statements if one.value and one.key in heads), None)


def table_in(table: Any, held: Statement, name: str) -> Any:
    """Return the table of a source in what a statement holds: that table, or all sources.

    Args:
        table: the value of the statement, as tomlkit reads it.
        held: the statement.
        name: the source.
    """
    return table if held.key == ("sources", name) else table[name]


def item(value: object) -> Any:
    """Return a value as tomlkit holds it, written as elsewhere in ctk.

    Args:
        value: a string, number, boolean, list of them, or table of all these.
    """
    import tomlkit

    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for key, inner in value.items():
            table.append(key, item(inner))
        return table
    return tomlkit.value(toml.value(value))


def edit_value(document: Document, statement: Statement, put: Callable[[Any], object]) -> str:
    r"""Let tomlkit edit one value, which it reads as the only one of a document.

    It writes \n for a new line, so the value is handed over and taken back without \r.

    Args:
        document: the file.
        statement: the key and its value.
        put: changes the value in place.
    """
    import tomlkit

    assert statement.value is not None
    start, end = statement.value
    raw = document.text[start:end].replace("\r\n", "\n")
    item: Any = tomlkit.parse(f"value = {raw}")["value"]
    put(item)
    written: str = item.as_string()
    return document.text[:start] + written.replace("\n", document.newline) + document.text[end:]
