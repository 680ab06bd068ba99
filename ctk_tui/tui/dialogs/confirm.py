"""A question that is answered by y or n; enter and the key that opened it confirm nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.text import Text
from textual.widgets import Static

from ctk_tui.tui.dialogs.frame import Box, Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key


class Confirm(Dialog[bool]):
    """Asks; the answer is True for y alone.

    Args:
        question: what is asked.
        details: what there is to know before answering.
        hint: what else one could do.
    """

    def __init__(self, question: Text, details: Text | None = None, *, hint: str = "") -> None:
        super().__init__()
        self._question = question
        self._details = details
        self._hint = hint
        self._asks = True

    @classmethod
    def note(cls, title: Text, details: Text) -> Self:
        """Return a dialog that only tells something; any answer leaves it."""
        made = cls(title, details)
        made._asks = False
        return made

    def compose(self) -> ComposeResult:
        """Give the parts."""
        look = self.ctk.look
        with Box():
            yield Static(self._question, markup=False)
            if self._details is not None:
                yield Static(Text.assemble("\n", self._details), markup=False)
            if self._hint:
                yield Static(Text(f"\n{self._hint}", look.quiet), markup=False)
            yield Static(
                Text.assemble("\n", ("y", look.accent), " yes   ", ("n", look.accent), (" no", look.strong)),
                markup=False,
            )

    def pressed(self, event: Key) -> bool:
        """Take the answer."""
        if event.key in ("y", "n"):
            self.dismiss(event.key == "y")
        return True
