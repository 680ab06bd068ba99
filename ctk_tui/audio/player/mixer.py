"""Between decoder and device: blocks in a queue, taken out a period at a time, with no gap and no click.

Every block belongs to a segment, a stretch of one file; segments follow each other without a gap, which is how loop and
next work. A cut (play, seek, stop) forgets all segments but the new one at once, so blocks of an older one that are
still on their way are refused. The device's own thread calls `render`: it does no I/O, and the lock is held by the
others for microseconds only.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ctk_tui.audio.player.state import CHANNELS, RATE

if TYPE_CHECKING:
    from ctk_tui.audio.layouts import Samples

AHEAD = RATE // 2
"""Frames decoded ahead: 0.5 s, so a disk may take its time."""
FADE = 240
"""Frames of a fade (5 ms) where sound breaks off or sets in midway: as quick as it can be without a click."""
RAMP = 480
"""Frames of a change of volume (10 ms)."""


@dataclass(slots=True)
class _Block:
    segment: int
    at: int
    """Place of its first frame in the file."""
    samples: Samples


@dataclass(slots=True)
class _Run:
    """Frames of one segment that the device took one behind the other."""

    begin: int
    """The device's own count at its first frame."""
    segment: int
    at: int
    """Place of its first frame in the file."""
    frames: int


