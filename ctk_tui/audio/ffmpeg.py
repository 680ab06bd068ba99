"""Every other format through PyAV, held to sound in the one file that was opened."""

from __future__ import annotations

import errno
import os
from collections import deque
from typing import TYPE_CHECKING, Any, Literal

from ctk_tui.audio.filters import Chain
from ctk_tui.audio.inspect import HIGHEST_RATE, MOST_CHANNELS, open_sound
from ctk_tui.audio.layouts import tame
from ctk_tui.audio.source import BLOCK, cleaned
from ctk_tui.disk.reasons import unreadable
from ctk_tui.disk.safe_open import open_regular
from ctk_tui.model.errors import NotAudio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.audio.layouts import Samples
    from ctk_tui.audio.source import Place

_Way = Literal["seek", "walk", "decode"]
"""To the first frame wanted: by the container's index, past undecoded packets, or by decoding all before it."""
_PREROLL = 0.5
"""Seconds decoded and thrown away before a place: an MP3 frame of 8 kbit/s leans on those of the 0.3 s before it."""
_MOST_BAD = 2000
"""Damaged packets in a row before a file is given up: 50 s of MP3."""
_MOST_PLANES = 8
_PADDING = 3
"""Packets of padding at the end: AAC has 2 at most."""
_SKIP_MANUAL = 1 << 29
"""AV_CODEC_FLAG2_SKIP_MANUAL."""
_COARSE = 0.0009
"""Seconds: a clock with longer ticks than this does not tell a sample's place (Windows Media: 1 ms, 44 samples)."""
_SCALES = {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0, "s64": 9223372036854775808.0}
"""Sample format to its full scale; the floats need none."""
_TYPES = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}
"""Sample format to numpy's name."""
_LIES = (ValueError, LookupError, ArithmeticError, MemoryError, TypeError, RuntimeError)
"""What PyAV lets through on files that lie: absurd sizes, missing streams, words that are no UTF-8."""


