"""The keep rules on the smallest screen: every rule is told whole, and what is too long is cut with a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.duplicates.keep import RULES
from ctk_tui.tui.dialogs.rules import Rules
from tests.support.library import kicks
from tests.support.screen import run, seated

if TYPE_CHECKING:
    from pathlib import Path

LONG = "in:/a/very/long/pattern/that/no/small/screen/could/ever/show/in/one/line/*"


def test_every_rule_has_its_line_and_its_words(tmp_path: Path) -> None:
    library = kicks(tmp_path, 1)
    known = {rule: words for rule, words in RULES.items() if rule.islower()}
    chosen = (*list(known)[:3], LONG)

    async def work() -> None:
        async with seated(library.toolkit, (80, 24)) as seat:
            await seat.sees("kick 0.wav")
            await seat.app.push_screen(Rules(chosen, known))
            await seat.sees("esc leave")
            rows = seat.lines()
            for rule, words in known.items():
                (row,) = [row for row in rows if f" {rule} " in row]
                assert row.partition(rule)[2].strip(" │┃") == words
            (row,) = [row for row in rows if LONG[:30] in row]
            assert "…" in row
            assert len([row for row in rows if "J K move" in row and "esc leave" in row]) == 1

    run(work())
    library.close()
