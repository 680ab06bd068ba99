"""Length-prefixed JSON over a pipe: what comes back from a process that read hostile files is data, never code."""

from __future__ import annotations

import json
import struct
from typing import IO, Any

MAX_FRAME = 64 << 20
"""Bytes a frame may have: a chunk of 64 files has about 30 KiB, and a lying length must not fill the memory."""
_LENGTH = struct.Struct(">I")


class BadFrame(ValueError):
    """What came is no frame: too long, cut off, or not JSON."""


def encode(value: Any) -> bytes:
    """Return a value as a frame.

    Strings may hold lone surrogates (names that are not UTF-8): they travel as escapes.

    Args:
        value: what JSON can hold; tuples arrive as lists.

    Raises:
        TypeError: it holds something that JSON cannot.
        BadFrame: it is longer than MAX_FRAME.
    """
    body = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    if len(body) > MAX_FRAME:
        raise BadFrame(f"a frame of {len(body)} bytes; {MAX_FRAME} are allowed")
    return _LENGTH.pack(len(body)) + body


def read(stream: IO[bytes]) -> Any:
    """Read one frame and return its value.

    Args:
        stream: a buffered binary stream; the call waits until the frame is whole.

    Raises:
        EOFError: the stream ended before the frame began.
        BadFrame: see there.
    """
    start = stream.read(_LENGTH.size)
    if not start:
        raise EOFError
    if len(start) < _LENGTH.size:
        raise BadFrame("the stream ended within a frame")
    (length,) = _LENGTH.unpack(start)
    if length > MAX_FRAME:
        raise BadFrame(f"a frame of {length} bytes; {MAX_FRAME} are allowed")
    body = stream.read(length)
    if len(body) < length:
        raise BadFrame("the stream ended within a frame")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadFrame(f"not JSON: {error}") from error
