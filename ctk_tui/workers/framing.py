"""Length-prefixed JSON over a pipe: what comes back from a process that read hostile files is data, never code.

Bytes (the samples of a sound) stand raw behind the JSON, which names their places: in base64 they would be a third
longer, and two passes over each of them. A frame without bytes is the length of the JSON and the JSON. In one with
bytes the highest bit of that length is set, and the length of all bytes stands between the two.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any

MAX_FRAME = 64 << 20
"""Bytes a frame may have: a chunk of 64 files has about 30 KiB, a batch of sounds 20 MiB at most, and a lying length
must not fill the memory."""
_LENGTH = struct.Struct(">I")
_WITH_BYTES = 1 << 31
_KEY = "$bytes"
"""The one key of the object that stands for bytes: their first place and their number."""


class BadFrame(ValueError):
    """What came is no frame: too long, cut off, or not JSON."""


def encode(value: Any) -> bytes:
    """Return a value as a frame.

    Raises:
        TypeError, BadFrame: see `pieces`.
    """
    return b"".join(pieces(value))


def pieces(value: Any) -> list[bytes]:
    """Return a value as the pieces of a frame, to be sent one behind the other: bytes are not copied.

    Strings may hold lone surrogates (names that are not UTF-8): they travel as escapes.

    Args:
        value: what JSON can hold, and bytes; tuples arrive as lists.

    Raises:
        TypeError: it holds something else, or bytes beside an object whose key is the one that stands for bytes.
        BadFrame: it is longer than MAX_FRAME.
    """
    blobs: list[bytes] = []
    end = 0

    def place(held: Any) -> dict[str, list[int]]:
        nonlocal end
        if not isinstance(held, bytes):
            raise TypeError(f"an object of type {type(held).__name__} cannot travel between processes")
        blobs.append(held)
        end += len(held)
        return {_KEY: [end - len(held), len(held)]}

    body = json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=place).encode("ascii")
    if len(body) + end > MAX_FRAME:
        raise BadFrame(f"a frame of {len(body) + end} bytes; {MAX_FRAME} are allowed")
    if not blobs:
        return [_LENGTH.pack(len(body)), body]
    if body.count(f'{_KEY}":'.encode()) != len(blobs):
        raise TypeError(f"the key {_KEY} is taken")
    return [_LENGTH.pack(len(body) | _WITH_BYTES), _LENGTH.pack(end), body, *blobs]


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
    length = _number(start)
    with_bytes = length & _WITH_BYTES
    length &= ~_WITH_BYTES
    blobs = _number(stream.read(_LENGTH.size)) if with_bytes else 0
    if length + blobs > MAX_FRAME:
        raise BadFrame(f"a frame of {length + blobs} bytes; {MAX_FRAME} are allowed")
    body, held = stream.read(length), stream.read(blobs)
    if len(body) < length or len(held) < blobs:
        raise BadFrame("the stream ended within a frame")
    try:
        return json.loads(body, object_hook=_Places(held) if with_bytes else None)
    except (ValueError, RecursionError) as error:
        raise BadFrame(f"not JSON: {error}") from error


def _number(field: bytes) -> int:
    if len(field) < _LENGTH.size:
        raise BadFrame("the stream ended within a frame")
    return int(_LENGTH.unpack(field)[0])


class _Places:
    """Puts the bytes of a frame where its JSON names them.

    Args:
        held: all of them.
    """

    def __init__(self, held: bytes) -> None:
        self._held = held

    def __call__(self, found: dict[str, Any]) -> Any:
        if _KEY not in found:
            return found
        place = found[_KEY]
        if len(found) != 1 or not isinstance(place, list) or [type(number) for number in place] != [int, int]:
            raise ValueError("bytes without a place")
        start, count = place
        if not 0 <= start <= start + count <= len(self._held):
            raise ValueError("bytes beyond the end of the frame")
        return self._held[start : start + count]
