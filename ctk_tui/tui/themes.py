"""How the screens look: two themes of ctk's own, and what the theme in force means for pure text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.theme import Theme

from ctk_tui.tui.present.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Mapping

DARK = Theme(
    name="ctk-dark",
    primary="#d9a441",
    secondary="#8a8f98",
    accent="#d9a441",
    warning="#e0705a",
    error="#e0705a",
    success="#8fb573",
    foreground="#d4d4d0",
    background="#141517",
    surface="#141517",
    panel="#1e2023",
    boost="#26292d",
    dark=True,
    variables={"ctk-quiet": "#8a8f98", "ctk-faint": "#4a4e55", "ctk-cursor": "#2a2d32", "ctk-rule": "#2c2f34"},
)
LIGHT = Theme(
    name="ctk-light",
    primary="#8a5a00",
    secondary="#5c6068",
    accent="#8a5a00",
    warning="#b03a2e",
    error="#b03a2e",
    success="#44702b",
    foreground="#22252a",
    background="#faf9f6",
    surface="#faf9f6",
    panel="#efede8",
    boost="#e6e3dc",
    dark=False,
    variables={"ctk-quiet": "#5c6068", "ctk-faint": "#b5b2aa", "ctk-cursor": "#e6e0d0", "ctk-rule": "#d8d5cd"},
)
DEFAULTS = {"ctk-quiet": "#8a8f98", "ctk-faint": "#5a5e65", "ctk-cursor": "#3a3d42", "ctk-rule": "#4a4e55"}
"""Variables of a theme that is not ctk's."""
THEMES = (DARK, LIGHT)
"""The first one is the default."""


def styles_of(theme: Theme, variables: Mapping[str, str]) -> Styles:
    """Return the styles of a theme, also of one that is not ctk's.

    Args:
        theme: the theme in force.
        variables: its CSS variables, with all defaults.
    """
    return Styles(
        accent=theme.accent or theme.primary,
        warning=theme.warning or theme.error or theme.primary,
        quiet=variables["ctk-quiet"],
        faint=variables["ctk-faint"],
    )
