"""Errors travel between processes as what they are."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from ctk_tui.model import errors

MADE = [
    errors.CtkError("what", "next"),
    errors.QueryError("what", 3, 5, "next"),
    errors.ConfigError("what", Path("/c.toml"), 7, "[scan] workers", "next"),
    errors.Cancelled(),
    errors.WorkerLost("killed by signal 11", 4),
    errors.FileUnreadable(b"/a\xff\n", "permission denied", "next"),
    errors.NotARegularFile("/a", "a pipe"),
    errors.NotAudio("/a", "holds no sound"),
]


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
def test_an_error_arrives_as_it_left(error: errors.CtkError) -> None:
    error.add_note("raised in a worker")
    there: errors.CtkError = pickle.loads(pickle.dumps(error))
    assert type(there) is type(error)
    assert str(there) == str(error)
    assert vars(there) == vars(error)
    assert there.__notes__ == ["raised in a worker"]
