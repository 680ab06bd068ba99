"""What goes to a terminal that cannot show everything: no colours, sixteen of them, ASCII alone."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter, Monochrome, NoColor

from ctk_tui.tui.present.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.color import Color as Ground


class Ascii(LineFilter):
    """Draws everything, names too, in ASCII."""

    def apply(self, segments: list[Segment], background: Ground) -> list[Segment]:
        """Return segments of the same widths."""
        del background
        return [Segment(plain(text), style, control) for text, style, control in segments]


class Colourless(LineFilter):
    """Leaves bold and reverse alone; Textual's own filter for NO_COLOR sends greys."""

    def apply(self, segments: list[Segment], background: Ground) -> list[Segment]:
        """Return segments that have no colour."""
        del background
        return [Segment(text, style and style.without_color, control) for text, style, control in segments]


class Sixteen(LineFilter):
    """Keeps text apart from its ground where both come out as the same one of sixteen colours."""

    def apply(self, segments: list[Segment], background: Ground) -> list[Segment]:
        """Return segments that can be read."""
        del background
        return [Segment(text, style and _apart(style), control) for text, style, control in segments]


@functools.lru_cache(maxsize=1024)
def _apart(style: Style) -> Style:
    fore, back = style.color, style.bgcolor
    if fore is None or back is None or _of_sixteen(fore) != _of_sixteen(back):
        return style
    dark = back.get_truecolor()
    return style + Style(color="bright_white" if sum(dark) < 3 * 128 else "black")


def _of_sixteen(colour: Color) -> int | None:
    return colour.downgrade(ColorSystem.STANDARD).number


_ASCII, _COLOURLESS, _SIXTEEN = Ascii(), Colourless(), Sixteen()
"""One of each: what was filtered is kept by its filter."""


def fit_for(own: Iterable[LineFilter], system: str | None, *, no_color: bool, ascii_only: bool) -> list[LineFilter]:
    """Return the filters for a terminal.

    Args:
        own: Textual's.
        system: the colours of the terminal, as Rich names them.
        no_color: whether NO_COLOR is set.
        ascii_only: whether `[ui] ascii` is on.
    """
    found = [one for one in own if not isinstance(one, Monochrome | NoColor)]
    if no_color:
        found.append(_COLOURLESS)
    elif system == "standard":
        found.append(_SIXTEEN)
    return [*found, _ASCII] if ascii_only else found
