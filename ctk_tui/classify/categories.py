"""From 527 probabilities to one category: a pure function, told in words in docs/classify.md."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.classify.classes import classes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SPECIFIC_FIRST = ("bass", "guitar", "drums", "vocal", "synth", "fx", "other")
"""Who wins a tie: a bass guitar is a guitar too, and everything is a sound effect."""
TIE = 0.02
"""Scores no further apart than this are a tie."""
LEAST = 0.10
"""A sound whose best score is less is `other`: the network heard nothing that it knows."""
REST = 0.10
"""What all further labels of a category together can add to its strongest one."""
SHORT = 1.5
"""Seconds; sounds below it are one-shots more often than recordings."""
UNSURE = 0.25
"""Below this best score the name decides, where it says something."""
PRIOR = 0.15
"""What a name adds to the score of its category."""
NAME_ALONE = 0.5
"""Confidence of a category that only the name tells."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sound is."""

    category: str
    """One of `model.audio.CATEGORIES`."""
    confidence: float
    """The score of the category, 0 to 1; it is not a probability."""
    source: str
    """Who says so: model, name or both."""


SILENT = Verdict("other", 1.0, "model")
"""What a sound is in which nothing can be heard."""


def categorise(probabilities: Sequence[float], duration: float | None, hint: str | None = None) -> Verdict:
    """Return the category of a sound.

    Args:
        probabilities: of the classes in the order of AudioSet, 527 numbers from 0 to 1.
        duration: seconds of the whole sound, None where it is not known.
        hint: the category that its name tells, None where it tells none.
    """
    found = scores(probabilities, short=duration is not None and duration < SHORT)
    best = _winner(found)
    if hint is None:
        return Verdict(best, found[best], "model")
    if hint == best:
        return Verdict(best, min(1.0, found[best] + PRIOR), "both")
    if found[best] < UNSURE:
        return Verdict(hint, NAME_ALONE, "name")
    found[hint] = min(1.0, found[hint] + PRIOR)
    best = _winner(found)
    return Verdict(best, found[best], "both" if best == hint else "model")


def scores(probabilities: Sequence[float], *, short: bool) -> dict[str, float]:
    """Return the score of every category, 0 to 1.

    The strongest label counts, not the sum: categories have from 3 to 344 labels, and 344 whispers are no word.

    Args:
        probabilities: see `categorise`.
        short: whether the sound is shorter than `SHORT`.
    """
    found = {}
    for category, members in _members(short).items():
        weighed = [weight * float(probabilities[index]) for index, weight in members]
        top = max(weighed)
        found[category] = min(1.0, top + REST * min(1.0, sum(weighed) - top))
    return found


def _winner(found: Mapping[str, float]) -> str:
    best = max(found.values())
    if best < LEAST:
        return "other"
    return next(category for category in SPECIFIC_FIRST if found[category] >= best - TIE)


@functools.cache
def _members(short: bool) -> dict[str, tuple[tuple[int, float], ...]]:
    """Return the classes that speak for each category, each with its weight."""
    members: dict[str, list[tuple[int, float]]] = {category: [] for category in SPECIFIC_FIRST}
    for one in classes():
        category, weight = (one.short_category, one.short_weight) if short else (one.category, one.weight)
        if weight:
            members[category].append((one.index, weight))
    return {category: tuple(of_one) for category, of_one in members.items()}
