"""What the doctor looks at outside the catalog; it can be seen when the catalog cannot be opened, too."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ctk_tui.catalog import migrations
from ctk_tui.config.paths import database_file
from ctk_tui.model.doctor import Check
from ctk_tui.toolkit.doctor_sound import hearing

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.model.errors import CatalogError
    from ctk_tui.model.settings import Settings


def without_catalog(option: Path | None, settings: Settings, error: CatalogError) -> list[Check]:
    """Return what can be told when the catalog cannot be opened: why, and the way back.

    Args:
        option: the value of `--db`, None where it was not given.
        settings: the configuration.
        error: what opening it said.
    """
    path = database_file(option, os.environ, settings)
    hint = error.hint.replace("that `ctk doctor` names", "(below)")
    return [Check("database", "error", error.message, hint), backups(path), *hearing(settings.audio), terminal()]


def backups(path: Path) -> Check:
    """Tell which backups of a catalog there are, and the way back to one."""
    found = migrations.backups(path)
    if not found:
        return Check("backups", "ok", "none yet: one is made before every change of the schema")
    names = ", ".join(backup.name for backup in found)
    return Check("backups", "ok", f"{names}; to go back: close ctk, copy one over {path.name}")


def terminal() -> Check:
    """Tell whether the full-screen app can run in this terminal."""
    kind = os.environ.get("TERM", "")
    encoding = (sys.stdout.encoding or "").lower().replace("-", "") if sys.stdout is not None else ""
    if kind == "dumb":
        return Check("terminal", "warn", "TERM=dumb: the full-screen app cannot run here",
                     "the commands work; set TERM for the app")  # fmt: skip
    if encoding not in {"", "utf8"}:
        return Check("terminal", "warn", f"its encoding is {encoding}, not UTF-8", "set LANG=C.UTF-8")
    return Check("terminal", "ok", f"{kind or 'no terminal'}{', UTF-8' if encoding else ''}")
