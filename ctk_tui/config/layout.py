"""Where each key of a TOML document stands."""

from __future__ import annotations

from dataclasses import dataclass

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A header or a key with its value."""

    key: Key
    """The full key, from the root of the document."""
    table: Key
    """The key of the header that it stands under, () before the first; a header's own key."""
    start: int
    """Offset of the first character of its first line."""
    end: int
    """Offset behind the line break of its last line."""
    value: tuple[int, int] | None
    """Offsets of its value: first character, and behind the last; None for a header."""

    @property
    def is_header(self) -> bool:
        """Whether it is `[a.b]` or `[[a.b]]`."""
        return self.value is None

    def within(self, key: Key) -> bool:
        """Whether it says something about `key` or what is below it."""
        return self.key[: len(key)] == key


@dataclass(frozen=True, slots=True)
class Layout:
    """The positions of a document."""

    statements: tuple[Statement, ...]
    """In the order of the text."""
    lines: dict[Key, int]
    """The line, counted from 1, where each key first stands; list entries are counted from 0."""

    def line(self, key: Key) -> int:
        """Return the line of a key, or of the nearest table around it, or 0."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 0)
