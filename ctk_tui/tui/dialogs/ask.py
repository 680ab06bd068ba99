"""Asking for a line of text, with completion where it is a path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ctk_tui.tui.dialogs.frame import Box, Dialog
from ctk_tui.tui.present.words import name
from ctk_tui.tui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.events import Key

OFFERED = 8
"""Folders that are offered."""


class Ask(Dialog[str]):
    """Asks for a line; the answer is what was typed, None after escape.

    Args:
        title: what is asked.
        value: what stands there at first.
        hint: what is to be known.
        above: what stands over the line.
        offer: returns what could be meant by the text so far; tab takes the first of it.
        wrong: returns what is wrong with the text, "" for nothing; enter ends the dialog only then.
    """

    DEFAULT_CSS = """
    Ask > .box { width: 80; }
    Ask Input, Ask Input:focus { border: none; padding: 0 1; height: 1; margin: 1 0; background: $boost; }
    Ask OptionList { height: auto; max-height: 9; background: $panel; border: none; padding: 0; margin-top: 1; }
    Ask #wrong { height: auto; min-height: 1; }
    """

    def __init__(
        self,
        title: str,
        value: str = "",
        *,
        hint: str = "",
        above: Text | None = None,
        offer: Callable[[str], Sequence[str]] | None = None,
        wrong: Callable[[str], str] = lambda text: "" if text.strip() else "nothing is typed yet",
    ) -> None:
        super().__init__()
        self._title, self._value, self._hint, self._above = title, value, hint, above
        self._offer, self._wrong = offer, wrong
        self._offered: list[str] = []
        self._offered_for: str | None = None

    def compose(self) -> ComposeResult:
        """Give the parts."""
        look = self.ctk.look
        with Box():
            yield Static(Text(f"{self._title}\n", look.strong), markup=False)
            if self._above is not None:
                yield Static(self._above, markup=False)
            yield Field(self._value)
            if self._offer is not None:
                yield OptionList(markup=False)
            yield Static(id="wrong", markup=False)
            keys = [("enter", "take it"), *([("tab", "complete")] if self._offer else []), ("esc", "leave")]
            yield Static(Text(f"{self._hint}\n" if self._hint else "", look.quiet) + self.hints(*keys), markup=False)

    def on_mount(self) -> None:
        """Let it be typed."""
        self.set_focus(self.query_one(Input))
        self._show_offer()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what fits."""
        event.stop()
        self.query_one("#wrong", Static).update("")
        self._show_offer()

    def _show_offer(self) -> None:
        text = self.query_one(Input).value
        if self._offer is None or text == self._offered_for:
            return
        self._offered_for, self._offered = text, list(self._offer(text))[:OFFERED]
        options = self.query_one(OptionList)
        options.clear_options().add_options([Option(Text(name(os.fsencode(one)))) for one in self._offered])
        options.display = bool(self._offered)
        options.highlighted = None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked."""
        event.stop()
        self._take(self._offered[event.option_index])

    def _take(self, text: str) -> None:
        line = self.query_one(Input)
        line.value = text
        line.cursor_position = len(text)
        self.set_focus(line)

    def pressed(self, event: Key) -> bool:
        """Complete, choose or take."""
        self._show_offer()
        options = self.query(OptionList)
        if event.key == "tab" and self._offered:
            chosen = options.first().highlighted
            self._take(self._offered[chosen or 0])
        elif event.key in ("down", "up") and self._offered:
            getattr(options.first(), f"action_cursor_{event.key}")()
        elif event.key == "enter":
            self._end()
        else:
            return False
        return True

    def _end(self) -> None:
        value = self.query_one(Input).value
        told = self._wrong(value)
        if told:
            self.query_one("#wrong", Static).update(Text(told, self.ctk.look.warning))
        else:
            self.dismiss(value)


def folders(start: Sequence[str]) -> Callable[[str], list[str]]:
    """Return what offers folders for the beginning of a path.

    Args:
        start: what is offered while nothing is typed.
    """

    def offer(text: str) -> list[str]:
        if not text.strip():
            return list(start)
        path = os.path.expanduser(text)
        folder, begin = os.path.split(path)
        try:
            with os.scandir(folder or ".") as found:
                names = sorted(
                    one.name
                    for one in found
                    if one.name.startswith(begin) and (begin or not one.name.startswith(".")) and one.is_dir()
                )
        except OSError:
            return []
        return [os.path.join(folder, one) + os.sep for one in names]

    return offer


def no_folder(text: str) -> str:
    """Return what is wrong with the path of a folder, "" for nothing."""
    path = os.path.expanduser(text.strip())
    if not path:
        return "name a folder"
    return "" if os.path.isdir(path) else f"{path} is not a folder"


def absolute(text: str) -> Path:
    """Return the folder that was typed, `~` replaced."""
    return Path(os.path.abspath(os.path.expanduser(text.strip())))
