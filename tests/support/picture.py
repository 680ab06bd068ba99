"""The screen as a picture, cell by cell: what a terminal shows, without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from pathlib import Path

    from rich.style import Style
    from textual.app import App

FONT, BOLD = "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"
SIZE = 16
"""Points."""
CELL = (10, 20)
"""Pixels, width and height."""
EDGE = 8
"""Pixels around the screen."""
_BRAILLE = range(0x2800, 0x2900)
_DOTS = ((0, 0, 0x01), (0, 1, 0x02), (0, 2, 0x04), (1, 0, 0x08), (1, 1, 0x10), (1, 2, 0x20), (0, 3, 0x40), (1, 3, 0x80))


def take(app: App[int], file: Path) -> None:
    """Write the screen of an app as PNG."""
    strips = app.screen._compositor.render_strips()  # there is no public way to the text
    width = max(strip.cell_length for strip in strips)
    ground = _colour(app.screen.rich_style.bgcolor, (20, 21, 23))
    image = Image.new("RGB", (width * CELL[0] + 2 * EDGE, len(strips) * CELL[1] + 2 * EDGE), ground)
    draw = ImageDraw.Draw(image)
    fonts = {bold: ImageFont.truetype(BOLD if bold else FONT, SIZE) for bold in (False, True)}
    for row, strip in enumerate(strips):
        column = 0
        for text, style, _ in strip:
            for character in text:
                cells = strip_width(character)
                place = (EDGE + column * CELL[0], EDGE + row * CELL[1])
                _cell(draw, place, character, style, cells, fonts, ground)
                column += cells
    image.quantize(64).save(file, optimize=True)


def strip_width(character: str) -> int:
    """Return the cells of a character."""
    from rich.cells import cell_len

    return cell_len(character)


def _cell(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    character: str,
    style: Style | None,
    cells: int,
    fonts: dict[bool, ImageFont.FreeTypeFont],
    ground: tuple[int, int, int],
) -> None:
    fore = _colour(style.color if style else None, (212, 212, 208))
    back = _colour(style.bgcolor if style else None, ground)
    if style and style.reverse:
        fore, back = back, fore
    x, y = place
    if back != ground:
        draw.rectangle((x, y, x + cells * CELL[0] - 1, y + CELL[1] - 1), back)
    if ord(character) in _BRAILLE:
        for across, down, bit in _DOTS:
            if ord(character) & bit:
                left, top = x + 2 + across * 5, y + 2 + down * 5
                draw.rectangle((left, top, left + 1, top + 1), fore)
    elif character.strip():
        draw.text((x, y), character, fore, font=fonts[bool(style and style.bold)])


def _colour(colour: object, default: tuple[int, int, int]) -> tuple[int, int, int]:
    triplet = getattr(colour, "triplet", None)
    return default if triplet is None else (triplet.red, triplet.green, triplet.blue)
