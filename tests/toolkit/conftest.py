"""What tests of the toolkit share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.hearing import QuickEngine, quick

if TYPE_CHECKING:
    from pathlib import Path

    from ctk_tui.toolkit.classifier import ClassifyOptions


@pytest.fixture
def hearing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[QuickEngine, ClassifyOptions]:
    """Give an engine that hears at once, and options that run it in this process."""
    return quick(monkeypatch, tmp_path)
