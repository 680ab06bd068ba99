"""A checkpoint that all tests of a run share: seeded random weights in the published format, 327 MB."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.support.cnn14 import write_checkpoint

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file; read it only."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    path = shared / "seeded.pth"
    with FileLock(shared / "seeded.lock"):
        if not path.exists():
            write_checkpoint(path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
    return path
