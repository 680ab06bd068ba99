"""The lowest line: the keys that help most here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctk_tui.tui.present.styles import Styles


def footer(words: Sequence[tuple[str, str, bool]], width: int, styles: Styles) -> Text:
    """Return keys and words, as many as there is room for; the last two always stay.

    Args:
        words: key, word and whether it is possible now.
        width: cells.
        styles: how things look.
    """
    last = words[-2:]
    made = [_entry(*one, styles) for one in words]
    room = width - 1 - sum(one.cell_len + 2 for one in made[len(words) - len(last) :])
    line = Text(" ")
    for one in made[: len(words) - len(last)]:
        if one.cell_len + 2 > room:
            break
        room -= one.cell_len + 2
        line.append_text(one).append("  ")
    for one in made[len(words) - len(last) :]:
        line.append_text(one).append("  ")
    line.truncate(width)
    return line


def _entry(key: str, word: str, possible: bool, styles: Styles) -> Text:
    style = styles.quiet if possible else styles.faint
    return Text.assemble((key, styles.accent if possible else styles.faint), " ", (word, style))


def chords(first: str, seconds: Sequence[tuple[str, str]], width: int, styles: Styles) -> list[Text]:
    """Return the second keys of a chord in columns.

    Args:
        first: the key that was pressed.
        seconds: key and what it does.
        width: cells.
        styles: how things look.
    """
    cells = [Text.assemble((f" {key} ", styles.accent), (title, styles.quiet)) for key, title in seconds]
    widest = max((cell.cell_len for cell in cells), default=1) + 3
    columns = max(1, (width - 6) // widest)
    rows = -(-len(cells) // columns)
    lines = []
    for row in range(rows):
        line = Text(f" {first} " if row == 0 else " " * (len(first) + 2), styles.strong)
        for cell in cells[row::rows]:
            padded = cell.copy()
            padded.pad_right(widest - cell.cell_len)
            line.append_text(padded)
        line.truncate(width)
        lines.append(line)
    return lines
