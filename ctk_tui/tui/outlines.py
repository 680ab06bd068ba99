"""The outlines of sounds for the screen: fetched once, drawn at the widths that are asked for."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from ctk_tui.model.errors import CtkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.toolkit.audio import Peaks
    from ctk_tui.tui.bridge import Bridge

KEPT = 64
"""Outlines; 2 kB each."""


class Outlines:
    """Outlines by audio file.

    Args:
        bridge: the threads.
        changed: called when one has arrived.
        ascii_only: whether only ASCII may be drawn.
    """

    def __init__(self, bridge: Bridge, changed: Callable[[], None], *, ascii_only: bool) -> None:
        self._bridge = bridge
        self._changed = changed
        self._style = "ascii" if ascii_only else "braille"
        self._found: OrderedDict[int, Peaks | None] = OrderedDict()
        self._asked: set[int] = set()
        self._drawn: tuple[tuple[int, int, int], list[str]] | None = None

    def want(self, audio_id: int) -> None:
        """Fetch an outline, unless it is there or on its way."""
        if audio_id not in self._found and audio_id not in self._asked:
            self._asked.add(audio_id)
            self._bridge.start(self._fetch(audio_id))

    async def _fetch(self, audio_id: int) -> None:
        try:
            found: Peaks | None = await self._bridge.run("side", self._bridge.toolkit.audio.peaks, audio_id)
        except CtkError:
            found = None  # why it cannot be decoded is told where it is played
        self._asked.discard(audio_id)
        self._found[audio_id] = found
        if len(self._found) > KEPT:
            self._found.popitem(last=False)
        self._changed()

    def has(self, audio_id: int) -> bool:
        """Tell whether an outline is there."""
        return self._found.get(audio_id) is not None

    def lines(self, audio_id: int, width: int, height: int = 1) -> list[str]:
        """Return an outline as rows of text; `has` must hold."""
        key = (audio_id, width, height)
        if self._drawn is None or self._drawn[0] != key:
            found = self._found[audio_id]
            assert found is not None  # `has` holds
            self._drawn = key, self._bridge.toolkit.audio.drawn(found, width, height, self._style)  # type: ignore[arg-type]
        return self._drawn[1]
