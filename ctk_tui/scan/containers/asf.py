"""ASF with Windows Media Audio (Microsoft, Advanced Systems Format 1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.model.audio import AudioFacts
from ctk_tui.scan.containers import waveformat, words
from ctk_tui.scan.containers.sane import sane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.scan.containers.held import Held

_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_STREAM = bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365")
_AUDIO = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")
_WORDS = bytes.fromhex("3326b2758e66cf11a6d900aa0062ce6c")
_MORE_WORDS = bytes.fromhex("40a4d0d207e3d21197f000a0c95ea850")
_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_TELLING = frozenset({_FILE, _STREAM, _WORDS, _MORE_WORDS})
_OBJECTS = 256
_FIELDS = {"title": "title", "author": "artist", "description": "comment", "wm/comments": "comment"}
_BROADCAST = 1
_PLAIN, _LOSSLESS = range(0x160, 0x163), 0x163
"""The tags of Windows Media Audio 1, 2 and Pro, and of Lossless."""
_LEAST_BYTES = 100
"""Bytes a second; the leanest WMA has 600."""


def read(held: Held) -> AudioFacts | None:
    """Return the facts of a WMA file, None where a decoder has to be asked."""
    end = int.from_bytes(held.at(16, 8), "little")
    objects = list(_objects(held, end))
    streams = [body for name, body in objects if name == _STREAM]
    if len(streams) != 1 or streams[0][:16] != _AUDIO:
        return None
    form = waveformat.parse(streams[0][54:])
    if form is None or not (form.tag in _PLAIN or form.tag == _LOSSLESS) or not sane(form.rate, form.channels):
        return None
    seconds = max((_seconds(body) for name, body in objects if name == _FILE), default=0.0)
    held.ends_early = not _is_whole(held, end)
    if held.ends_early or not 0 < seconds < held.size / _LEAST_BYTES:
        return None
    found: dict[str, str] = {}
    for name, body in objects:
        if name == _WORDS:
            found |= _words(body)
        elif name == _MORE_WORDS:
            found = _more_words(body) | found
    bits = form.bits if form.tag == _LOSSLESS else None
    return AudioFacts("wma", seconds, form.rate, form.channels, bits, words.tags(found))


def _objects(held: Held, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and body of the objects of the header that tell something; it ends at `end`."""
    offset = 30
    for _ in range(_OBJECTS):
        head = held.at(offset, 24)
        if offset + 24 > end or len(head) < 24:
            return
        name, size = head[:16], int.from_bytes(head[16:], "little")
        if size < 24:
            return
        if name in _TELLING:
            yield name, held.at(offset + 24, min(size - 24, 1 << 18))
        offset += size


def _seconds(properties: bytes) -> float:
    """Return the seconds that File Properties tell of, 0 for a broadcast, which knows no end."""
    if len(properties) < 68 or properties[64] & _BROADCAST:
        return 0.0
    play = int.from_bytes(properties[40:48], "little") / 10_000_000
    return play - int.from_bytes(properties[56:64], "little") / 1000


def _is_whole(held: Held, offset: int) -> bool:
    """Return whether the data object at `offset` lies in the file to its end.

    The size in File Properties would tell it too, but programs that change tags leave it as it was.
    """
    head = held.at(offset, 24)
    return head[:16] == _DATA and offset + int.from_bytes(head[16:], "little") <= held.size


def _words(body: bytes) -> dict[str, str]:
    """Return the words of a Content Description: five sizes, then title, author, copyright, description, rating."""
    if len(body) < 10:
        return {}
    title, artist, about, comment, _ = (int.from_bytes(body[at : at + 2], "little") for at in range(0, 10, 2))
    offset = 10
    found = {}
    for key, size in (("title", title), ("artist", artist), ("", about), ("comment", comment)):
        text = words.from_utf16(body[offset : offset + size].removesuffix(b"\0\0")) if key else ""
        if text:
            found[key] = text
        offset += size
    return found


def _more_words(body: bytes) -> dict[str, str]:
    """Return the words of an Extended Content Description: a count, then names, types and values."""
    found: dict[str, str] = {}
    offset = 2
    for _ in range(min(int.from_bytes(body[:2], "little"), _OBJECTS)):
        size = int.from_bytes(body[offset : offset + 2], "little")
        name = words.from_utf16(body[offset + 2 : offset + 2 + size].removesuffix(b"\0\0")).lower()
        offset += 2 + size
        kind, size = (int.from_bytes(body[offset + at : offset + at + 2], "little") for at in (0, 2))
        value = body[offset + 4 : offset + 4 + size].removesuffix(b"\0\0")
        if kind == 0 and name in _FIELDS and (text := words.from_utf16(value)):
            found.setdefault(_FIELDS[name], text)
        offset += 4 + size
        if offset >= len(body):
            break
    return found
