"""What the command line hands to the entry when the full-screen app is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class OpenApp:
    """A wish for the full-screen app."""

    config: Path
    """The configuration file, which may not exist yet."""
    database: Path | None = None
    """Another catalog than the configuration's."""
    mouse: bool = True
    """Whether the app takes the mouse; without it the terminal's own selection works."""
