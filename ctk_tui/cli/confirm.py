"""Asking before something is done; the default is No."""

from __future__ import annotations

from ctk_tui.cli import diagnostics
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
    if not diagnostics.can_ask():
        raise Refused("this needs a yes, and nobody can be asked here", "--yes says it")
    if not diagnostics.ask(question):
        raise Refused("nothing was done")
