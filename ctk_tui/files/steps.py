"""Moments between two things that a kill may part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _go_on(name: str) -> None:
    del name


on_step: Callable[[str], None] = _go_on
"""Told each moment; tests put a function in its place that ends the process, and none else is ever here."""


def step(name: str) -> None:
    """Pass a moment: every change to the disk has one before and one after it.

    Args:
        name: what was just done, such as "begun" or "renamed".
    """
    on_step(name)
