"""The entry of `ctk` and of `python -m ctk_tui`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end with its exit code."""
    from ctk_tui.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