class AvSource:
    """A file that FFmpeg reads.

    Args:
        path: the file.
        place: tells the first frame wanted, counted at the rate that it is given.
        block: frames of a read.

    Raises:
        NotAudio: no sound in it can be decoded.
        FileUnreadable: the system refuses to read it.
        NotARegularFile: the name is a pipe's, a folder's...
    """

    def __init__(self, path: bytes, place: Place, block: int = BLOCK) -> None:
        import av

        av.logging.set_level(av.logging.PANIC)  # it would write to the terminal's second stream
        self._path = path
        self._place = place
        self._block = block
        self._container: Any = None
        self._skip = 0
        self._packer: Chain | None = None
        self.bad_packets = 0
        try:
            ways: tuple[_Way, ...] = ("seek", "walk", "decode") if place(1000) > 1000 * _PREROLL else ("decode",)
            while not self._open(ways[0]):
                self.close()
                ways = ways[1:]
        except av.FFmpegError as error:
            self.close()
            raise NotAudio(path, "no sound format that ctk knows, or damaged") from error
        except OSError as error:
            self.close()
            raise unreadable(path, error) from error
        except _LIES as error:
            self.close()
            raise NotAudio(path, "its headers make no sense") from error
        except BaseException:
            self.close()
            raise

    def read(self) -> Samples | None:
        """Return the next frames, or None at the end; several of FFmpeg's small ones at once."""
        import numpy as np

        held: list[Samples] = []
        count = 0
        while count < self._block and (samples := self._next()) is not None:
            if self._skip >= len(samples):
                self._skip -= len(samples)
                continue
            held.append(samples[self._skip :] if self._skip else samples)
            self._skip = 0
            count += len(held[-1])
        return cleaned(np.concatenate(held) if len(held) > 1 else held[0]) if held else None

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if self._container is not None:
            self._container.close()
            self._file.close()
            self._container = None

    def _open(self, way: _Way) -> bool:
        """Open the file, go near the place wanted and decode up to the first sound; False where that way fails."""
        self._file = _File(self._path)
        try:
            self._container = open_sound(self._file)
        except BaseException:
            self._file.close()
            raise
        if not self._container.streams.audio:
            raise NotAudio(self._path, "holds no sound")
        self._stream = self._container.streams.audio[0]
        if self._stream.codec_context is None:
            raise NotAudio(self._path, "no decoder for its sound")
        tame(self._container, self._stream.codec_context)
        self._stream.codec_context.thread_count = 1  # a decoder's threads take longer to start than a block to decode
        if self._stream.codec_context.name == "alac":
            # Its last packet tells its own length, and FFmpeg would cut off the padding of a CAF a second time.
            self._stream.codec_context.flags2 |= _SKIP_MANUAL
        self._origin = self._stream.start_time or 0
        start = max(0.0, self._place(1000) / 1000 - _PREROLL)
        if way == "seek" and not self._seek(start):
            return False
        self._frames = self._decoded(start if way == "walk" else 0.0)
        first = next(self._frames, None)
        if first is None and way != "decode":
            return False  # behind the end, or the index lies
        self._settle(first)
        self._ahead = deque([first])
        wanted = self._place(self.rate)
        at = 0 if way == "decode" else self._before(first)
        self._skip, self._at = wanted - (at or 0), at or 0
        return at is not None and at <= wanted

    def _seek(self, start: float) -> bool:
        """Go to `start` seconds or somewhat before them by the container's own means."""
        import av

        base, codec = self._stream.time_base, self._stream.codec_context.name
        if not base or (codec == "flac" and self._container.format.name == "ogg"):
            return False  # FFmpeg 8.1 gives FLAC in Ogg the times of another place after a seek
        try:
            if codec.startswith("wma"):
                # Its decoder swallows two frames after every start: the sound begins at the first frame that comes out.
                first = next(self._decoded(0.0), None)
                self._origin = self._origin if first is None or first.pts is None else first.pts
                self._stream.codec_context.flush_buffers()
            self._container.seek(int(start / base) + self._origin, stream=self._stream, backward=True)
        except (av.FFmpegError, OverflowError):
            return False
        return True

    def _before(self, frame: Any) -> int | None:
        """Return how many frames lie before `frame`, None where its time is not known."""
        if frame.pts is None or not self._stream.time_base:
            return None
        tick = float(self._stream.time_base)
        exact = float(frame.pts - self._origin) * tick * self.rate
        if tick > _COARSE:  # all frames are of one length, so the place is a whole number of them
            whole = round(exact / frame.samples) * int(frame.samples)
            return whole if abs(whole - exact) < 1.5 * tick * self.rate else round(exact)
        return round(exact)

    def _settle(self, frame: Any) -> None:
        """Take rate and channels from decoded sound: a header's may be half of it (HE-AAC)."""
        if frame is None:
            raise NotAudio(self._path, "no sound in it can be decoded")
        self.rate = int(frame.sample_rate)
        self._channels = int(frame.layout.nb_channels)
        if not (0 < self.rate <= HIGHEST_RATE and 0 < self._channels <= MOST_CHANNELS):
            raise NotAudio(self._path, f"its header says {self.rate} Hz and {self._channels} channels")
        self.names = tuple(channel.name for channel in frame.layout.channels)
        ticks, base = self._stream.duration, self._stream.time_base
        seconds = float(ticks * base) if ticks and base else (self._container.duration or 0) / 1_000_000
        self.duration: float | None = seconds if seconds > 0 else None
        in_mp4 = ticks and base and self._container.format.name.startswith("mov")
        self._end = round(seconds * self.rate) if in_mp4 else None

    def _decoded(self, start: float) -> Iterator[Any]:
        """Give the frames of all packets that can be decoded, without those that end before `start` seconds."""
        import av

        first = int(start / self._stream.time_base) + self._origin if start > 0 and self._stream.time_base else None
        in_a_row = 0
        try:
            for packet in self._container.demux(self._stream):
                if first is not None and packet.pts is not None and packet.pts + (packet.duration or 0) < first:
                    continue
                try:
                    for frame in packet.decode():
                        if frame.samples:
                            yield frame
                    in_a_row = 0
                except av.EOFError:
                    return
                except av.FFmpegError:
                    self.bad_packets += 1
                    in_a_row += 1
                    if in_a_row > _MOST_BAD:
                        return
        except (av.FFmpegError, OSError, *_LIES):
            self.bad_packets += 1  # the container breaks off here; what came before it is sound all the same

    def _next(self) -> Samples | None:
        frame = self._frame()
        if frame is None:
            return None
        samples = _samples(self._safe(frame), self._channels)
        place, self._at = self._at, self._at + len(samples)
        if self._end is not None and self._at > self._end:
            # MP4 tells where the sound ends within the last packets, and FFmpeg does not cut the padding off.
            # Where more packets follow than padding has, the header lies.
            while len(self._ahead) <= _PADDING and (more := next(self._frames, None)) is not None:
                self._ahead.append(more)
            if len(self._ahead) <= _PADDING:
                samples = samples[: max(0, self._end - place)]
            else:
                self._end = None
        return samples if len(samples) else None

    def _safe(self, frame: Any) -> Any:
        """Return a frame that can be read.

        PyAV 18 finds the planes of a frame by looking for the NULL behind the last, and with eight or more there is
        none: it reads what is no memory, and crashes on any 7.1 sound in AAC. FFmpeg's own filters know the number.
        """
        if not frame.format.is_planar or self._channels < _MOST_PLANES:
            return frame
        if self._packer is None:
            self._packer = Chain(self.rate, frame.format.name, frame.layout.name)
        return next(self._packer.feed(frame))

    def _frame(self) -> Any:
        """Return the next decoded frame of the file's rate and channels, None at the end."""
        while (frame := self._ahead.popleft() if self._ahead else next(self._frames, None)) is not None:
            if (frame.sample_rate, frame.layout.nb_channels) == (self.rate, self._channels):
                return frame
            self.bad_packets += 1  # a stream that changes its rate midway is damaged, or two files glued together
        return None


