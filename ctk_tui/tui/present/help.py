"""The keys of a screen, from the table of actions."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.tui.actions import ACTIONS
from ctk_tui.tui.keymap import shown

if TYPE_CHECKING:
    from ctk_tui.tui.keymap import Keymap
    from ctk_tui.tui.present.styles import Styles

WIDE = 110
"""Cells from which two columns fit."""


def help_text(view: str, keymap: Keymap, cells: int, styles: Styles, *, ascii_only: bool = False) -> Text:
    """Return the keys of a view under their headings, in two columns where there is room.

    Args:
        view: the view.
        keymap: the keys in force.
        cells: width there is.
        styles: how things look.
        ascii_only: whether only ASCII may be drawn: arrows would be other keys.
    """
    blocks = []
    here = sorted((action for action in ACTIONS if view in action.views), key=lambda one: _order(one.group))
    for group, actions in groupby(here, key=lambda one: one.group):
        lines = [Text(group, styles.strong)]
        for action in actions:
            keys = "  ".join(shown(key, ascii_only=ascii_only) for key in keymap.keys[action.name])
            lines.append(Text.assemble((f"  {keys:<18} ", styles.accent), (action.title, styles.quiet)))
        blocks.append(Text("\n").join(lines))
    return _columns(blocks, 2 if cells >= WIDE else 1, cells // 2)


def _order(group: str) -> int:
    return next(place for place, action in enumerate(ACTIONS) if action.group == group)


def _columns(blocks: list[Text], columns: int, cells: int) -> Text:
    """Return blocks one below the other, in one or two columns of about the same height."""
    if columns == 1:
        return Text("\n\n").join(blocks)
    heights = [block.plain.count("\n") + 2 for block in blocks]
    split = next(
        (place for place in range(1, len(blocks) + 1) if sum(heights[:place]) * 2 >= sum(heights)), len(blocks)
    )
    left, right = (Text("\n\n").join(part).split("\n", allow_blank=True) for part in (blocks[:split], blocks[split:]))
    lines = []
    for row in range(max(len(left), len(right))):
        line = left[row].copy() if row < len(left) else Text()
        line.truncate(cells - 2)
        line.pad_right(cells - line.cell_len)
        if row < len(right):
            line.append_text(right[row])
        lines.append(line)
    return Text("\n").join(lines)
