"""The player's line at the bottom of every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ctk_tui.tui.present.player import left, outline, right
from ctk_tui.tui.widgets.line import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.toolkit.audio import PlayerState
    from ctk_tui.tui.present.player import Switches
    from ctk_tui.tui.present.styles import Styles

LEAST = 8
"""Cells below which no outline is drawn."""


class PlayerBar(Line):
    """Draws the state of the player; asks for the outline's characters at the width that is left."""

    def present(
        self, state: PlayerState, switches: Switches, draw: Callable[[int], str] | None, styles: Styles
    ) -> None:
        """Show a state.

        Args:
            state: of the player.
            switches: what stands beside the sound.
            draw: gives an outline of so many cells, None while there is none.
            styles: how things look.
        """
        width = self.size.width
        before, after = left(state, switches, width, styles), right(state, switches, width, styles)
        room = width - before.cell_len - after.cell_len
        middle = Text()
        if room >= LEAST:
            if draw is None:
                middle = Text(("-" if switches.ascii_only else "─") * room, styles.faint)
            else:
                share = state.position / state.duration if state.duration else None
                middle = outline(draw(room), share if state.status != "stopped" else None, styles)
        self.show(Text.assemble(before, middle, after))
