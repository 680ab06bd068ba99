"""Where a worker is can be read from outside, and costs nothing where there is no worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.workers import page, ticks

if TYPE_CHECKING:
    import pytest


def test_outside_a_worker_nothing_happens() -> None:
    assert ticks._slots is None
    ticks.tick(5)


def test_the_parent_reads_what_was_ticked(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = page.Page()
    monkeypatch.setattr(ticks, "_slots", page.attach(shared.handle))
    try:
        shared.reset()
        assert shared.index() is None
        before = shared.beats()
        ticks.tick(0)
        ticks.tick(0)
        assert (shared.index(), shared.beats() - before) == (0, 2)
        ticks.tick(1 << 40)
        assert shared.index() == 1 << 40
        shared.reset()
        assert shared.index() is None
    finally:
        shared.close()
