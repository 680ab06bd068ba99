"""Asking before something is done; the default is No."""

from __future__ import annotations

from ctk_tui.cli import diagnostics
from ctk_tui.model.errors import Refused


def confirmed(what: str, *, yes: bool) -> None:
    """Return when the user agrees.

    Args:
        what: would be done, such as "forget the source samples", with what stays: "(no file is touched)".
        yes: `--yes` was given.

    Raises:
        Refused: the answer is no, or nobody can be asked.
    """
    if yes:
        return
    if not diagnostics.can_ask():
        raise Refused(f"this needs a yes: {what}", "nobody can be asked here; --yes says it")
    if not diagnostics.ask(f"{what[0].upper()}{what[1:]}?"):
        raise Refused("nothing was done")
