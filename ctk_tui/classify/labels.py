"""Which of the 527 labels are kept of a sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.classify.classes import SILENCE, classes
from ctk_tui.model.entry import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

ALWAYS = 5
"""The likeliest labels that are kept however unlikely they are: lists show so many."""
MOST = 10
LIKELY = 0.1
"""Probability from which further labels are kept, up to `MOST`."""


def kept(probabilities: Sequence[float]) -> tuple[Label, ...]:
    """Return the labels to keep, the likeliest first.

    Args:
        probabilities: of the classes in the order of AudioSet.
    """
    falling = sorted(range(len(probabilities)), key=probabilities.__getitem__, reverse=True)  # of equal ones the first
    likeliest = falling[:MOST]
    chosen = [index for at, index in enumerate(likeliest) if at < ALWAYS or probabilities[index] >= LIKELY]
    return tuple(Label(classes()[index].name, round(float(probabilities[index]), 4)) for index in chosen)


def silence() -> tuple[Label, ...]:
    """Return the labels of a sound in which nothing can be heard."""
    return (Label(classes()[SILENCE].name, 1.0),)
