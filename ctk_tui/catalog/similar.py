"""Words of the catalog that look like a word which finds nothing."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from ctk_tui.model.text import folded

if TYPE_CHECKING:
    import sqlite3

    from ctk_tui.catalog.connection import Database

LEAST = 3
"""Letters of a word that is worth looking for others like it."""
ROWS = 400
"""Indexed paths that share most of a word's three-letter pieces, and are looked at."""
FRESH = 20_000
"""Paths outside the index that are looked at."""
LIKENESS = 0.6
"""difflib's ratio below which words do not look alike; its own default."""
_WORD = re.compile(r"[^\W_]+")


def similar_words(database: Database, text: str, most: int) -> list[str]:
    """Return words of paths and tags that look like a word of a query, the most similar first.

    Args:
        database: the catalog.
        text: query text; words of fields (`format:wav`) are passed over.
        most: how many.
    """
    wanted = [
        word for part in folded(text).split() if ":" not in part for word in _WORD.findall(part) if len(word) >= LEAST
    ]
    found: dict[str, float] = {}
    with database.read() as connection:
        for word in wanted:
            near = _near(connection, word)
            if word in near:
                continue  # it finds something; another word is to blame
            for one in difflib.get_close_matches(word, near, most, LIKENESS):
                ratio = difflib.SequenceMatcher(None, word, one).ratio()
                found[one] = max(ratio, found.get(one, 0.0))
    return sorted(found, key=lambda one: (-found[one], one))[:most]


def _near(connection: sqlite3.Connection, word: str) -> set[str]:
    """Return the words of the paths that share pieces with a word."""
    pieces = {word[at : at + 3] for at in range(len(word) - 2)}
    each = " UNION ALL ".join("SELECT rowid AS id FROM search_grams WHERE search_grams MATCH ?" for _ in pieces)
    rows = connection.execute(
        "SELECT search FROM paths WHERE id IN"
        f" (SELECT id FROM ({each}) GROUP BY id ORDER BY count(*) DESC LIMIT {ROWS})"
        " UNION ALL SELECT search FROM"
        f" (SELECT search FROM paths WHERE id > (SELECT mark FROM search_state) LIMIT {FRESH})",
        ['"' + piece.replace('"', '""') + '"' for piece in pieces],
    )
    return {one for (search,) in rows for one in _WORD.findall(search) if len(one) >= LEAST}
