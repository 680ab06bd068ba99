"""The table of AudioSet's classes is whole, and every category has a voice."""

from __future__ import annotations

import re
from collections import Counter

from ctk_tui.classify.categories import SPECIFIC_FIRST
from ctk_tui.classify.classes import COUNT, SILENCE, classes
from ctk_tui.model.audio import CATEGORIES


def test_the_classes_are_those_of_the_network() -> None:
    assert [one.index for one in classes()] == list(range(COUNT))
    assert len({one.mid for one in classes()}) == len({one.name for one in classes()}) == COUNT
    assert all(re.fullmatch(r"/[a-z]/\w+", one.mid) for one in classes())
    named = {0: "Speech", 137: "Music", SILENCE: "Silence", 140: "Guitar", 142: "Bass guitar", 526: "Field recording"}
    assert {index: classes()[index].name for index in named} == named


def test_every_class_counts_for_a_category_or_for_nothing() -> None:
    assert set(SPECIFIC_FIRST) == set(CATEGORIES)
    for one in classes():
        assert {one.category, one.short_category} <= set(CATEGORIES)
        assert 0 <= one.weight <= 1
        assert 0 <= one.short_weight <= 1
    voices = Counter(one.category for one in classes() if one.weight)
    assert voices == {"fx": 344, "other": 84, "drums": 25, "vocal": 25, "synth": 21, "guitar": 13, "bass": 3}
    assert sum(one.weight == 0 for one in classes()) == 12
