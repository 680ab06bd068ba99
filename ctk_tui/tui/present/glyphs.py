"""The signs that a table draws, in Unicode and in ASCII."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Signs of one cell each."""

    cursor: str = "▸"
    mark: str = "●"
    playing: str = "▶"
    paused: str = "‖"
    offline: str = "○"
    """No copy is online."""
    protected: str = "P"
    broken: str = "✗"
    """Nothing decodes it."""
    keeper: str = "◆"
    """The copy that stays."""
    folded: str = "▸"
    unfolded: str = "▾"
    ascending: str = "▲"
    descending: str = "▼"
    cut: str = "…"
    """Where text goes on."""
    waiting: str = "·"
    """In place of a row that is not read yet."""
    thumb: str = "▐"
    """The part of the list that is on screen, at the right edge."""


UNICODE = Glyphs()
ASCII = Glyphs(
    cursor=">", mark="*", playing="=", paused=":", offline="o", protected="P", broken="x", keeper="K", folded="+",
    unfolded="-", ascending="^", descending="v", cut="~", waiting=".", thumb="|",
)  # fmt: skip
"""For terminals where the others are two cells wide, or are missing."""


def glyphs(ascii_only: bool) -> Glyphs:
    """Return the signs for `[ui] ascii`."""
    return ASCII if ascii_only else UNICODE
