"""The tutorial's walk through the app, key by key over the demo library."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.library import Library
from tests.support.screen import run, seated

if TYPE_CHECKING:
    from ctk_tui.demo.library import DemoLibrary

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
NAMED = ("enter", "space", "escape", "tab")


def steps() -> list[tuple[list[str], str]]:
    """Return what is pressed and what is seen then, of each line of the walk."""
    walk = PAGE.read_text("utf-8").partition("## In the app\n")[2].partition("\n## ")[0]
    rows = [line.split(" | ") for line in walk.splitlines() if line.startswith("| `")]
    return [(re.findall("`([^`]+)`", row[0]), row[-1].strip(" |`")) for row in rows]


def test_every_key_of_the_walk_does_what_is_told(demo_library: DemoLibrary, tmp_path: Path) -> None:
    library = Library(tmp_path / "ctk", demo_library.sources, "[audio]\naudition = false\n\n")
    library.scan()

    async def work() -> None:
        async with seated(library.toolkit, (120, 40)) as seat:
            await seat.sees("808 A1.wav")
            for keys, seen in steps():
                for key in keys:
                    await seat.strike(*([key] if len(key) == 1 or key in NAMED else key))
                if seen:
                    await seat.sees(seen)
            await seat.until(lambda: not seat.app.is_running, "the end")

    assert len(steps()) > 15
    run(work())
    library.close()
