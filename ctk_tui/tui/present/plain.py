"""Text for terminals that show ASCII alone: as many cells as before, whatever it is made of."""

from __future__ import annotations

import functools
import unicodedata

from rich.cells import cell_len

_SIGNS = {
    "·": ".", "•": "*", "…": "~", "←": "<", "→": ">", "↑": "^", "↓": "v", "▶": ">", "▸": ">", "▷": ">", "◆": "K",
    "●": "*", "○": "o", "■": ".", "‖": "=", "▲": "^", "▼": "v", "✗": "x", "—": "-", "“": '"', "”": '"', "🔎": "/ ",
    "\u2013": "-", "\u2018": "'", "\u2019": "'", "\u276f": ">", "\u203a": ">",
}  # fmt: skip
"""What ctk, its widgets and people's file names have most."""
_LINES = {"─": "-", "━": "-", "╸": "-", "╺": "-", "│": "|", "┃": "|", "▐": "|", "▌": "|", "▏": "|", "▕": "|"}


def plain(text: str) -> str:
    """Return text in ASCII: letters lose their accents, signs have the nearest one, `?` stands for all others."""
    return text if text.isascii() else _plained(text)


@functools.lru_cache(maxsize=4096)
def _plained(text: str) -> str:
    return "".join(character if character.isascii() else _letter(character) for character in text)


@functools.lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    cells = cell_len(character)
    known = _SIGNS.get(character) or _LINES.get(character) or _drawn(ord(character))
    base = known or unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return base if base and cell_len(base) == cells else "?" * cells


def _drawn(code: int) -> str:
    """Return the sign for a character that draws: corners of boxes, blocks, dots."""
    if 0x2500 <= code < 0x2580:
        return "+"
    if 0x2580 <= code < 0x25A0:
        return "#"
    return ":" if 0x2800 <= code < 0x2900 else ""