class Mixer:
    """The queue of one device."""

    def __init__(self) -> None:
        self._room = threading.Condition()
        self._blocks: deque[_Block] = deque()
        self._queued = 0
        self._expected: dict[int, int] = {}
        """Segment to the place where its next block begins, in the order of playing."""
        self._finished: set[int] = set()
        self._begun = False
        self._fade_in = False
        self._tail: Samples = np.zeros((0, CHANNELS), np.float32)
        self._paused = self._silent = False
        self._gain = self._volume = 1.0
        self._clock = 0
        self._last = time.monotonic()
        self._period = 0
        self._runs: deque[_Run] = deque()
        self._rest = (0, 0)
        self._asked = time.monotonic()
        self.lag = 0
        """Frames between the device's asking and the loudspeaker."""
        self.sounded = 0
        """The segment that was heard last."""
        self.underruns = 0
        self.start_delay: float | None = None
        """Seconds from the last cut to the first frame taken."""

    # The decoder's side

    def put(self, segment: int, samples: Samples) -> bool:
        """Queue a block behind the others, waiting for room; return False where its segment is no longer wanted."""
        with self._room:
            self._room.wait_for(lambda: self._queued < AHEAD or segment not in self._expected)
            at = self._expected.get(segment)
            if at is None:
                return False
            self._blocks.append(_Block(segment, at, samples))
            self._expected[segment] = at + len(samples)
            self._queued += len(samples)
            return True

    def finish(self, segment: int) -> int | None:
        """Note that all of a segment is queued; return the place of its end, None where it is no longer wanted."""
        with self._room:
            if segment in self._expected:
                self._finished.add(segment)
            return self._expected.get(segment)

    # The transport's side

    def cut(self, segment: int | None, at: int = 0) -> None:
        """Forget everything; what is heard next is `segment` from frame `at` on, or nothing."""
        with self._room:
            if not self._silent:
                tail = self._peek(FADE)
                self._tail = tail * _slope(1, 0, len(tail)) * np.float32(self._gain)
            self._blocks.clear()
            self._queued = 0
            self._expected = {} if segment is None else {segment: at}
            self._finished = set()
            self._runs.clear()
            self._rest = (segment or 0, at)
            self._begun, self._fade_in = False, at > 0
            self._asked, self.start_delay = time.monotonic(), None
            self._room.notify_all()

    def append(self, segment: int, at: int = 0) -> None:
        """Let `segment` follow the last one without a gap."""
        with self._room:
            self._expected[segment] = at

    def drop_later(self) -> None:
        """Forget all segments behind the one that the device is at."""
        with self._room:
            if not self._expected:
                return
            now = self._runs[-1].segment if self._runs else -1
            now = now if now in self._expected else next(iter(self._expected))
            self._expected = {segment: at for segment, at in self._expected.items() if segment <= now}
            self._finished &= set(self._expected)
            self._blocks = deque(block for block in self._blocks if block.segment in self._expected)
            self._queued = sum(len(block.samples) for block in self._blocks)
            self._room.notify_all()

    def pause(self, on: bool) -> None:
        """Hold the sound where it is, or let it go on."""
        with self._room:
            self._paused = on

    def set_volume(self, gain: float) -> None:
        """Go to a linear gain within `RAMP` frames."""
        with self._room:
            self._volume = gain

    @property
    def segments(self) -> list[int]:
        """The segments that are being played or will be, in order."""
        with self._room:
            return list(self._expected)

    def heard(self) -> tuple[int, int]:
        """Return the segment that comes out of the loudspeaker now, and the place in its file."""
        with self._room:
            now = self._now()
            while len(self._runs) > 1 and self._runs[1].begin <= now:
                self._runs.popleft()
            if self._runs and self._runs[0].begin <= now:
                run = self._runs[0]
                self._rest = (run.segment, run.at + min(now - run.begin, run.frames))
                self.sounded = run.segment
            return self._rest

    def drained(self) -> bool:
        """Return whether all that was expected has been heard to its end."""
        with self._room:
            if self._blocks or not self._expected or set(self._expected) != self._finished:
                return False
            last = self._runs[-1] if self._runs else None
            return last is None or self._now() >= last.begin + last.frames

    def _now(self) -> int:
        """Return the device's count at the loudspeaker."""
        since = round((time.monotonic() - self._last) * RATE)
        return self._clock - self._period + min(since, self._period) - self.lag

    # The device's side

    def render(self, count: int) -> Samples:
        """Return the next `count` frames, silence where there is nothing to play; never raises."""
        with self._room:
            out = np.zeros((count, CHANNELS), np.float32)
            if self._paused:
                self._render_pause(out)
            else:
                self._render_sound(out)
            if self._gain != self._volume:
                ramp = min(RAMP, count)
                out[:ramp] *= _slope(self._gain, self._volume, ramp)
                out[ramp:] *= np.float32(self._volume)
                self._gain = self._volume
            elif self._gain != 1.0:
                out *= np.float32(self._gain)
            if len(self._tail):
                length = min(len(self._tail), count)
                out[:length] += self._tail[:length]
                self._tail = self._tail[length:]
            self._last, self._period = time.monotonic(), count
            self._clock += count
            return np.clip(out, -1, 1, out=out)

    def _render_pause(self, out: Samples) -> None:
        """Fade out what would come, without taking it: it is what resuming begins with."""
        if not self._silent:
            tail = self._peek(min(FADE, len(out)))
            out[: len(tail)] = tail * _slope(1, 0, len(tail))
            self._silent = True

    def _render_sound(self, out: Samples) -> None:
        filled = self._take(out)
        if filled and (self._silent or self._fade_in):
            length = min(FADE, filled)
            out[:length] *= _slope(0, 1, length)
            self._fade_in = False
        self._silent = False
        if filled < len(out) and self._begun and self._expected and set(self._expected) != self._finished:
            self.underruns += 1

    def _take(self, out: Samples) -> int:
        filled = 0
        while filled < len(out) and self._blocks:
            block = self._blocks[0]
            part = block.samples[: len(out) - filled]
            out[filled : filled + len(part)] = part
            self._note(block, len(part), self._clock + filled)
            filled += len(part)
            if len(part) == len(block.samples):
                self._blocks.popleft()
            else:
                block.samples = block.samples[len(part) :]
                block.at += len(part)
        if filled:
            self._queued -= filled
            self._room.notify_all()
            if not self._begun:
                self._begun, self.start_delay = True, time.monotonic() - self._asked
        return filled

    def _note(self, block: _Block, frames: int, clock: int) -> None:
        last = self._runs[-1] if self._runs else None
        if last and (last.segment, last.at + last.frames, last.begin + last.frames) == (block.segment, block.at, clock):
            last.frames += frames
        else:
            self._runs.append(_Run(clock, block.segment, block.at, frames))
            for segment in [segment for segment in self._expected if segment < block.segment]:
                del self._expected[segment]
                self._finished.discard(segment)

    def _peek(self, count: int) -> Samples:
        found: list[Samples] = [np.zeros((0, CHANNELS), np.float32)]
        for block in self._blocks:
            found.append(block.samples[:count])
            count -= len(found[-1])
            if count <= 0:
                break
        return np.concatenate(found)


def _slope(begin: float, end: float, frames: int) -> Samples:
    """Return gains from `begin` to `end`, one a frame, as a column."""
    return np.linspace(begin, end, frames, dtype=np.float32)[:, None]
