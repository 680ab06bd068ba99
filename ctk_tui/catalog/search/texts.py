"""What the index is made of, and what it is asked: plain text to letters of three, to beginnings of words, to names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctk_tui.model.query.words import is_prefix
from ctk_tui.model.text import folded

if TYPE_CHECKING:
    from collections.abc import Iterable

GRAM = 3
"""Characters of a token of search_grams."""
MOST_GRAMS = 6
"""Grams of one word that are asked for, the last one among them: each that many rows have costs milliseconds, and so
many leave hardly a row that has not the word."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def gram_text(text: str) -> str:
    """Return what search_grams is given for a row's search text: FTS5 reads no further than a NUL."""
    return text.replace("\0", "\1")


def start_text(text: str) -> str:
    """Return what search_starts is given: its tokenizer takes all beyond ASCII for letters, we take Python's word."""
    if not text.isascii():
        text = _BEYOND_ASCII.sub(_letter_or_space, text)
    return text.replace("\0", " ")


def _letter_or_space(found: re.Match[str]) -> str:
    return found[0] if found[0].isalnum() else " "


def name_of(display: str) -> str:
    """Return the folded file name of a path's display text."""
    return folded(display).rpartition("/")[2]


def grams(word: str) -> list[str]:
    """Return tokens that every text with the folded `word` in it has; [] where the index knows none."""
    found = dict.fromkeys(word[at : at + GRAM] for at in range(len(word) - GRAM + 1))
    # SQLite reads these two as U+FFFD, and nothing behind a NUL.
    usable = [gram for gram in found if not {"\0", "\ufffe", "\uffff"} & set(gram)]
    if len(usable) <= MOST_GRAMS:
        return usable
    step = (len(usable) - 1) / (MOST_GRAMS - 1)
    return [usable[round(at * step)] for at in range(MOST_GRAMS)]


def is_one_gram(word: str) -> bool:
    """Return whether a row that the index finds for the folded `word` needs no second look."""
    return len(word) == GRAM and all(character.isalnum() or " " <= character <= "~" for character in word)


def quoted(token: str) -> str:
    """Return a token as a string of FTS5's query language."""
    return '"' + token.replace('"', '""') + '"'


def match_all(tokens: Iterable[str]) -> str:
    """Return the FTS5 query for rows with all tokens."""
    return " AND ".join(quoted(token) for token in tokens)


def start_query(word: str) -> str | None:
    """Return the FTS5 query to search_starts for a folded word that begins words, None where it says too little.

    The query finds every row that has the word, and no other if `is_plain_start`.
    """
    if not is_prefix(word):
        return None
    return quoted(word if word.isalnum() else word[0]) + "*"


def is_plain_start(word: str) -> bool:
    """Return whether a row that search_starts finds for the folded `word` needs no second look."""
    return word.isalnum()
