"""Keys: no two actions share one, the user's own are taken, and what cannot be is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.tui.actions import ACTIONS, BY_NAME, VIEWS
from ctk_tui.tui.keymap import Grammar, keymap, shown


def test_every_key_means_one_action_in_a_view_and_none_is_a_chords_beginning_too() -> None:
    for view in VIEWS:
        seen: dict[str, str] = {}
        for action in ACTIONS:
            if view in action.views:
                for key in action.keys:
                    assert key not in seen, (view, key, action.name, seen[key])
                    seen[key] = action.name
        firsts = {key.split(" ")[0] for key in seen if " " in key}
        assert not firsts & {key for key in seen if " " not in key}


def test_nothing_is_bound_to_what_terminals_cannot_send() -> None:
    for action in ACTIONS:
        for key in action.keys:
            for part in key.split(" "):
                assert part not in {"ctrl+m", "ctrl+i", "ctrl+j", "ctrl+[", "ctrl+c"}
                assert not part.startswith(("alt+", "ctrl+shift+"))


def test_a_key_of_ones_own_takes_the_place_of_the_default() -> None:
    keys = keymap({"mark": "x"})
    assert keys.action("catalog", "x") is BY_NAME["mark"]
    assert keys.action("catalog", "m") is None
    assert keys.shown("mark") == "x"
    assert not keys.clashes


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"mark": "s"}, "stop already"),
        ({"mark": "f"}, "already"),  # begins chords
        ({"mark": "s q"}, "stop already"),  # s alone would never come to an end
        ({"mark": "ctrl+m"}, "do not send"),
        ({"mark": "alt+x"}, "do not send"),
        ({"mark": ""}, "one key, or two"),
        ({"mark": "a b c"}, "one key, or two"),
        ({"marc": "x"}, "no such action"),
    ],
)
def test_a_key_that_cannot_be_is_told_and_the_default_stays(own: dict[str, str], told: str) -> None:
    keys = keymap(own)
    assert len(keys.clashes) == 1
    assert told in keys.clashes[0]
    assert keys.action("catalog", "m") is BY_NAME["mark"]
    assert keys.action("catalog", "s") is BY_NAME["stop"]


def test_a_default_key_is_free_once_its_action_has_another() -> None:
    keys = keymap({"stop": "f5", "mark": "s"})
    assert keys.action("catalog", "s") is BY_NAME["mark"]
    assert keys.action("catalog", "f5") is BY_NAME["stop"]
    assert not keys.clashes


def test_space_and_m_change_places() -> None:
    keys = keymap({}, "mark")
    assert keys.action("catalog", "space") is BY_NAME["mark"]
    assert keys.action("catalog", "m") is BY_NAME["play_pause"]


def test_a_chord_waits_and_an_unknown_second_key_does_nothing() -> None:
    grammar = Grammar(keymap({}))
    assert grammar.feed("catalog", "f") is None
    assert grammar.pending == "f"
    found = grammar.feed("catalog", "d")
    assert found is not None
    assert found.name == "only_drums"
    assert grammar.feed("catalog", "f") is None
    assert grammar.feed("catalog", "q") is None, "q would quit, had it not been the second key"
    assert not grammar.pending


@given(
    st.dictionaries(st.sampled_from(sorted(BY_NAME)), st.sampled_from(["x", "f5", "s", "g g", "z z", "f", "ctrl+x"]))
)
def test_whatever_is_configured_no_key_means_two_actions(own: dict[str, str]) -> None:
    keys = keymap(own)
    for view in VIEWS:
        mapping = keys.views[view]
        firsts = {key.split(" ")[0] for key in mapping if " " in key}
        assert not firsts & {key for key in mapping if " " not in key}
        for action in ACTIONS:
            if view in action.views:
                assert all(mapping[key] == action.name for key in keys.keys[action.name])


def test_keys_are_shown_as_people_read_them() -> None:
    assert [shown(key) for key in ("f d", "down", "g g", ", N", "escape")] == ["fd", "↓", "gg", ",N", "esc"]
