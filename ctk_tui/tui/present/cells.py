"""Text in cells: what a terminal can be trusted with, and as many cells of it as there is room for.

A terminal and a program that disagree on the width of one character garble the rest of the line. So names are shown
without what they disagree on: joined and coloured emoji come apart, flags become their letters, what is invisible is
spelled out. This is for eyes alone; the bytes of a name are never touched.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

from rich.cells import cell_len

from ctk_tui.model.text import safe

if TYPE_CHECKING:
    from ctk_tui.tui.present.column import Cut

LEFT_TO_RIGHT = "\u200e"
"""Around text with right-to-left letters: without it a terminal that orders text itself takes the columns along."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_JOINS = re.compile("[\u200c\u200d\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]")
"""Joiners, variation selectors, keycaps and skin tones: some terminals draw one sign, some two."""
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
_MARKS = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{3})[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
"""More combining marks than any language stacks."""
_SURE = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0373\u0384-\u0482\u048a-\u052f\u2010-\u2016\u2018-\u201f\u2022\u2026"
    "\u2590\u25b2\u25b6\u25b8\u25bc\u25be\u25c6\u25cb\u25cf\u2717\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*"
)
"""Latin, Greek, Cyrillic, Japanese, Chinese and Korean, dashes and quotes, and what ctk draws itself."""


def is_sure(text: str) -> bool:
    """Return whether all terminals agree on the width of a text as it is."""
    return text.isascii() or _SURE.fullmatch(text) is not None


def clean(text: str) -> str:
    r"""Return text whose width terminals agree on: no controls, no joiners, nothing unassigned; composed (NFC)."""
    if text.isascii():
        return text if text.isprintable() else safe(text)
    return text if is_sure(text) else _cleaned(text)


@functools.lru_cache(maxsize=2048)
def _cleaned(text: str) -> str:
    text = _FLAG.sub(lambda found: chr(ord(found.group()) - 0x1F1E6 + ord("A")), safe(text))
    text = unicodedata.normalize("NFC", _JOINS.sub("", text))
    text = "".join(character if _is_shown(character) else _spelled(character) for character in _MARKS.sub(r"\1", text))
    return f"\u25cc{text}" if text and cell_len(text[0]) == 0 else text


def _is_shown(character: str) -> bool:
    # Unassigned characters (Cn) and invisible ones (Cf) have no width to agree on.
    return character.isascii() or unicodedata.category(character) not in {"Cn", "Cf", "Zl", "Zp", "Cc", "Cs"}


def _spelled(character: str) -> str:
    if unicodedata.category(character) == "Cn":
        return "\ufffd"
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """Return the cells of cleaned text."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, cells: int, *, right: bool = False, cut: Cut = "end", sign: str = "…") -> str:
    """Return any text as exactly `cells` cells, cleaned.

    Args:
        text: as it is.
        cells: how many, 0 or more.
        right: whether the room is left of it.
        cut: where it is cut if it is too long.
        sign: one cell that stands for what was cut.
    """
    text = clean(text)
    if text.isascii():
        if len(text) > cells:
            text = _cut_ascii(text, cells, cut, sign)
        return text.rjust(cells) if right else text.ljust(cells)
    if cell_len(text) > cells:
        text = _cut(text, cells, cut, sign)
    room = " " * (cells - cell_len(text))
    if _RIGHT_TO_LEFT.search(text):
        text = f"{LEFT_TO_RIGHT}{text}{LEFT_TO_RIGHT}"
    return room + text if right else text + room


def _shares(cells: int, cut: Cut) -> tuple[int, int]:
    """Return the cells that stay at the beginning and at the end, beside the sign."""
    room = cells - 1
    if cut == "middle":
        return room - room // 3, room // 3
    return (room, 0) if cut == "end" else (0, room)


def _cut_ascii(text: str, cells: int, cut: Cut, sign: str) -> str:
    if cells <= 0:
        return ""
    head, tail = _shares(cells, cut)
    return text[:head] + sign + text[len(text) - tail :]


def _cut(text: str, cells: int, cut: Cut, sign: str) -> str:
    if cells <= 0:
        return ""
    head, tail = _shares(cells, cut)
    return _first(text, head) + sign + _last(text, tail)


def _first(text: str, cells: int) -> str:
    for at, character in enumerate(text):
        cells -= cell_len(character)
        if cells < 0:
            return text[:at]
    return text


def _last(text: str, cells: int) -> str:
    start = len(text)
    for at in range(len(text) - 1, -1, -1):
        own = cell_len(text[at])
        if own > cells:
            break
        cells -= own
        if own:  # never begins with a mark that belongs to what was cut
            start = at
    return text[start:]
