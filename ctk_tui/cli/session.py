"""What every command shares: the options before it, and the toolkit that it opens."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.cli import diagnostics

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.config.load import Loaded
    from ctk_tui.model.opening import OpenApp
    from ctk_tui.toolkit.toolkit import Toolkit


@dataclass(slots=True)
class Session:
    """The options before the command."""

    config: Path | None = None
    """`--config`."""
    db: Path | None = None
    """`--db`."""
    verbose: bool = False
    """`-v`."""
    mouse: bool = True
    """Whether the full-screen app takes the mouse: not after `--no-mouse`."""
    _loaded: Loaded | None = None
    """The configuration, once it was read."""

    def config_path(self) -> Path:
        """Return the configuration file that is meant."""
        from ctk_tui.config.paths import config_file

        return config_file(self.config, os.environ)

    def app(self) -> OpenApp:
        """Return the wish for the full-screen app."""
        from ctk_tui.model.opening import OpenApp

        return OpenApp(self.config_path(), self.db, self.mouse)

    def load(self, *, strict: bool = True) -> Loaded:
        """Read the configuration; warnings go to stderr, once.

        Raises:
            ConfigError: it is off, and `strict`.
        """
        from ctk_tui.config.load import load

        if self._loaded is None or not strict:
            self._loaded = load(self.config_path(), strict=strict)
            for warning in self._loaded.warnings:
                diagnostics.say(f"ctk: {warning}")
        return self._loaded

    def open(self, *, look: bool = True, new: bool = False, mends: bool = False) -> Toolkit:
        """Open the toolkit; file operations that were interrupted are mentioned on stderr.

        Args:
            look: see which sources are there now, so that lists tell what is offline.
            new: a configuration file that is not there will be made.
            mends: the command puts interrupted operations in order itself, and tells.
        """
        from ctk_tui.config.paths import CONFIG_VARIABLE
        from ctk_tui.toolkit.toolkit import Toolkit

        loaded = self.load()
        named = self.config is not None or bool(os.environ.get(CONFIG_VARIABLE))
        if named and not loaded.exists and not new:
            diagnostics.say(f"ctk: {loaded.path}: no such file, so the defaults are in force")
        toolkit = Toolkit.open(loaded.path, database_path=self.db, settings=loaded.settings)
        if look:
            toolkit.sources.look_around()
        if look and not mends:
            _mention_unfinished(toolkit)
        return toolkit


def _mention_unfinished(toolkit: Toolkit) -> None:
    from ctk_tui.toolkit.unfinished import unfinished

    names = unfinished(toolkit)
    if names:
        diagnostics.say(f"ctk: interrupted: {', '.join(names)}; `ctk doctor --repair` puts that in order")
