"""What the word indexes know of words: path ids, in one step of SQLite each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.catalog.search.arrays import ids
from ctk_tui.catalog.search.texts import (
    grams,
    is_one_gram,
    is_plain_start,
    match_all,
    start_query,
)
from ctk_tui.model.query.nodes import Word
from ctk_tui.model.query.words import is_prefix
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from ctk_tui.catalog.search.arrays import Ids
    from ctk_tui.model.query.nodes import Phrase

MOST_WORDS = 8
"""Words that the index is asked for at once; the longest, which are the rarest."""
COMMON = 20_000
"""Rows from which only the ends of words are asked for: a gram that many rows have costs 0.1 µs a row, and to look at
some rows in vain costs less."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word as the indexes see it."""

    needle: str
    """Folded."""
    begins: bool
    """Whether it has to begin a word."""
    tokens: tuple[str, ...]
    """What search_grams is asked for, () where it knows nothing of the word."""
    start: str | None
    """What search_starts is asked for, None where it knows nothing of the word."""
    exact: bool
    """Whether all that the index finds has the word."""

    @property
    def indexed(self) -> bool:
        """Whether one of the indexes knows something of it."""
        return bool(self.tokens) or self.start is not None

    @property
    def test(self) -> str:
        """The test of `p.search` for it, which binds the needle once, or twice where it begins a word."""
        return "instr(p.search, ?) > 0" + (" AND ctk_begins(p.search, ?)" if self.begins else "")

    @property
    def values(self) -> list[str]:
        """What the test binds."""
        return [self.needle] * (2 if self.begins else 1)


def leaf(word: Word | Phrase) -> Leaf:
    """Return a word as the indexes see it."""
    needle = folded(word.text)
    if isinstance(word, Word) and is_prefix(needle):
        return Leaf(needle, True, (), start_query(needle), is_plain_start(needle))
    return Leaf(needle, False, tuple(grams(needle)), None, is_one_gram(needle))


class Index:
    """The word indexes at one moment; what they answered once is not asked again.

    Args:
        connection: in a read transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._answers: dict[tuple[str, str], Ids] = {}

    def rows(self, table: str, query: str, most: int | None) -> Ids:
        """Return the rows of search_grams or search_starts that a query of FTS5 finds, no more than `most`."""
        known = self._answers.get((table, query))
        if known is not None:
            return known[:most]
        inner = f"SELECT rowid FROM {table} WHERE {table} MATCH ?"
        if most is None:
            found = ids(self._connection, inner.replace("rowid", "group_concat(rowid)"), (query,))
        else:
            found = ids(self._connection, f"SELECT group_concat(rowid) FROM ({inner} LIMIT ?)", (query, most))
        if most is None or len(found) < most:
            self._answers[table, query] = found
        return found


def with_all(index: Index, leaves: Sequence[Leaf], most: int | None = None) -> list[Ids]:
    """Return sets of paths: by the indexes, a path with all words is in each of them.

    Args:
        index: the indexes.
        leaves: the words; of more than `MOST_WORDS` only the longest are asked for.
        most: a set has no more than so many.

    Returns:
        [] where the indexes know nothing of any of the words.
    """
    asked = sorted(leaves, key=lambda each: -len(each.needle))[:MOST_WORDS]
    found = []
    if tokens := dict.fromkeys(token for each in asked for token in each.tokens):
        found.append(_with_tokens(index, asked, list(tokens), most))
    if starts := dict.fromkeys(each.start for each in asked if each.start is not None):
        found.append(index.rows("search_starts", " AND ".join(starts), most))
    return found


def _with_tokens(index: Index, leaves: Sequence[Leaf], tokens: list[str], most: int | None) -> Ids:
    if most is not None:
        return index.rows("search_grams", match_all(tokens), most)
    found = index.rows("search_grams", match_all(tokens), COMMON)
    if len(found) < COMMON:
        return found
    ends = dict.fromkeys(token for each in leaves if each.tokens for token in (each.tokens[0], each.tokens[-1]))
    return index.rows("search_grams", match_all(ends), None)


def labelled(connection: sqlite3.Connection, labels: Sequence[str]) -> Ids:
    """Return the audio files that have one of the labels, some of them more than once."""
    among = ", ".join("?" * len(labels))
    return ids(connection, f"SELECT group_concat(audio_id) FROM labels WHERE label IN ({among})", labels)


_LABELS = """
WITH RECURSIVE each (label) AS (
  SELECT min(label) FROM labels
  UNION ALL
  SELECT (SELECT min(l.label) FROM labels l WHERE l.label > each.label) FROM each WHERE each.label IS NOT NULL)
SELECT label FROM each WHERE label IS NOT NULL"""


def labels(connection: sqlite3.Connection) -> list[str]:
    """Return every label that an audio file has: some hundred seeks, whatever the number of files."""
    return [row[0] for row in connection.execute(_LABELS)]
