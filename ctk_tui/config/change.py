"""Edits on the text of a configuration: nothing but the place itself is touched.

The places come from the layout, values that hold other values (lists, inline tables) are edited by tomlkit. Whole
documents are not: tomlkit takes the comments that stand between two tables for the first one's, and drops them with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctk_tui.config import toml
from ctk_tui.config.inline import edit_value, holder, item, table_in
from ctk_tui.config.places import place_for_table, stretches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctk_tui.config.document import Document
    from ctk_tui.config.layout import Statement

_INDENT = re.compile(r"[ \t]*")


def with_table(document: Document, name: str, values: Mapping[str, object]) -> str:
    """Return the text with one more source, behind the others.

    Args:
        document: the file.
        name: the name of the source.
        values: its keys.
    """
    held = holder(document, ("sources",))
    if held is not None:
        return edit_value(document, held, lambda sources: sources.__setitem__(name, item(dict(values))))
    lines = [f"[sources.{name}]", *(f"{toml.key(key)} = {toml.value(value)}" for key, value in values.items())]
    block = "".join(line + document.newline for line in lines)
    place = place_for_table(document)
    before, after = document.text[:place], document.text[place:]
    if before and not before.endswith("\n"):
        before += document.newline
    if before and not re.search(r"\n[ \t]*\r?\n\Z", before):
        before += document.newline
    if after and not re.match(r"[ \t]*\r?\n", after):
        block += document.newline
    return before + block + after


def without_table(document: Document, name: str) -> str:
    """Return the text without a source; comments behind its last key stay, they may belong to what follows.

    Args:
        document: the file.
        name: the name of the source.
    """
    key = ("sources", name)
    held = holder(document, ("sources",))
    if held is not None:
        return edit_value(document, held, lambda sources: sources.pop(name))
    text = document.text
    concerned = [statement for statement in document.layout.statements if statement.within(key)]
    for statement in reversed(stretches(concerned)):
        before, after = text[: statement[0]], text[statement[1] :]
        if re.search(r"(\A|\n[ \t]*\r?\n)$", before) and (blank := re.match(r"[ \t]*\r?\n", after)):
            after = after[blank.end() :]
        elif not after:
            before = re.sub(r"(?<=\n)[ \t]*\r?\n\Z", "", before)
        text = before + after
    return text


def with_value(document: Document, name: str, key: str, value: object) -> str:
    """Return the text with one key of a source set.

    Args:
        document: the file.
        name: the name of the source.
        key: the key.
        value: its new value.
    """
    path = ("sources", name, key)
    statements = document.layout.statements
    exact = next((one for one in statements if one.key == path), None)
    if exact is not None and exact.value is not None:
        start, end = exact.value
        return document.text[:start] + toml.value(value) + document.text[end:]
    held = holder(document, path[:2])
    if held is not None:
        return edit_value(document, held, lambda table: table_in(table, held, name).__setitem__(key, item(value)))
    last = [one for one in statements if one.within(path[:2])][-1]
    return _with_line(document, last, f"{_prefix(last)}{key} = {toml.value(value)}")


def with_entry(document: Document, name: str, key: str, entry: str) -> str:
    """Return the text with one more entry in a list of a source.

    Args:
        document: the file.
        name: the name of the source.
        key: the key of the list.
        entry: the entry.
    """
    path = ("sources", name, key)
    exact = next((one for one in document.layout.statements if one.key == path), None)
    if exact is not None:
        return edit_value(document, exact, lambda entries: entries.append(item(entry)))
    held = holder(document, path[:2])
    if held is not None and key in document.data["sources"][name]:
        return edit_value(document, held, lambda table: table_in(table, held, name)[key].append(item(entry)))
    return with_value(document, name, key, [entry])


def _prefix(statement: Statement) -> str:
    """Return what stands before the last part of a key beside `statement`: "" below [sources.NAME]."""
    parts = statement.key[len(statement.table) : 2]
    return f"{toml.key(*parts)}." if parts else ""


def _with_line(document: Document, last: Statement, line: str) -> str:
    before, after = document.text[: last.end], document.text[last.end :]
    indent = _INDENT.match(document.text, last.start)
    line = (indent[0] if indent else "") + line
    if not before.endswith("\n"):
        return before + document.newline + line
    return before + line + document.newline + after
