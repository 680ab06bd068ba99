"""Moments between two things that a kill may part."""

from __future__ import annotations


def step(name: str) -> None:
    """Do nothing. Every change to the disk has one before and one after it; tests end the process in them.

    Args:
        name: what was just done, such as "journaled" or "renamed".
    """
    del name
