"""Outlines made by worker processes: the JSON between `find_peaks` and whoever asked."""

from __future__ import annotations

import base64

from ctk_tui.audio.peaks import find_peaks
from ctk_tui.workers.ticks import tick


def outline(name: str) -> str:
    """Return the blob of a file's outline in base64; run by a worker.

    Args:
        name: the path, surrogate-escaped.
    """
    return base64.b64encode(find_peaks(name, check=lambda: tick(0)).blob).decode()
