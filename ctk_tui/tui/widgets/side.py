"""The details at the side of the list."""

from __future__ import annotations

from ctk_tui.tui.widgets.line import Line


class Side(Line):
    """A column of text beside the list, or over it where there is no room."""

    DEFAULT_CSS = """
    Side { width: 44; height: 1fr; padding: 0 1 0 2; border-left: solid $ctk-rule; background: $background; }
    Side.over { layer: over; dock: right; width: 60; max-width: 90%; background: $panel; border-left: none; }
    """
