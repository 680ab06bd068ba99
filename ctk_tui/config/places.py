"""Where in the text of a configuration a source stands, and where a further one goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.config.document import Document
    from ctk_tui.config.layout import Statement

# The commented example of the default configuration: the first source goes below it.
_EXAMPLE = re.compile(r"^#[ \t]*\[sources\.[^\n]*(\n#[^\n]*)*\n?", re.MULTILINE)
_COMMENTS = re.compile(r"(?:[ \t]*#[^\n]*\n)+(?=[ \t\r]*(?:\n|\Z))")


def place_for_table(document: Document) -> int:
    """Return the offset where a further source goes: behind the last, below the example, or at the end.

    Args:
        document: the file.
    """
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


def stretches(statements: list[Statement]) -> list[tuple[int, int]]:
    """Return the offsets that statements take, first and behind the last; a header's reach to the last key below it.

    Args:
        statements: in the order of the text.
    """
    found: list[tuple[int, int]] = []
    header: Statement | None = None
    for statement in statements:
        if header is not None and statement.table == header.key and not statement.is_header:
            found[-1] = (found[-1][0], statement.end)
        else:
            found.append((statement.start, statement.end))
        if statement.is_header:
            header = statement
    return found
