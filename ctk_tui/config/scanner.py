"""Finds where each key of a TOML document stands.

tomllib gives the values and no positions, tomlkit keeps its positions to itself. This reads the text once more, after
tomllib has found it valid, and so need not judge it: it only finds its way.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from typing import TYPE_CHECKING

from ctk_tui.config.layout import Layout, Statement

if TYPE_CHECKING:
    from ctk_tui.config.layout import Key

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# A string of three quotes may end in up to two more that belong to it, hence the quotes behind the closing ones.
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
# Numbers, dates (which may hold a space) and booleans end at one of these, or at the end of the line.
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")


def layout(text: str) -> Layout:
    r"""Return the positions of a document.

    Args:
        text: a valid TOML document; lines may end in \n or \r\n.

    Raises:
        RecursionError: lists are nested too deep.
    """
    return _Scanner(text).document()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._lines: dict[Key, int] = {}
        self._statements: list[Statement] = []
        self._list_tables: dict[Key, int] = {}

    def document(self) -> Layout:
        table: Key = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._assignment(table)
            self._skip(_BLANK)
        return Layout(tuple(self._statements), self._lines)

    def _header(self) -> Key:
        start, begin = self._line_start(), self._at
        double = self._text.startswith("[[", begin)
        self._at += 2 if double else 1
        key: Key = ()
        parts = self._key()
        for part in parts[:-1]:
            key = self._inside_list(self._named((*key, part), begin))
        key = (*key, parts[-1])
        if double:
            self._named(key, begin)
            self._list_tables[key] = self._list_tables.get(key, -1) + 1
            key = self._inside_list(key)
        self._named(key, begin)
        self._at += 2 if double else 1
        self._statements.append(Statement(key, key, start, self._line_end(), None))
        return key

    def _inside_list(self, key: Key) -> Key:
        """A header below `[[a]]` speaks of the newest entry of that list."""
        return (*key, self._list_tables[key]) if key in self._list_tables else key

    def _assignment(self, table: Key) -> None:
        start = self._line_start()
        key = self._pair(table)
        begin = self._at
        self._value(key)
        end = self._at
        self._statements.append(Statement(key, table, start, self._line_end(), (begin, end)))

    def _pair(self, table: Key) -> Key:
        """Read `key =` and stop before the value."""
        begin = self._at
        key = table
        for part in self._key():
            key = self._named((*key, part), begin)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        return key

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            if self._text[self._at] in "\"'":
                raw = self._skip(_STRING)
                parts.append(tomllib.loads(f"k = {raw}")["k"])
            else:
                parts.append(self._skip(_BARE_KEY))
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return parts
            self._at += 1

    def _value(self, key: Key) -> None:
        first = self._text[self._at]
        if first in "\"'":
            self._skip(_STRING)
        elif first == "[":
            self._list(key)
        elif first == "{":
            self._inline_table(key)
        else:
            begin = self._at
            self._at = begin + len(self._skip(_BARE_VALUE).rstrip())

    def _list(self, key: Key) -> None:
        self._at += 1
        index = 0
        while not self._closed("]"):
            entry = self._named((*key, index), self._at)
            self._value(entry)
            index += 1

    def _inline_table(self, key: Key) -> None:
        self._at += 1
        while not self._closed("}"):
            self._value(self._pair(key))

    def _closed(self, bracket: str) -> bool:
        """Go to the next entry of a list or inline table; at its end, go behind the bracket."""
        self._skip(_BLANK)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(_BLANK)
        if self._text[self._at] != bracket:
            return False
        self._at += 1
        return True

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        assert match is not None, "layout() was given a text that is not valid TOML"
        self._at = match.end()
        return match.group()

    def _named(self, key: Key, offset: int) -> Key:
        self._lines.setdefault(key, bisect_left(self._breaks, offset) + 1)
        return key

    def _line_start(self) -> int:
        return self._text.rfind("\n", 0, self._at) + 1

    def _line_end(self) -> int:
        found = self._text.find("\n", self._at)
        return len(self._text) if found < 0 else found + 1
