"""A line of text that takes each key at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.events import Key, Paste

_ACTIONS = {key.strip(): one.action for one in Binding.make_bindings(Input.BINDINGS) for key in one.key.split(",")}


class Field(Input):
    """An input that the app hands its keys to itself.

    Textual's way is a queue for each widget: a key that a binding means, as backspace, goes through all of them and
    arrives behind those that were pressed after it.

    Args:
        value: what stands there at first.
        placeholder: what is shown while it is empty.
    """

    def __init__(self, value: str = "", placeholder: str = "") -> None:
        super().__init__(value, placeholder, select_on_focus=False)
        self.cursor_blink = False  # a blinking cursor sends 2 kB a second for nothing

    async def take(self, event: Key) -> bool:
        """Do what a key means here; tell whether it meant anything."""
        action = _ACTIONS.get(event.key)
        if action is not None:
            await self.run_action(action)
        elif event.is_printable:
            await self._on_key(event)
        else:
            return False
        return True

    def paste(self, event: Paste) -> None:
        """Take what was pasted."""
        self._on_paste(event)
