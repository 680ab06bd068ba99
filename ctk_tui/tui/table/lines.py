"""Rows as lines on the screen: made once, kept while nothing about them changes, compared to see what to send."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, get_args

from rich.segment import Segment
from textual.strip import Strip

from ctk_tui.tui.present.cells import fit, is_sure
from ctk_tui.tui.present.column import GAP, Cell, Placed, Tone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style

    from ctk_tui.tui.present.glyphs import Glyphs

GUTTER = 4
"""Cells before the first column: cursor, mark, state, and a space."""
EDGE = 2
"""Cells after the last one: a space, or the sort mark of the column that ends there, and the thumb."""


TONES = ("header", "sorted", *get_args(Tone))
"""The colours of text; each is a component class of the table, `table--quiet` and so on."""
GROUNDS = ("cursor", "range")
"""The grounds under a row, component classes too."""


class Look(NamedTuple):
    """What a line shows beside its row."""

    cursor: bool = False
    marked: bool = False
    sound: str = ""
    """"playing" or "paused" where it is the row that is heard."""
    ranged: bool = False
    """In the range that is being chosen."""
    thumb: bool = False


PLAIN = Look()


class Piece(NamedTuple):
    """Some cells of a line in one style."""

    x: int
    width: int
    """Cells."""
    text: str
    style: Style


class Line(NamedTuple):
    """One line of the screen."""

    pieces: tuple[Piece, ...]
    strip: Strip
    sure: bool
    """Whether every terminal agrees on its widths."""


Paint: TypeAlias = "Callable[[str, str], Style]"
"""Gives the style for a tone ("text", "quiet" and so on) on a ground ("", "cursor" or "range")."""


def line(pieces: Sequence[Piece]) -> Line:
    """Return a line; pieces of one style become one segment, and blanks take the style beside them: fewer bytes."""
    segments: list[Segment] = []
    text, style = "", pieces[0].style
    for piece in pieces:
        if not text or text.isspace():
            style = piece.style
        elif piece.style is not style and not piece.text.isspace():
            segments.append(Segment(text, style))
            text, style = "", piece.style
        text += piece.text
    segments.append(Segment(text, style))
    last = pieces[-1]
    return Line(tuple(pieces), Strip(segments, last.x + last.width), all(is_sure(piece.text) for piece in pieces))


def changed(old: Line, new: Line) -> tuple[int, int] | None:
    """Return the first and the last cell but one that differ, None where the lines are alike."""
    if old.strip is new.strip:
        return None
    different = [at for at, pair in enumerate(zip_longest(old.pieces, new.pieces)) if pair[0] != pair[1]]
    if not different:
        return None
    if len(old.pieces) != len(new.pieces) or not (old.sure and new.sure):
        # A terminal that draws a sign wider than we think has shifted all that follows it.
        return 0, max(old.strip.cell_length, new.strip.cell_length)
    first, last = new.pieces[different[0]], new.pieces[different[-1]]
    return first.x, last.x + last.width


class LineMaker:
    """Makes the lines of one table.

    Args:
        placed: the columns and where they are.
        width: cells of a line.
        signs: the glyphs.
        paint: gives the styles.
    """

    def __init__(self, placed: Sequence[Placed], width: int, signs: Glyphs, paint: Paint) -> None:
        self._placed = placed
        self._width = width
        self._signs = signs
        self._paint = paint

    def header(self, sort: str, *, descending: bool) -> Line:
        """Return the titles; the column that sorts has its mark behind its title."""
        pieces = [self._piece(0, GUTTER, "", "header")]
        for column, title, x, width, _ in self._placed:
            on = column.key == sort
            text = fit(title, width, right=column.right, sign=self._signs.cut)
            space = " " * GAP
            if on:
                sign = self._signs.descending if descending else self._signs.ascending
                if not column.right and len(title) + 2 <= width:
                    text = fit(f"{title} {sign}", width)
                else:
                    space = sign + " " * (GAP - 1)
            pieces.append(self._piece(GUTTER + x, width, text, "sorted" if on else "header"))
            pieces.append(self._piece(GUTTER + x + width, GAP, space, "sorted" if on else "header"))
        return self._finished(pieces, "header", "")

    def waiting(self, look: Look) -> Line:
        """Return the line of a row that is not read yet: quiet dots where the text of its columns will be."""
        pieces = self._gutter(look, "")
        for column, _, x, width, _ in self._placed:
            dots = self._signs.waiting * min(width, 3)
            pieces.append(self._piece(GUTTER + x, width, fit(dots, width, right=column.right), "faint", look))
            pieces.append(self._piece(GUTTER + x + width, GAP, "", "faint", look))
        return self._finished(pieces, "faint", self._edge(look), look)

    def spanned(self, cell: Cell, look: Look) -> Line:
        """Return a line of one text across all columns: the head of a group, or that a row is gone."""
        pieces = self._gutter(look, "")
        room = max(self._width - GUTTER - EDGE, 1)
        text = fit(cell.text, room, sign=self._signs.cut)
        pieces.append(self._piece(GUTTER, room, text, cell.tone or "strong", look))
        return self._finished(pieces, "text", self._edge(look), look)

    def row(self, row: Any, state: Cell, look: Look) -> Line:
        """Return the line of a row.

        Args:
            row: what the columns render.
            state: one cell for the state column.
            look: what else it shows.
        """
        pieces = self._gutter(look, state.text, state.tone or "quiet")
        for column, _, x, width, render in self._placed:
            cell = render(row)
            text, tone = cell if isinstance(cell, Cell) else (cell, None)
            tone = "accent" if look.sound and column.tone == "text" else tone or column.tone
            text = fit(text, width, right=column.right, cut=column.cut, sign=self._signs.cut)
            pieces.append(self._piece(GUTTER + x, width, text, tone, look))
            pieces.append(self._piece(GUTTER + x + width, GAP, "", tone, look))
        return self._finished(pieces, "quiet", self._edge(look), look)

    def _gutter(self, look: Look, state: str, tone: Tone = "quiet") -> list[Piece]:
        signs = self._signs
        if look.sound:
            state, tone = (signs.paused if look.sound == "paused" else signs.playing), "accent"
        return [
            self._piece(0, 1, signs.cursor if look.cursor else "", "accent", look),
            self._piece(1, 1, signs.mark if look.marked else "", "accent", look),
            self._piece(2, 1, state, tone, look),
            self._piece(3, 1, "", tone, look),
        ]

    def _edge(self, look: Look) -> str:
        return self._signs.thumb if look.thumb else ""

    def _piece(self, x: int, width: int, text: str, tone: str, look: Look = PLAIN) -> Piece:
        ground = "cursor" if look.cursor else "range" if look.ranged else ""
        return Piece(x, width, text or " " * width, self._paint(tone, ground))

    def _finished(self, pieces: list[Piece], tone: str, edge: str, look: Look = PLAIN) -> Line:
        """Return the line with blanks up to its end, and the edge there."""
        x = sum(piece.width for piece in pieces)
        while x > self._width - 1:  # the gap behind the last column; everything, where hardly anything fits
            last = pieces.pop()
            x -= last.width
            if x < self._width - 1:
                pieces.append(self._piece(x, self._width - 1 - x, last.text[: self._width - 1 - x], tone, look))
                x = self._width - 1
        if x < self._width - 1:
            pieces.append(self._piece(x, self._width - 1 - x, "", tone, look))
        pieces.append(self._piece(self._width - 1, 1, edge, "faint" if edge else tone, look))
        return line(pieces)
