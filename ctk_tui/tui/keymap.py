"""Which keys mean which action, with the user's own keys, and the chords that begin with a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctk_tui.tui.actions import ACTIONS, BY_NAME, VIEWS, Action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.events import Key

_SHOWN = {
    "space": "space", "enter": "enter", "escape": "esc", "down": "↓", "up": "↑", "left": "←", "right": "→",
    "pagedown": "pgdn", "pageup": "pgup", "ctrl+space": "ctrl+space",
}  # fmt: skip
_NEVER = ("ctrl+m", "ctrl+i", "ctrl+j", "ctrl+[")
"""Terminals send enter, tab, newline and escape for these."""
_RESERVED = ("ctrl+c",)
"""Twice quits, whatever else is set."""


def shown(key: str, *, ascii_only: bool = False) -> str:
    """Return a key or chord as people read it: `f d` is `fd`, `down` is an arrow, or a word where ASCII alone is."""
    names = [_SHOWN.get(part, part) for part in key.split(" ")]
    parts = [
        part if ascii_only and not name.isascii() else name for part, name in zip(key.split(" "), names, strict=True)
    ]
    return "".join(parts) if all(len(part) == 1 for part in parts) else " ".join(parts)


def named(event: Key) -> str:
    """Return a key as the table of actions names it."""
    if event.key in ("ctrl+@", "ctrl+space"):
        return "ctrl+space"
    if event.character is not None and event.is_printable and event.character != " ":
        return event.character
    return event.key


@dataclass(frozen=True, slots=True)
class Keymap:
    """Keys of every view."""

    views: Mapping[str, Mapping[str, str]]
    """View to key or chord to action name."""
    keys: Mapping[str, tuple[str, ...]]
    """Action name to its keys in force."""
    clashes: tuple[str, ...] = ()
    """Sentences about keys of the user's that were not taken."""

    def action(self, view: str, key: str) -> Action | None:
        """Return what a key or chord means in a view."""
        name = self.views[view].get(key)
        return None if name is None else BY_NAME[name]

    def seconds(self, view: str, first: str) -> list[tuple[str, Action]]:
        """Return the second keys of the chords that begin with a key, in the table's order."""
        found = [
            (key.split(" ", 1)[1], BY_NAME[name])
            for key, name in self.views[view].items()
            if key.startswith(f"{first} ")
        ]
        order = {action.name: place for place, action in enumerate(ACTIONS)}
        return sorted(found, key=lambda one: order[one[1].name])

    def shown(self, name: str) -> str:
        """Return the first key of an action as people read it, "" where it has none."""
        keys = self.keys.get(name, ())
        return shown(keys[0]) if keys else ""


def keymap(own: Mapping[str, str], space: str = "play") -> Keymap:
    """Return the keys in force.

    Args:
        own: the user's: action name to key or chord.
        space: "play", or "mark" for swapping the keys of the two.
    """
    keys = {action.name: action.keys for action in ACTIONS}
    if space == "mark":
        keys["play_pause"], keys["mark"] = keys["mark"], keys["play_pause"]
    clashes = []
    wanted = {}
    for name, key in own.items():
        told = _wrong(name, key)
        if told:
            clashes.append(told)
        else:
            wanted[name] = _normal(key)
    defaults = {name: value for name, value in keys.items() if name not in wanted}
    taken = {view: _of_view(defaults, view) for view in VIEWS}
    for name, key in wanted.items():
        told = next(
            (_clash(name, key, taken[view]) for view in BY_NAME[name].views if _clash(name, key, taken[view])), ""
        )
        if told:
            clashes.append(told)
            key_list = tuple(
                each for each in keys[name] if not any(_clash(name, each, taken[view]) for view in BY_NAME[name].views)
            )
        else:
            key_list = (key,)
        defaults[name] = key_list
        for view in BY_NAME[name].views:
            taken[view].update(dict.fromkeys(key_list, name))
    return Keymap(taken, {action.name: defaults[action.name] for action in ACTIONS}, tuple(clashes))


def _of_view(keys: Mapping[str, tuple[str, ...]], view: str) -> dict[str, str]:
    return {key: action.name for action in ACTIONS if view in action.views for key in keys.get(action.name, ())}


def _normal(key: str) -> str:
    return " ".join(key.split()) if key.strip() else key


def _wrong(name: str, key: str) -> str:
    if name not in BY_NAME:
        return f"[ui.keys] {name}: there is no such action; docs/keys.md lists them"
    parts = key.split()
    if not 1 <= len(parts) <= 2:
        return f"[ui.keys] {name} = {key!r}: one key, or two with a space between"
    for part in parts:
        if part in _NEVER or part in _RESERVED or part.startswith(("alt+", "ctrl+shift+")):
            return f"[ui.keys] {name} = {key!r}: terminals do not send {part} as a key of its own"
    return ""


def _clash(name: str, key: str, taken: Mapping[str, str]) -> str:
    """Return what is wrong with a key beside those that are taken, "" for nothing."""
    first = key.split(" ", 1)[0]
    for other, owner in taken.items():
        if owner == name:
            continue
        same = other == key
        begins = other.split(" ", 1)[0] == first and (" " in other) != (" " in key)
        if same or begins:
            return f"[ui.keys] {name} = {key!r}: that key is {owner} already ({shown(other)}), which stays"
    return ""


@dataclass(slots=True)
class Grammar:
    """Turns one key after the other into actions."""

    keymap: Keymap
    pending: str = field(default="", init=False)
    """The first key of a chord that waits for its second, "" for none."""

    def feed(self, view: str, key: str) -> Action | None:
        """Return the action that a key completes in a view, None while or where it completes none.

        A key that begins a chord is `pending` afterwards; an unknown second key cancels and does nothing.
        """
        if self.pending:
            chord, self.pending = f"{self.pending} {key}", ""
            return self.keymap.action(view, chord)
        found = self.keymap.action(view, key)
        if found is None and self.keymap.seconds(view, key):
            self.pending = key
        return found

    def cancel(self) -> bool:
        """Forget a chord that was begun; tell whether there was one."""
        was, self.pending = bool(self.pending), ""
        return was
