"""docs/keys.md, made from the table of actions: `python -m ctk_tui.tui.reference > docs/keys.md`."""

from __future__ import annotations

import sys
from itertools import groupby

from ctk_tui.tui.actions import ACTIONS, VIEWS, Action
from ctk_tui.tui.keymap import shown

INTRODUCTION = """\
# Keys

Made by `make docs` from the app's own table of actions: the palette (`:`) offers the same, and `?` shows those of the
screen one is on.

Every one can be changed in the configuration: the action's name and a key, or two with a space between for a chord.
Printable keys are written as themselves, others as `space`, `enter`, `pagedown`, `ctrl+x`, `f5`. Where a key is another
action's already, that one keeps it, and ctk says so when it starts.

```toml
[ui.keys]
mark = "x"
sort_size = "g z"
```
"""


def reference() -> str:
    """Return the page."""
    parts = [INTRODUCTION]
    order = {group: place for place, group in reversed(list(enumerate(action.group for action in ACTIONS)))}
    for group, actions in groupby(sorted(ACTIONS, key=lambda one: order[one.group]), key=lambda one: one.group):
        parts.append(
            f"## {group}\n\n| key | action | name | where | on the command line |\n| --- | --- | --- | --- | --- |"
        )
        parts[-1] += "".join(f"\n{_row(action)}" for action in actions) + "\n"
    return "\n".join(parts)


def _row(action: Action) -> str:
    keys = " ".join(f"`{shown(key)}`" for key in action.keys)
    where = "everywhere" if action.views == VIEWS or set(action.views) == set(VIEWS) else ", ".join(action.views)
    command = f"`{action.command}`" if action.command else ""
    return f"| {keys} | {action.title} | `{action.name}` | {where} | {command} |"


if __name__ == "__main__":
    sys.stdout.write(reference())
