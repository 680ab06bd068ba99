"""Outlines as text: pure functions of an outline, a width and a height in characters; no numpy, so they load at once.

Braille has 2 x 4 dots a character and shows lows and highs as they are. Eighth blocks show how loud a column is, read
well in one or two rows and are in every font. ASCII is for terminals that have neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ctk_tui.audio.peaks import Peaks

Style = Literal["braille", "blocks", "ascii"]
"""How an outline is drawn."""

_FULL = 127
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bit of each dot of a braille character by row and column (Unicode, chapter 21.1)."""
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_ASCII = " .:-=+*#"


def resized(peaks: Peaks, columns: int) -> list[tuple[int, int]]:
    """Return lowest and highest of every column of another number of them, each -127 to 127.

    Args:
        peaks: the outline.
        columns: how many are wanted, 0 or more.
    """
    lows, highs = memoryview(peaks.lows).cast("b"), memoryview(peaks.highs).cast("b")
    count = len(lows)
    if not count:
        return [(0, 0)] * columns
    found = []
    for column in range(columns):
        start = column * count // columns
        stop = max(start + 1, (column + 1) * count // columns)
        found.append((min(lows[start:stop]), max(highs[start:stop])))
    return found


def braille(peaks: Peaks, width: int, height: int = 1) -> list[str]:
    """Return `height` rows of `width` braille characters.

    Args:
        peaks: the outline; silence is a line in the middle.
        width: characters.
        height: rows.
    """
    rows = 4 * height
    cells = [[0] * width for _ in range(height)]
    for column, (low, high) in enumerate(resized(peaks, 2 * width)):
        # Sample 127 lies in the uppermost dot row, -127 in the lowest, 0 between the two in the middle: it takes the
        # upper one of them.
        top, bottom = ((_FULL - value) * rows // (2 * _FULL + 1) for value in (high, low))
        for row in range(top, bottom + 1):
            cells[row // 4][column // 2] |= _DOTS[row % 4][column % 2]
    return ["".join(chr(0x2800 + bits) for bits in row) for row in cells]


def blocks(peaks: Peaks, width: int, height: int = 1) -> list[str]:
    """Return `height` rows of `width` block characters that stand on the lowest row.

    Args:
        peaks: the outline; only silence is blank.
        width: characters.
        height: rows.
    """
    return _bars(peaks, width, height, _EIGHTHS)


def ascii_bars(peaks: Peaks, width: int, height: int = 1) -> list[str]:
    """Return `height` rows of `width` ASCII characters that stand on the lowest row.

    Args:
        peaks: the outline; only silence is blank.
        width: characters.
        height: rows.
    """
    return _bars(peaks, width, height, _ASCII)


def drawn(peaks: Peaks, width: int, height: int = 1, style: Style = "braille") -> list[str]:
    """Return an outline in one of the styles; the other arguments are those of `braille`."""
    return {"braille": braille, "blocks": blocks, "ascii": ascii_bars}[style](peaks, width, height)


def _bars(peaks: Peaks, width: int, height: int, steps: str) -> list[str]:
    most = len(steps) - 1
    levels = []
    for low, high in resized(peaks, width):
        loud = max(-low, high, 0)
        levels.append(-(-loud * most * height // _FULL))  # rounded up: what is not silent is seen
    return [
        "".join(steps[min(max(level - most * below, 0), most)] for level in levels) for below in reversed(range(height))
    ]
