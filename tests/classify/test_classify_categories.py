"""The rule from probabilities to a category, on vectors made by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.classify.categories import LEAST, NAME_ALONE, PRIOR, SPECIFIC_FIRST, Verdict, categorise, scores
from ctk_tui.classify.classes import COUNT, classes
from ctk_tui.classify.labels import kept, silence
from ctk_tui.model.audio import CATEGORIES

INDEX = {one.name: one.index for one in classes()}
LONG = 8.0
"""Seconds."""


def is_(found: Verdict, category: str, confidence: float, source: str) -> bool:
    return (found.category, found.source) == (category, source) and found.confidence == pytest.approx(confidence)


def heard(**labels: float) -> list[float]:
    """Return the probabilities of a sound in which these labels were heard; _ stands for a space."""
    found = [0.0] * COUNT
    for name, p in labels.items():
        found[INDEX[name.replace("_", " ")]] = p
    return found


def at(labels: dict[str, float]) -> list[float]:
    found = [0.0] * COUNT
    for name, p in labels.items():
        found[INDEX[name]] = p
    return found


@pytest.mark.parametrize(
    ("label", "category"),
    [
        ("Snare drum", "drums"),
        ("Cowbell", "drums"),
        ("Synthesizer", "synth"),
        ("Electric piano", "synth"),
        ("Speech", "vocal"),
        ("Choir", "vocal"),
        ("Bass guitar", "bass"),
        ("Double bass", "bass"),
        ("Acoustic guitar", "guitar"),
        ("Banjo", "guitar"),
        ("Thunder", "fx"),
        ("Dog", "fx"),
        ("Trumpet", "other"),
        ("Violin, fiddle", "other"),
    ],
)
def test_one_clear_label_tells_the_category(label: str, category: str) -> None:
    # As the network says it: music is always music too.
    found = at({label: 0.7, "Music": 0.9, "Musical instrument": 0.4, "Inside, small room": 0.3})
    assert is_(categorise(found, LONG), category, 0.7, "model")


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_label_alone_tells_its_category(category: str) -> None:
    for one in classes():
        if one.weight and one.category == category:
            assert categorise(at({one.name: 1.0}), LONG).category == category, one.name


def test_what_says_nothing_counts_for_nothing() -> None:
    for name in (
        "Music",
        "Musical instrument",
        "Silence",
        "Television",
        "Field recording",
        "Outside, rural or natural",
    ):
        assert categorise(at({name: 1.0}), LONG) == Verdict("other", 0.0, "model")


def test_a_style_counts_less_than_an_instrument() -> None:
    assert categorise(heard(Techno=0.9, Drum_machine=0.3), LONG).category == "drums"
    assert is_(categorise(heard(Dubstep=0.9), LONG), "bass", 0.27, "model")
    assert categorise(at({"Rock music": 0.9, "Electric guitar": 0.35}), LONG).category == "guitar"


def test_the_strongest_label_counts_and_the_rest_a_little() -> None:
    drone = at({one.name: 0.05 for one in classes() if one.category == "fx"} | {"Synthesizer": 0.3})
    found = scores(drone, short=False)
    assert found["fx"] == pytest.approx(0.05 + 0.1)  # 344 whispers
    assert categorise(drone, LONG).category == "synth"


@pytest.mark.parametrize("winner", range(len(SPECIFIC_FIRST)))
def test_a_tie_goes_to_the_most_specific(winner: int) -> None:
    of = dict(zip(SPECIFIC_FIRST, ("Bass guitar", "Guitar", "Drum", "Singing", "Organ", "Wind", "Flute"), strict=True))
    tied = SPECIFIC_FIRST[winner:]
    even = {of[category]: 0.5 for category in tied}
    assert categorise(at(even), LONG).category == tied[0]
    near = {of[category]: 0.5 + 0.019 * (category != tied[0]) for category in tied}
    assert categorise(at(near), LONG).category == tied[0]
    if len(tied) > 1:
        beyond = {of[category]: 0.5 + 0.021 * (category == tied[-1]) for category in tied}
        assert categorise(at(beyond), LONG).category == tied[-1]


def test_what_nothing_is_heard_in_is_other() -> None:
    assert categorise([0.0] * COUNT, LONG) == Verdict("other", 0.0, "model")
    assert categorise(heard(Guitar=LEAST - 0.001), LONG).category == "other"
    assert categorise(heard(Guitar=LEAST), LONG).category == "guitar"


def test_a_thud_is_a_drum_where_it_is_short() -> None:
    thud = at({"Thump, thud": 0.8})
    assert is_(categorise(thud, 0.4), "drums", 0.4, "model")
    assert categorise(thud, 1.5).category == "fx"
    assert categorise(thud, None).category == "fx"


def test_name_and_model_agree() -> None:
    assert is_(categorise(heard(Drum=0.6), LONG, "drums"), "drums", 0.6 + PRIOR, "both")
    assert categorise(heard(Drum=0.95), LONG, "drums").confidence == 1.0


def test_the_name_decides_where_the_model_is_unsure() -> None:
    assert categorise(heard(Wind=0.24), LONG, "bass") == Verdict("bass", NAME_ALONE, "name")
    assert categorise([0.0] * COUNT, LONG, "vocal") == Verdict("vocal", NAME_ALONE, "name")


def test_the_name_tips_the_scales_and_no_more() -> None:
    assert categorise(heard(Synthesizer=0.5, Bass_guitar=0.4), LONG, "bass").source == "both"
    assert categorise(heard(Synthesizer=0.5, Bass_guitar=0.4), LONG, "bass").category == "bass"
    assert is_(categorise(heard(Synthesizer=0.7, Bass_guitar=0.4), LONG, "bass"), "synth", 0.7, "model")


@given(
    st.dictionaries(st.integers(0, COUNT - 1), st.floats(0, 1), max_size=20),
    st.none() | st.floats(0, 1e5),
    st.none() | st.sampled_from(SPECIFIC_FIRST[:-1]),
)
def test_there_is_always_a_category_and_a_confidence(
    labels: dict[int, float], duration: float | None, hint: str | None
) -> None:
    found = categorise([labels.get(index, 0.0) for index in range(COUNT)], duration, hint)
    assert found.category in CATEGORIES
    assert 0 <= found.confidence <= 1
    assert found.source == "model" or (found.category == hint and found.source in {"name", "both"})


def test_five_labels_are_kept_and_more_where_they_are_likely() -> None:
    few = kept(heard(Drum=0.9, Snare_drum=0.05))
    assert [label.label for label in few[:2]] == ["Drum", "Snare drum"]
    assert len(few) == 5
    many = kept([0.2] * 8 + [0.05] * (COUNT - 8))
    assert len(many) == 8
    assert len(kept([0.2] * COUNT)) == 10
    assert [(label.label, label.p) for label in silence()] == [("Silence", 1.0)]
