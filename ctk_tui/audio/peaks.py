"""The outline of a sound: lowest and highest sample in each of 1,000 columns, 2,000 bytes a file.

A plain WAV is read as it lies on the disk: 53 MB take 3 ms, where a decoder takes 70. It is read in pieces and not
mapped into memory, which took as long, because a mapped file that shrinks meanwhile kills the process (SIGBUS).
Everything else is decoded once, at its own rate, in blocks.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from ctk_tui.audio.decode import open_source
from ctk_tui.audio.pcm import find_pcm
from ctk_tui.audio.source import LARGE
from ctk_tui.disk.reading import read_at
from ctk_tui.disk.safe_open import open_regular
from ctk_tui.model.errors import FileUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    import numpy.typing as npt

    from ctk_tui.audio.pcm import Pcm

    Numbers = npt.NDArray[Any]
    Flat = npt.NDArray[np.generic]

COLUMNS = 1000
"""Columns of an outline."""
VERSION = 1
"""Of what `Peaks.blob` holds; what another version made is made anew."""
_BLOCK = 65_536
"""Frames taken in hand at once."""
_HOP = 64
"""Frames that a longer decoded sound is first reduced to: rows of 128 samples cost little more than the decode."""
_WHOLE = 4 * _BLOCK
"""Frames up to which a decoded sound is kept whole: 4,096 hops, four of them in a column at least."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """The outline of one sound."""

    lows: bytes
    """One signed byte a column: lowest sample over all channels, -127 is full scale, rounded away from silence."""
    highs: bytes
    """The same for the highest."""

    @property
    def blob(self) -> bytes:
        """Both, one behind the other: what the catalog keeps."""
        return self.lows + self.highs

    @classmethod
    def from_blob(cls, blob: bytes) -> Self:
        """Return the outline that `blob` was made of.

        Raises:
            ValueError: its length is odd.
        """
        if len(blob) % 2:
            raise ValueError("an outline has as many lows as highs")
        return cls(blob[: len(blob) // 2], blob[len(blob) // 2 :])

    @property
    def silent(self) -> bool:
        """Whether every sample is 0."""
        return not any(self.blob)


def find_peaks(
    path: bytes | str | os.PathLike[str], *, columns: int = COLUMNS, check: Callable[[], None] = lambda: None
) -> Peaks:
    """Return the outline of a sound file; call it in a worker process, for it may decode.

    Args:
        path: the file; links are followed.
        columns: how many columns.
        check: called for every block; what it raises goes through.

    Raises:
        NotAudio: it holds no sound that can be decoded.
        FileUnreadable: the system refuses to read it.
        NotARegularFile: the name is a pipe's, a folder's...
    """
    name = os.fsencode(path)
    try:
        with open_regular(name, follow=True) as file:
            pcm = find_pcm(file.fd, file.size)
            if pcm is not None and pcm.frames:
                return _of_pcm(file.fd, name, pcm, columns, check)
    except OSError as error:
        raise FileUnreadable(name, error.strerror or "cannot be read") from error
    return _of_decoded(name, columns, check)


def _of_pcm(fd: int, name: bytes, pcm: Pcm, columns: int, check: Callable[[], None]) -> Peaks:
    outline = _Outline(pcm.frames, pcm.channels, columns)
    for start in range(0, pcm.frames, _BLOCK):
        check()
        count = min(_BLOCK, pcm.frames - start)
        raw = read_at(fd, count * pcm.width, pcm.offset + start * pcm.width, name)
        outline.add(_numbers(raw, pcm.kind), start)
    middle, full = {"u1": (128, 128), "i2": (0, 2**15), "i3": (0, 2**15), "i4": (0, 2**31)}.get(pcm.kind, (0, 1))
    return _rounded((outline.lows - middle) / full, (outline.highs - middle) / full)


def _numbers(raw: bytes, kind: str) -> Flat:
    """Return PCM as flat numbers; of 24 bits the upper 16, an outline has 8."""
    import numpy as np

    if kind != "i3":
        return np.frombuffer(raw, "<" + kind)
    return np.ascontiguousarray(np.ndarray((len(raw) // 3,), "<i2", raw, offset=1, strides=(3,)))


def _of_decoded(name: bytes, columns: int, check: Callable[[], None]) -> Peaks:
    import numpy as np

    source = open_source(name, block=LARGE)
    try:
        blocks = _blocks(source.read, check)
        whole: list[Numbers] = []
        for block in blocks:
            whole.append(block)
            if sum(map(len, whole)) >= _WHOLE:
                break
        if not whole:
            return _rounded(np.zeros(columns), np.zeros(columns))
        samples = np.concatenate(whole)
        if len(samples) < _WHOLE:
            outline = _Outline(len(samples), samples.shape[1], columns)
            outline.add(samples.reshape(-1), 0)
            return _rounded(outline.lows, outline.highs)
        lows, highs = _hops(samples, blocks)
        outline = _Outline(len(lows), 1, columns)
        outline.add_both(lows, highs, 0)
        return _rounded(outline.lows, outline.highs)
    finally:
        source.close()


def _blocks(read: Callable[[], Numbers | None], check: Callable[[], None]) -> Iterator[Numbers]:
    """Give a decoded sound in blocks of `_BLOCK` frames (a multiple of `_HOP`), the last one shorter."""
    import numpy as np

    held: list[Numbers] = []
    count = 0
    while (samples := read()) is not None:
        check()
        held.append(samples)
        count += len(samples)
        if count >= _BLOCK:
            joined = np.concatenate(held)
            yield from (joined[at : at + _BLOCK] for at in range(0, count - _BLOCK + 1, _BLOCK))
            held = [joined[count - count % _BLOCK :]]
            count %= _BLOCK
    if count:
        yield np.concatenate(held)


def _hops(first: Numbers, rest: Iterator[Numbers]) -> tuple[Numbers, Numbers]:
    """Return the lowest and highest sample of every `_HOP` frames.

    Rows of all channels one behind the other: reducing along two channels first would take 14 times as long.
    """
    import numpy as np

    lows, highs = [], []
    for block in itertools.chain((first,), rest):
        whole = len(block) // _HOP * _HOP
        rows = block[:whole].reshape(-1, _HOP * block.shape[1])
        lows.append(rows.min(axis=1))
        highs.append(rows.max(axis=1))
        if whole < len(block):
            lows.append(block[whole:].min(keepdims=True).reshape(1))
            highs.append(block[whole:].max(keepdims=True).reshape(1))
    return np.concatenate(lows), np.concatenate(highs)


class _Outline:
    """Columns that are being filled.

    Args:
        frames: of the whole sound, 1 or more.
        channels: of each frame.
        columns: how many columns.
    """

    def __init__(self, frames: int, channels: int, columns: int) -> None:
        import numpy as np

        self._channels = channels
        self._frames = frames
        self._edges = np.arange(columns) * frames // columns
        self.lows: Numbers = np.full(columns, np.inf)
        self.highs: Numbers = np.full(columns, -np.inf)

    def add(self, flat: Flat, start: int) -> None:
        """Take in frames from `start` on, their channels interleaved."""
        self.add_both(flat, flat, start)

    def add_both(self, lows: Flat, highs: Flat, start: int) -> None:
        """Take in frames from `start` on, as lowest and highest samples."""
        import numpy as np

        if self._frames < len(self._edges):  # fewer frames than columns: some are shown in several
            where = self._edges - start
            lows = lows.reshape(-1, self._channels).min(axis=1)[where]
            highs = highs.reshape(-1, self._channels).max(axis=1)[where]
            self.lows, self.highs = np.fmin(self.lows, lows), np.fmax(self.highs, highs)
            return
        stop = start + len(lows) // self._channels
        first = int(np.searchsorted(self._edges, start, "right")) - 1
        last = int(np.searchsorted(self._edges, stop, "left"))
        cuts = np.maximum(self._edges[first:last] - start, 0) * self._channels
        # fmin and fmax pass over what is not a number in a float file
        low, high = (np.fmin, np.fmax) if lows.dtype.kind == "f" else (np.minimum, np.maximum)
        self.lows[first:last] = np.fmin(self.lows[first:last], low.reduceat(lows, cuts))
        self.highs[first:last] = np.fmax(self.highs[first:last], high.reduceat(highs, cuts))


def _rounded(lows: Numbers, highs: Numbers) -> Peaks:
    """Return samples as signed bytes, rounded away from 0: only silence is 0."""
    import numpy as np

    low = np.floor(np.clip(np.nan_to_num(lows, nan=0.0, posinf=0.0, neginf=-1.0), -1, 1) * 127)
    high = np.ceil(np.clip(np.nan_to_num(highs, nan=0.0, posinf=1.0, neginf=0.0), -1, 1) * 127)
    return Peaks(np.minimum(low, 127).astype(np.int8).tobytes(), np.maximum(high, -127).astype(np.int8).tobytes())
