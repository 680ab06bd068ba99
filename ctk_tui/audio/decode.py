"""Sound files to blocks of float32 at the rate and with the channels that are wanted.

Which decoder reads a file is told by its first bytes, never by its name: WAV, AIFF and FLAC go through miniaudio, all
the rest, and what miniaudio refuses, through FFmpeg. Both are mixed (layouts.py) and resampled in one place, so a sound
is equally loud whichever of them read it. Damaged files may crash a decoder: call this in worker processes only.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Self

from ctk_tui.audio.ffmpeg import AvSource
from ctk_tui.audio.filters import Resampler
from ctk_tui.audio.layouts import Channels, mix
from ctk_tui.audio.magic import container
from ctk_tui.audio.native import KINDS, NativeSource
from ctk_tui.audio.source import BLOCK, LARGE
from ctk_tui.disk.reading import pread
from ctk_tui.disk.safe_open import open_regular
from ctk_tui.model.errors import FileUnreadable, NotAudio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from ctk_tui.audio.layouts import Samples
    from ctk_tui.audio.source import Place, Source

_LONGEST_STEP = 4800
"""Source frames: 0.1 s at 48 kHz are decoded for nothing at most."""
_FILTER = 128
"""Source frames that FFmpeg's resampler looks around itself, with plenty to spare (32 taps)."""


def open_source(path: bytes | str | os.PathLike[str], place: Place = lambda _rate: 0, block: int = BLOCK) -> Source:
    """Open a sound file at its own rate, with its own channels.

    Args:
        path: the file; links are followed.
        place: tells the first frame wanted, counted at the rate that it is given.
        block: frames of a read.

    Raises:
        NotAudio: it holds no sound that can be decoded.
        FileUnreadable: the system refuses to read it.
        NotARegularFile: the name is a pipe's, a folder's...
    """
    name = os.fsencode(path)
    with open_regular(name, follow=True) as file:
        try:
            head = pread(file.fd, 16, 0)
        except OSError as error:
            raise FileUnreadable(name, error.strerror or "cannot be read") from error
    if not head:
        raise NotAudio(name, "empty")
    kind = container(head)
    if kind in KINDS:
        try:
            return NativeSource(name, kind, place, block)
        except NotAudio:
            return AvSource(name, place, block)  # MP3 or GSM inside a WAV, headers that FFmpeg forgives
    return AvSource(name, place, block)


def aligned(start: float, own: int, wanted: int) -> int:
    """Return the source frame to begin at, so that what is resampled from there equals what a whole decode gives.

    44,100 to 48,000 Hz goes in steps of 147 frames to 160: begin at a whole step, some filter lengths early.

    Args:
        start: seconds to the first frame wanted.
        own: rate of the file in hertz.
        wanted: rate to resample to in hertz.
    """
    first = round(start * own)
    if own == wanted:
        return first
    step = own // math.gcd(own, wanted)
    if step > _LONGEST_STEP:
        return first  # odd rates: right to half a sample
    return max(0, (first - _FILTER * max(1, own // wanted)) // step * step)


class Sound:
    """An open sound as blocks of float32; iterate over it, close it or use `with`.

    Args:
        source: what is decoded, from the place that `aligned` told.
        rate: hertz wanted, None for the file's own.
        channels: 1 or 2.
        start: seconds to the first frame wanted.
        after: the sound that this one follows without a gap, read to its end by `blocks`: the same resampler goes on,
            for a new one would begin with a filter full of silence (46 dB below a 1 kHz tone, heard as a tick).
    """

    def __init__(
        self, source: Source, rate: int | None, channels: Channels, start: float = 0.0, after: Sound | None = None
    ) -> None:
        self._source = source
        self.empty = True
        """Whether the file has given nothing up to now."""
        self.rate = rate or source.rate
        """Hertz of the blocks."""
        self.channels: Channels = channels
        """Channels of the blocks."""
        self.duration = source.duration
        """Seconds of the whole file by its header, None where it does not say; it lies in files that are cut off."""
        rates = (source.rate, self.rate, channels)
        self.resampler: Resampler | None = None
        """What takes the file's rate to this one, None where they are the same."""
        if after is not None and after.resampler is not None and after.resampler.rates == rates:
            self.resampler = after.resampler
        elif self.rate != source.rate:
            self.resampler = Resampler(*rates)
        ahead = aligned(start, source.rate, self.rate)
        self._skip = round(start * self.rate) - round(ahead * self.rate / source.rate)

    @property
    def bad_packets(self) -> int:
        """Damaged pieces passed over up to now."""
        return self._source.bad_packets

    def __iter__(self) -> Iterator[Samples]:
        """Give blocks of shape (frames, channels), none of them empty, of up to some thousand frames."""
        yield from self.blocks()
        yield from self.rest()

    def blocks(self) -> Iterator[Samples]:
        """Give all blocks but what the resampler still holds at the end: `rest`, or the sound that follows, has it."""
        for block in self._resampled():
            if self._skip >= len(block):
                self._skip -= len(block)
            else:
                yield block[self._skip :] if self._skip else block
                self._skip = 0

    def _resampled(self) -> Iterator[Samples]:
        while (samples := self._source.read()) is not None:
            self.empty = False
            mixed = mix(samples, self.channels, self._source.names)
            yield from (mixed,) if self.resampler is None else self.resampler.feed(mixed)

    def rest(self) -> Iterator[Samples]:
        """Give what the resampler still holds, less than a millisecond; call it once, when `blocks` has ended."""
        if self.resampler is None:
            return
        for block in self.resampler.feed(None):
            if self._skip < len(block):
                yield block[self._skip :]
            self._skip = max(0, self._skip - len(block))

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_sound(
    path: bytes | str | os.PathLike[str],
    rate: int | None = 48000,
    channels: Channels = 2,
    start: float = 0.0,
    after: Sound | None = None,
    block: int = BLOCK,
) -> Sound:
    """Open a sound file for decoding.

    Args:
        path: the file; links are followed.
        rate: hertz wanted, None for the file's own.
        channels: 2, or 1 for the mean of both sides.
        start: seconds; the first frame given is the one that lies there (Windows Media: within 25 ms).
        after: see `Sound`.
        block: frames of the file that are decoded at once.

    Raises:
        NotAudio: it holds no sound that can be decoded.
        FileUnreadable: the system refuses to read it.
        NotARegularFile: the name is a pipe's, a folder's...
    """
    start = max(0.0, start)
    source = open_source(path, lambda own: aligned(start, own, rate or own), block)
    return Sound(source, rate, channels, start, after)


def decode(
    path: bytes | str | os.PathLike[str],
    rate: int | None = 48000,
    channels: Channels = 2,
    start: float = 0.0,
    seconds: float | None = None,
) -> Samples:
    """Return a whole sound, or `seconds` of it, as an array of shape (frames, channels).

    Args:
        path: as in `open_sound`, and so are rate, channels and start.
        rate: hertz wanted, None for the file's own.
        channels: 1 or 2.
        start: seconds to the first frame.
        seconds: the most that is wanted, None for all.

    Raises:
        NotAudio: it holds no sound that can be decoded.
        FileUnreadable: the system refuses to read it.
        NotARegularFile: the name is a pipe's, a folder's...
    """
    import numpy as np

    with open_sound(path, rate, channels, start, block=LARGE) as sound:
        wanted = None if seconds is None else round(seconds * sound.rate)
        blocks: list[Samples] = [np.zeros((0, channels), np.float32)]
        count = 0
        for block in sound:
            blocks.append(block)
            count += len(block)
            if wanted is not None and count >= wanted:
                break
    return np.concatenate(blocks)[:wanted]
