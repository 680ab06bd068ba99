"""Edits on the text of a configuration: nothing but the place itself is touched.

The places come from the layout, values that hold other values (lists, inline tables) are edited by tomlkit. Whole
documents are not: tomlkit takes the comments that stand between two tables for the first one's, and drops them with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ctk_tui.config import toml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctk_tui.config.document import Document
    from ctk_tui.config.layout import Statement

# The commented example of the default configuration: the first source goes below it.
_EXAMPLE = re.compile(r"^#[ \t]*\[sources\.[^\n]*(\n#[^\n]*)*\n?", re.MULTILINE)
_COMMENTS = re.compile(r"(?:[ \t]*#[^\n]*\n)+(?=[ \t\r]*(?:\n|\Z))")
_INDENT = re.compile(r"[ \t]*")


def with_table(document: Document, name: str, values: Mapping[str, object]) -> str:
    """Return the text with one more source, behind the others.

    Args:
        document: the file.
        name: the name of the source.
        values: its keys.
    """
    inline = _inline(document, ("sources",))
    if inline is not None:
        return _edit_value(document, inline, lambda sources: sources.__setitem__(name, _item(dict(values))))
    lines = [f"[sources.{name}]", *(f"{toml.key(key)} = {toml.value(value)}" for key, value in values.items())]
    block = "".join(line + document.newline for line in lines)
    place = _place_for_table(document)
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
    inline = _inline(document, ("sources",))
    if inline is not None:
        return _edit_value(document, inline, lambda sources: sources.pop(name))
    text = document.text
    concerned = [statement for statement in document.layout.statements if statement.within(key)]
    for statement in reversed(_merged(concerned)):
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
    inline = _inline(document, path[:2])
    if inline is not None:
        return _edit_value(
            document, inline, lambda table: _table_in(table, inline, name).__setitem__(key, _item(value))
        )
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
        return _edit_value(document, exact, lambda entries: entries.append(_item(entry)))
    inline = _inline(document, path[:2])
    if inline is not None and key in document.data["sources"][name]:
        return _edit_value(document, inline, lambda table: _table_in(table, inline, name)[key].append(_item(entry)))
    return with_value(document, name, key, [entry])


def _inline(document: Document, path: tuple[str, ...]) -> Statement | None:
    """Return the statement whose inline table holds what stands at `path`, None where it stands openly."""
    heads = [path[:length] for length in range(1, len(path) + 1)]
    return next((one for one in document.layout.statements if one.value and one.key in heads), None)


def _table_in(table: Any, inline: Statement, name: str) -> Any:
    """Return the table of a source in what `inline` holds: that table, or all sources."""
    return table if inline.key == ("sources", name) else table[name]


def _item(value: object) -> Any:
    """Return a value as tomlkit holds it, written as elsewhere in ctk."""
    import tomlkit

    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for key, inner in value.items():
            table.append(key, _item(inner))
        return table
    return tomlkit.value(toml.value(value))


def _edit_value(document: Document, statement: Statement, put: Callable[[Any], object]) -> str:
    r"""Let tomlkit edit one value, which it reads as the only one of a document.

    It writes \n for a new line, so the value is handed over and taken back without \r.
    """
    import tomlkit

    assert statement.value is not None
    start, end = statement.value
    raw = document.text[start:end].replace("\r\n", "\n")
    item: Any = tomlkit.parse(f"value = {raw}")["value"]
    put(item)
    written: str = item.as_string()
    return document.text[:start] + written.replace("\n", document.newline) + document.text[end:]


def _place_for_table(document: Document) -> int:
    """Return the offset where a further source goes: behind the last, below the example, or at the end."""
    statements = document.layout.statements
    sources = [index for index, one in enumerate(statements) if one.within(("sources",))]
    if sources:
        index = sources[-1]
        while index + 1 < len(statements) and not statements[index + 1].is_header:
            index += 1
        end = statements[index].end
        # Comments directly below the last key, with nothing below them, are that source's.
        own = _COMMENTS.match(document.text, end)
        return own.end() if own else end
    for example in _EXAMPLE.finditer(document.text):
        following = next((one for one in statements if one.end > example.start()), None)
        if following is None or (following.start >= example.end() and following.is_header):
            return example.end()
    return len(document.text)


def _merged(statements: list[Statement]) -> list[tuple[int, int]]:
    """Return the stretches that statements take; a header's reaches to the last key below it."""
    stretches: list[tuple[int, int]] = []
    header: Statement | None = None
    for statement in statements:
        if header is not None and statement.table == header.key and not statement.is_header:
            stretches[-1] = (stretches[-1][0], statement.end)
        else:
            stretches.append((statement.start, statement.end))
        if statement.is_header:
            header = statement
    return stretches


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
