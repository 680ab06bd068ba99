"""The outlines of sounds for the screen: fetched once, the newest wish first, drawn at any width."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from ctk_tui.model.errors import Cancelled, CtkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.toolkit.audio import Peaks
    from ctk_tui.tui.bridge import Bridge

KEPT = 64
"""Outlines; 2 kB each."""
MEANT = 3
"""Outlines that wait for their turn: of what is heard, of what follows it, and of what the cursor rests on."""


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
        self._wanted: list[int] = []
        self._made: int | None = None
        self._drawn: tuple[tuple[int, int, int], list[str]] | None = None

    def want(self, audio_id: int) -> None:
        """Fetch an outline, unless it is there or on its way; of what waits for its turn the newest wishes are kept."""
        if audio_id in self._found or audio_id == self._made:
            return
        self._wanted = [*(one for one in self._wanted if one != audio_id), audio_id][-MEANT:]
        if self._made is None:
            self._made = self._wanted.pop()
            self._bridge.start(self._fetch(self._made))

    async def _fetch(self, audio_id: int) -> None:
        try:
            found: Peaks | None = await self._bridge.run("outline", self._make, audio_id)
        except Cancelled:
            return  # the app is being left
        except CtkError:
            found = None  # why it cannot be decoded is told where it is played
        finally:
            self._made = None
        self._found[audio_id] = found
        if len(self._found) > KEPT:
            self._found.popitem(last=False)
        if self._wanted:
            self.want(self._wanted[-1])
        self._changed()

    def _make(self, audio_id: int) -> Peaks:
        """Return an outline, in a thread; an hour of sound takes seconds, and the app can be left meanwhile."""
        return self._bridge.toolkit.audio.outline_soon(audio_id).result(self._bridge.check)

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
