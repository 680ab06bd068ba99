"""The keep rules: which copy of a group stays; the first rule that can decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ctk_tui.tui.dialogs.choice import move
from ctk_tui.tui.dialogs.frame import Box, Dialog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult
    from textual.events import Key


class Rules(Dialog[tuple[str, ...]]):
    """Lets the rules be put in another order, taken out and added; enter takes them, escape leaves.

    Args:
        rules: in their order.
        known: every rule without a name in it, and what it keeps.
    """

    DEFAULT_CSS = """
    Rules OptionList { width: auto; min-width: 60; height: auto; max-height: 16; background: $panel; border: none;
        padding: 0; }
    """

    def __init__(self, rules: Sequence[str], known: Mapping[str, str]) -> None:
        super().__init__()
        self._known = dict(known)
        self._chosen = list(rules)
        self._others = [rule for rule in known if rule not in rules and rule.islower()]

    def compose(self) -> ComposeResult:
        """Give the parts."""
        keys = self.hints(("J K", "move"), ("space", "use it or not"), ("enter", "make the plan"), ("esc", "leave"))
        with Box():
            yield Static(
                Text("Of every group of copies one stays. Which? The first rule that can decides.\n"), markup=False
            )
            yield OptionList(markup=False)
            yield Static(Text("\n") + keys, markup=False)

    def on_mount(self) -> None:
        """List them."""
        self._list(0)
        self.query_one(OptionList).focus()

    def _list(self, place: int) -> None:
        look = self.ctk.look
        lines = [
            Text.assemble((f"{number + 1}. ", look.accent), f"{rule:<15} ", (self._known.get(rule, ""), look.quiet))
            for number, rule in enumerate(self._chosen)
        ]
        lines += [Text(f"   {rule:<15} {self._known[rule]}", look.faint) for rule in self._others]
        for line in lines:  # a pattern may be long
            line.truncate(self.room, overflow="ellipsis")
        options = self.query_one(OptionList)
        options.clear_options().add_options([Option(line) for line in lines])
        options.highlighted = place

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the rules."""
        event.stop()
        self.dismiss(tuple(self._chosen))

    def pressed(self, event: Key) -> bool:
        """Take the rules, move one, take it out or in, or move the cursor."""
        place = self.query_one(OptionList).highlighted or 0
        if event.character in ("J", "K"):
            other = place + (1 if event.character == "J" else -1)
            if max(place, other) < len(self._chosen) and other >= 0:
                self._chosen[place], self._chosen[other] = self._chosen[other], self._chosen[place]
                self._list(other)
        elif event.key == "space":
            self._toggle(place)
        elif event.key == "enter":
            self.dismiss(tuple(self._chosen))
        else:
            return move(self.query_one(OptionList), event)
        return True

    def _toggle(self, place: int) -> None:
        if place < len(self._chosen):
            self._others.append(self._chosen.pop(place))
        else:
            self._chosen.append(self._others.pop(place - len(self._chosen)))
        self._list(place)
