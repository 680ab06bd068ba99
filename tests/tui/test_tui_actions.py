"""The table of actions, what does them, the palette and docs/keys.md hold together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctk_tui.cli.main import COMMANDS
from ctk_tui.tui.actions import ACTIONS, CATALOG, DUPLICATES, HISTORY, SOURCES, VIEWS
from ctk_tui.tui.commands import Commands
from ctk_tui.tui.hearing import Hearing
from ctk_tui.tui.reference import reference
from ctk_tui.tui.screens.catalog import CatalogView
from ctk_tui.tui.screens.duplicates import DuplicatesView
from ctk_tui.tui.screens.history import HistoryView
from ctk_tui.tui.screens.sources import SourcesView

if TYPE_CHECKING:
    from ctk_tui.tui.screens.view import View

CLASSES: dict[str, type[View]] = {
    CATALOG: CatalogView, SOURCES: SourcesView, DUPLICATES: DuplicatesView, HISTORY: HistoryView,
}  # fmt: skip
NO_COMMAND = {"Moving", "Marking", "ctk"}
"""Groups that make no sense on a command line."""


@pytest.mark.parametrize("view", VIEWS)
def test_every_action_of_a_view_is_done_by_somebody(view: str) -> None:
    for action in ACTIONS:
        if view in action.views:
            doers = [one for one in (CLASSES[view], Hearing, Commands) if hasattr(one, f"do_{action.name}")]
            assert doers, f"nobody does {action.name} in {view}"


def test_nobody_does_what_stands_not_in_the_table() -> None:
    known = {f"do_{action.name}" for action in ACTIONS}
    for one in (*CLASSES.values(), Hearing, Commands):
        assert {name for name in dir(one) if name.startswith("do_")} <= known, one


def test_footers_name_actions_that_have_a_word_for_it() -> None:
    words = {action.name: action.footer for action in ACTIONS}
    for one in CLASSES.values():
        assert all(words[name] for name in one.FOOTER), one


def test_commands_that_do_the_same_are_there() -> None:
    for action in ACTIONS:
        if action.command:
            word = action.command.split()[1]
            assert word in COMMANDS or word.startswith("-"), action.command


def test_docs_have_the_table_as_it_is() -> None:
    page = Path(__file__).parents[2] / "docs/keys.md"
    assert page.read_text("utf-8") == reference(), "make docs"
