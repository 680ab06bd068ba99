"""What is measured in real time is measured again where the machine was busy, and only there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.support import calm

if TYPE_CHECKING:
    from collections.abc import Callable


class Measurement:
    """Fails as often as it is told to.

    Args:
        failures: how often.
    """

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.taken = self.resets = 0

    def take(self) -> None:
        self.taken += 1
        assert self.taken > self.failures, "a hole"

    def reset(self) -> None:
        self.resets += 1


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return what makes the machine wait in a share of the time."""

    def set_busy(share: float) -> None:
        monkeypatch.setattr(calm, "waited", lambda: time.monotonic() * share)

    return set_busy


def test_on_a_calm_machine_a_hole_fails_at_once(machine: Callable[[float], None]) -> None:
    machine(0.01)
    measurement = Measurement(1)
    with pytest.raises(AssertionError, match="a hole"):
        calm.measured(measurement.take, measurement.reset)
    assert (measurement.taken, measurement.resets) == (1, 0)


def test_on_a_busy_machine_it_is_measured_again(machine: Callable[[float], None]) -> None:
    machine(0.5)
    measurement = Measurement(2)
    assert len(calm.measured(measurement.take, measurement.reset)) == 2
    assert (measurement.taken, measurement.resets) == (3, 2)


def test_a_hole_that_is_always_there_fails_on_any_machine(machine: Callable[[float], None]) -> None:
    machine(0.5)
    measurement = Measurement(99)
    with pytest.raises(AssertionError) as caught:
        calm.measured(measurement.take, measurement.reset)
    assert measurement.taken == calm.TIMES
    assert "50 %" in caught.value.__notes__[0]


def test_the_kernel_counts_what_waits() -> None:
    before = calm.waited()
    assert before > 0
    assert calm.waited() >= before
