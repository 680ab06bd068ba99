"""Sound files as one WAV stream on stdout: `python -m ctk_tui.audio.pour`, a process of its own, for it decodes.

The lengths in the header are as large as the format can say, as every program that pipes WAV writes them.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from typing import TYPE_CHECKING, BinaryIO, Literal

from ctk_tui.audio.decode import open_sound
from ctk_tui.model.errors import CtkError
from ctk_tui.model.text import safe
from ctk_tui.workers import endings

if TYPE_CHECKING:
    from collections.abc import Sequence

RATE = 48000
CHANNELS: Literal[2] = 2
PATIENCE = 20.0
"""Half the seconds without Python after which the process ends itself."""
_UNKNOWN = 0xFFFFFFFF


def header() -> bytes:
    """Return the header of an endless WAV of 16 bits, 48 kHz, stereo."""
    frame = CHANNELS * 2
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", _UNKNOWN, b"WAVE", b"fmt ", 16, 1, CHANNELS, RATE, RATE * frame, frame, 16,
        b"data", _UNKNOWN,
    )  # fmt: skip


def pour(names: Sequence[bytes], out: BinaryIO, *, start: float, gain: float, loop: bool) -> int:
    """Write the sounds one behind the other.

    Args:
        names: absolute paths.
        out: takes the stream.
        start: seconds into the first one.
        gain: linear.
        loop: begin again at the end, for ever; what could not be decoded is left out then.

    Returns:
        The exit code: 0, 3 where some could not be decoded, 1 where none could.
    """
    out.write(header())
    good = list(names)
    begin = start
    while True:
        poured, failed = 0, set()
        for at, name in enumerate(good):
            try:
                poured += _pour_one(name, out, begin, gain)
            except CtkError as error:
                failed.add(at)
                print(f"ctk: {safe(error.message)}", file=sys.stderr)  # noqa: T201 - a process of its own
            begin = 0.0
        good = [name for at, name in enumerate(good) if at not in failed]
        if not loop or not (poured or start):
            break
        start = 0.0
    out.flush()
    return 0 if len(good) == len(names) else 3 if good else 1


def _pour_one(name: bytes, out: BinaryIO, start: float, gain: float) -> int:
    """Write one sound; return its frames."""
    import numpy as np

    frames = 0
    with open_sound(name, RATE, CHANNELS, start) as sound:
        for block in sound:
            samples = np.clip(block * gain, -1.0, 1.0) * 32767.0
            out.write(np.rint(samples).astype("<i2").tobytes())
            frames += len(block)
    return frames


def main() -> None:
    """Pour the paths that stdin names, each ended by a NUL; the arguments are START GAIN LOOP."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command to hear, which ends this process
    endings.end_with_parent(os.getppid(), PATIENCE)
    start, gain, loop = (float(word) for word in sys.argv[1:4])
    names = [name for name in sys.stdin.buffer.read().split(b"\0") if name]
    try:
        code = pour(names, sys.stdout.buffer, start=start, gain=gain, loop=bool(loop))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


if __name__ == "__main__":
    main()
