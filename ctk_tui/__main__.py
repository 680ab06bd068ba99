"""The entry of `ctk` and of `python -m ctk_tui`."""

from __future__ import annotations

import sys
from functools import partial


def main() -> None:
    """Run the command line, or the full-screen app where it asks for that, and end with the exit code."""
    from ctk_tui.cli.main import guarded, run

    result = run()
    if not isinstance(result, int):
        from ctk_tui.tui.launch import open_app

        result = guarded(partial(open_app, result))
    sys.exit(result)


if __name__ == "__main__":
    main()
