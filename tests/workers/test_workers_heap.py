"""A worker that keeps its memory takes no new pages for work that it has done before."""

from __future__ import annotations

import mmap
import sys
from concurrent.futures import wait

import pytest

from ctk_tui.workers.pool import WorkerPool
from tests.workers import victims

SIZE = 80 << 20
"""Bytes: more than a heap of a thread of its own can hold."""
PAGES = SIZE // mmap.PAGESIZE


@pytest.mark.skipif(sys.platform != "linux", reason="pages are counted on Linux")
@pytest.mark.parametrize("keep", [True, False])
def test_memory_is_kept_where_that_was_asked_in_every_thread(keep: bool) -> None:
    with WorkerPool(1, at_once=2, allow=("tests",), keep_memory=keep) as pool:
        wait([pool.submit(victims.meet, name) for name in ("one", "other")])  # both threads are there
        given = [pool.submit(victims.take_again, SIZE, 5).result() for _ in range(4)]
    assert all((pages < PAGES) is keep for pages in given), given
