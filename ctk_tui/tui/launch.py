"""Opening the app, and refusing to where a terminal cannot show it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ctk_tui.config.load import load
from ctk_tui.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctk_tui.model.opening import OpenApp

_INSTEAD = "everything is on the command line too: `ctk --help`"


def refuse(environ: Mapping[str, str], encoding: str | None, *, ascii_only: bool) -> None:
    """Raise where the terminal cannot show the app.

    Args:
        environ: of this process.
        encoding: of stdout.
        ascii_only: whether `[ui] ascii` is on.

    Raises:
        UsageError: it cannot move its cursor, or has no UTF-8 and was not told to do with ASCII.
    """
    terminal = environ.get("TERM", "")
    if terminal in ("dumb", "unknown") or (not terminal and sys.platform != "win32"):
        raise UsageError(f"this terminal (TERM={terminal or 'not set'}) cannot show the full-screen app", _INSTEAD)
    name = (encoding or "ascii").lower().replace("-", "").replace("_", "")
    if name not in ("utf8", "cp65001") and not ascii_only:
        raise UsageError(
            f"this terminal's encoding is {encoding or 'not known'}, and the app needs UTF-8",
            f"set LANG to a UTF-8 locale, or `ascii = true` in [ui]; {_INSTEAD}",
        )


def encoding_of(environ: Mapping[str, str], told: str | None, *, assumed: bool) -> str | None:
    """Return what the terminal encodes text as, None where it is not known.

    Python takes UTF-8 for granted where there is no locale, which is right in bare containers, and also where the
    user's locale says otherwise.

    Args:
        environ: of this process.
        told: the encoding of stdout.
        assumed: whether Python assumed UTF-8.
    """
    locale = environ.get("LC_ALL") or environ.get("LANG") or ""  # Python itself sets LC_CTYPE then
    language, _, codeset = locale.partition(".")
    if assumed and (codeset or language in ("C", "POSIX")):
        return codeset or "ASCII"
    return told


def open_app(wish: OpenApp) -> int:
    """Open the app and return its exit code when it is left.

    Raises:
        CtkError: the terminal cannot show it, or the catalog or the configuration cannot be opened.
    """
    loaded = load(wish.config, strict=False)
    assumed = bool(sys.flags.utf8_mode) and os.environ.get("PYTHONUTF8") != "1"
    encoding = encoding_of(os.environ, sys.stdout.encoding, assumed=assumed)
    refuse(os.environ, encoding, ascii_only=loaded.settings.ui.ascii)
    # Imported now: a refusal needs no Textual, and the app needs it whole.
    from ctk_tui.toolkit.toolkit import Toolkit
    from ctk_tui.tui.app import CtkApp

    with Toolkit.open(wish.config, database_path=wish.database, settings=loaded.settings) as toolkit:
        app = CtkApp(toolkit, notices=loaded.warnings)
        code = app.run(mouse=wish.mouse and not app.slow)
        return app.return_code or 0 if code is None else code  # None after a defect, whose trace was shown
