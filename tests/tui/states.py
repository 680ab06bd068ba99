"""Named states of the app over the demo library: for snapshots, and for the pictures of the docs.

`python -m tests.tui.states docs/pictures` writes the pictures.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctk_tui.toolkit.toolkit import Toolkit
    from tests.support.screen import Seat


@dataclass(frozen=True, slots=True)
class State:
    """A state by the keys that lead to it."""

    keys: tuple[str, ...]
    """As Textual names them; several printable ones are typed."""
    waits: str
    """Text that stands on the screen then."""


STATES = {
    "catalog": State((), "808 A1.wav"),
    "search": State(("slash", "kick", "enter", "m", "m"), "2 marked"),
    "nothing-found": State(("slash", "snaer"), "~ snare"),
    "filter-chord": State(("f",), "Only drums"),
    "sources": State(("2",), "Formats"),
    "duplicates": State(("3",), "can be won"),
    "near-duplicates": State(("3", "t"), "near"),
    "clean-up": State(("3", "X", "enter"), "to quarantine"),
    "history": State(("g", "h"), "Nothing was done yet"),
    "help": State(("question_mark",), "Screens"),
}
"""Name to state; each begins anew."""


async def reach(seat: Seat, state: State) -> None:
    """Bring the app into a state."""
    await seat.sees("808 A1.wav")
    for key in state.keys:
        if len(key) > 1 and key in {"kick", "snaer"}:
            await seat.type(key)
        else:
            await seat.press(key)
        if key in "3X":
            await seat.sees("can be won" if key == "3" else "Which?")
    await seat.sees(state.waits)


async def _pictures(toolkit: Toolkit, folder: Path) -> None:
    from ctk_tui.tui.memory import memory_file
    from tests.support.picture import take
    from tests.support.screen import seated

    for name, state in STATES.items():
        for size in ((80, 24), (160, 45)):
            toolkit.catalog.mark(toolkit.catalog.marks(), on=False)
            memory_file(toolkit.database.path).unlink(missing_ok=True)
            async with seated(toolkit, size) as seat:
                await reach(seat, state)
                await seat.pilot.pause(2.5)  # the outline at the side has a worker to wait for
                take(seat.app, folder / f"{name}-{size[0]}x{size[1]}.png")


def main() -> None:
    """Make a demo library, and write the pictures of all states."""
    import os

    from ctk_tui.toolkit.demo import make_demo
    from ctk_tui.toolkit.toolkit import Toolkit

    folder = Path(sys.argv[1]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}  # whatever terminal this is started from
        demo = make_demo(Path(home) / "demo")
        with Toolkit.open(demo.config, database_path=demo.root / "catalog.db") as toolkit:
            toolkit.sources.scan()
            asyncio.run(_pictures(toolkit, folder))


if __name__ == "__main__":
    main()
