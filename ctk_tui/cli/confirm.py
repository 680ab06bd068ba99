"""Asking before something is done; the default is No."""

from __future__ import annotations

import sys

from ctk_tui.model.errors import Refused


def confirmed(question: str, *, yes: bool) -> None:
    """Return when the user agrees.

    Args:
        question: ends with a question mark and what stays.
        yes: `--yes` was given.

    Raises:
        Refused: the answer is no, or nobody can be asked.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refused("this needs a yes, and nobody can be asked here", "say it with --yes")
    import click

    if not click.confirm(question, default=False, err=True):
        raise Refused("nothing was done")
