"""Measuring sound in real time on a machine that others keep busy, without mistaking their load for a defect.

A hole in a recording is a defect of ctk, unless the kernel says that processes had to wait for a CPU meanwhile: then
the measurement says nothing and is taken again, a few times at most. So a hole on a calm machine fails at once, and one
that is always there fails on any machine.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 6
"""How often a measurement is taken at most."""
BUSY = 0.06
"""Share of the time in which something waited for a CPU."""


def waited() -> float:
    """Return for how many seconds, since the system started, some process waited for a CPU or had it taken away.

    Where the system does not tell, that is always.
    """
    try:
        with open("/proc/pressure/cpu") as file:
            total = int(file.readline().rpartition("=")[2]) / 1_000_000
        with open("/proc/stat") as file:
            stolen = int(file.readline().split()[8]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return time.monotonic()
    return total + stolen


def measured(measure: Callable[[], object], reset: Callable[[], object] = lambda: None) -> list[float]:
    """Take a measurement, again where it fails and the machine was busy meanwhile.

    Args:
        measure: raises AssertionError where it finds a defect, or what looks like one.
        reset: called before every further time.

    Returns:
        How busy the machine was in each that failed, as a share of the time.

    Raises:
        AssertionError: it failed on a calm machine, or always.
    """
    failed: list[float] = []
    while True:
        begun, before = time.monotonic(), waited()
        try:
            measure()
        except AssertionError as error:
            share = (waited() - before) / (time.monotonic() - begun)
            failed.append(share)
            if share < BUSY or len(failed) == TIMES:
                busy = ", ".join(f"{100 * share:.0f} %" for share in failed)
                error.add_note(f"processes waited for a CPU in this share of the time: {busy}")
                raise
        else:
            return failed
        reset()
