"""The few styles of the screens, by what they mean; the theme says how each looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Styles:
    """Rich styles: one accent, one for warnings, greys for the rest."""

    accent: str
    """What is played, marked or chosen."""
    warning: str
    """What is wrong or needs a look."""
    quiet: str
    """What is read second."""
    faint: str
    """Rules, dots, what is not there."""
    strong: str = "bold"
    """What is read first."""
