"""Choosing one of some: from a list, or by a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ctk_tui.tui.dialogs.frame import Box, Dialog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult
    from textual.events import Key

_MOVES = {
    "j": "cursor_down", "k": "cursor_up", "g": "first", "G": "last", "down": "cursor_down", "up": "cursor_up",
    "home": "first", "end": "last", "pageup": "page_up", "pagedown": "page_down",
}  # fmt: skip


def move(options: OptionList, event: Key) -> bool:
    """Move in a list, by vim's keys or the arrows; tell whether the key meant that."""
    name = _MOVES.get(event.character or "") or _MOVES.get(event.key)
    if name is not None:
        getattr(options, f"action_{name}")()
    return name is not None


class Choice(Dialog[str]):
    """A list; the answer is the name of what was chosen, None where nothing was.

    Args:
        title: what is chosen.
        options: name and what is shown of it.
        start: which one the cursor is on at first.
    """

    DEFAULT_CSS = """
    Choice OptionList { width: auto; min-width: 40; max-width: 100%; height: auto; max-height: 20; background: $panel;
        border: none; padding: 0; }
    """

    def __init__(self, title: str, options: Sequence[tuple[str, Text]], start: int = 0) -> None:
        super().__init__()
        self._title = title
        self._options = list(options)
        self._start = start

    def compose(self) -> ComposeResult:
        """Give the parts."""
        look = self.ctk.look
        with Box():
            yield Static(Text(f"{self._title}\n", look.strong), markup=False)
            yield OptionList(*(Option(shown) for _, shown in self._options), markup=False)
            yield Static(Text("\n") + self.hints(("enter", "choose"), ("esc", "leave")), markup=False)

    def on_mount(self) -> None:
        """Put the cursor where it begins."""
        options = self.query_one(OptionList)
        options.highlighted = self._start if self._options else None
        options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the answer."""
        event.stop()
        self.dismiss(self._options[event.option_index][0])

    def pressed(self, event: Key) -> bool:
        """Choose, or move."""
        options = self.query_one(OptionList)
        if event.key != "enter":
            return move(options, event)
        if options.highlighted is not None:
            self.dismiss(self._options[options.highlighted][0])
        return True


class Keys(Dialog[str]):
    """A question with a key for each answer; the answer is the key.

    Args:
        question: what is asked.
        answers: key to what it means.
    """

    def __init__(self, question: str, answers: Mapping[str, str]) -> None:
        super().__init__()
        self._question = question
        self._answers = dict(answers)

    def compose(self) -> ComposeResult:
        """Give the parts."""
        look = self.ctk.look
        with Box():
            yield Static(Text(f"{self._question}\n", look.strong), markup=False)
            lines = [
                Text.assemble((f"{'esc' if key == 'escape' else key:<5}", look.accent), meaning)
                for key, meaning in self._answers.items()
            ]
            yield Static(Text("\n").join(lines), markup=False)

    def pressed(self, event: Key) -> bool:
        """Take the answer."""
        if event.key in self._answers:
            self.dismiss(event.key)
        return True
