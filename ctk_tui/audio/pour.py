"""Sound files as one WAV stream on stdout: `python -m ctk_tui.audio.pour FILE…`, a process of its own, for it decodes.

The lengths in the header are as large as the format can say, as every program that pipes WAV writes them.
"""

from __future__ import annotations

import os
import struct
import sys
from typing import Literal

from ctk_tui.audio.decode import open_sound
from ctk_tui.model.errors import CtkError

RATE = 48000
CHANNELS: Literal[2] = 2
_UNKNOWN = 0xFFFFFFFF


def header() -> bytes:
    """Return the header of an endless WAV of 16 bits, 48 kHz, stereo."""
    frame = CHANNELS * 2
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", _UNKNOWN, b"WAVE", b"fmt ", 16, 1, CHANNELS, RATE, RATE * frame, frame, 16,
        b"data", _UNKNOWN,
    )  # fmt: skip


def pour(names: list[str], start: float, gain: float) -> int:
    """Write the sounds one behind the other to stdout.

    Args:
        names: absolute paths, surrogate-escaped.
        start: seconds into the first one.
        gain: linear.

    Returns:
        The exit code: 0, 3 where some could not be decoded, 1 where none could.
    """
    import numpy as np

    out = sys.stdout.buffer
    failed = 0
    out.write(header())
    for at, name in enumerate(names):
        try:
            with open_sound(name, RATE, CHANNELS, 0.0 if at else start) as sound:
                for block in sound:
                    samples = np.clip(block * gain, -1.0, 1.0) * 32767.0
                    out.write(np.rint(samples).astype("<i2").tobytes())
        except CtkError as error:
            failed += 1
            print(f"ctk: {error.message!a}", file=sys.stderr)  # noqa: T201 - a process of its own
    out.flush()
    return 0 if not failed else 1 if failed == len(names) else 3


def main() -> None:
    """Pour what the arguments name: START GAIN FILE…."""
    try:
        code = pour(sys.argv[3:], float(sys.argv[1]), float(sys.argv[2]))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


if __name__ == "__main__":
    main()