class _File:
    """A file as PyAV reads it: a place that cannot be is told FFmpeg as an error, where Python would raise.

    Args:
        path: the file.

    Raises:
        FileUnreadable: the system refuses to read it.
        NotARegularFile: the name is a pipe's, a folder's...
    """

    def __init__(self, path: bytes) -> None:
        # A descriptor of our own: FFmpeg never sees a name, so it cannot be led to another file.
        self._file = os.fdopen(open_regular(path, follow=True).fd, "rb")
        self.read = self._file.read
        self.tell = self._file.tell
        self.close = self._file.close

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place and return it, or a negative number where there is no such place."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -errno.EINVAL


def _samples(frame: Any, channels: int) -> Samples:
    """Return a decoded frame as float32 of shape (frames, channels)."""
    import numpy as np

    name, count = frame.format.name, frame.samples
    kind = name.removesuffix("p")
    found = np.empty((count, channels), np.float32)
    if kind == name:
        held = np.frombuffer(frame.planes[0], _TYPES[kind], count * channels).reshape(count, channels)
        _scaled(kind, held, found)
    else:
        for channel, plane in enumerate(frame.planes):
            _scaled(kind, np.frombuffer(plane, _TYPES[kind], count), found[:, channel])
    return found


def _scaled(kind: str, held: Any, found: Samples) -> None:
    """Write samples as they were decoded into an array of float32, full scale as 1."""
    import numpy as np

    scale = _SCALES.get(kind)
    if scale is None:
        found[:] = held
        return
    wide = held.astype(np.float64 if kind in {"s32", "s64"} else np.float32)
    if kind == "u8":
        wide -= 128.0
    found[:] = wide / scale
