"""ID3 tags: how long they are, and the three words of them that ctk keeps (id3.org, versions 1, 2.2, 2.3, 2.4).

Written here because the readers of tags that there are keep every field, pictures' names and all; a tag of a few
kilobytes that repeats one field makes them quadratic, and 200,000 files make the difference of microseconds count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.scan.containers import words
from ctk_tui.scan.containers.held import Held

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAMES = 512
"""Frames looked at in one tag."""
TAGS = 8
"""Tags in front of each other that are skipped: broken writers add one at each save."""
_FIELDS = {
    b"TIT2": "title",
    b"TPE1": "artist",
    b"COMM": "comment",
    b"TXXX": "user",
    b"TT2": "title",
    b"TP1": "artist",
    b"COM": "comment",
}
_TEXT = words.LONGEST * 4
_UNSYNCHRONISED = 0x80
_V1 = ((3, "title"), (33, "artist"), (97, "comment"))


def size(header: bytes) -> int:
    """Return the bytes of a whole tag that begins with these ten, 0 if none does."""
    if len(header) < 10 or header[:3] != b"ID3" or (header[6] | header[7] | header[8] | header[9]) & 0x80:
        return 0
    footer = 10 if header[5] & 0x10 else 0
    return 10 + footer + (header[6] << 21 | header[7] << 14 | header[8] << 7 | header[9])


def end_of_tags(held: Held) -> int:
    """Return the offset behind all tags in front of the sound; 0 where they claim more than the file holds."""
    offset = 0
    for _ in range(TAGS):
        length = size(held.at(offset, 10))
        if not length:
            break
        offset += length
    return offset if offset < held.size else 0


def words_in(held: Held, offset: int, limit: int) -> dict[str, str]:
    """Return title, artist and comment of the tag at `offset`, those that it has; `limit` bytes belong to it."""
    header = held.at(offset, 10)
    length = min(size(header), limit)
    if not length or header[3] not in (2, 3, 4):
        return {}
    end = offset + length
    offset += 10
    if header[5] & _UNSYNCHRONISED and header[3] < 4:
        plain = held.at(offset, min(length - 10, 1 << 18)).replace(b"\xff\0", b"\xff")
        held = Held(-1, held.path, len(plain), plain, b"")
        offset, end = 0, len(plain)
    found: dict[str, str] = {}
    second = ""
    for name, body in _frames(held, offset, end, header):
        key = _FIELDS[name]
        if key in ("title", "artist"):
            found.setdefault(key, _text(body[0], body[1:]))
            continue
        about, text = _described(body[0], body[4:] if key == "comment" else body[1:])
        if key == "user":  # where FFmpeg puts the comment
            second = second or (text if about.lower() == "comment" else "")
        elif not about:
            found.setdefault(key, text)
        elif not about.startswith("iTun"):  # iTunes keeps its loudness and gap numbers in comments
            second = second or text
    if second:
        found.setdefault("comment", second)
    return {key: text for key, text in found.items() if text}


def _frames(held: Held, offset: int, end: int, header: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and body of the frames that ctk keeps, each body of one byte at least."""
    version = header[3]
    if header[5] & 0x40 and version > 2:  # an extended header; its size counts itself in 2.4 only
        more = held.at(offset, 4)
        offset += _synchsafe(more) if version == 4 else int.from_bytes(more, "big") + 4
    long = 6 if version == 2 else 10
    for _ in range(FRAMES):
        frame = held.at(offset, long)
        if len(frame) < long or not frame[0] or offset + long > end:
            return
        name = frame[:3] if version == 2 else frame[:4]
        length = _frame_size(frame, version)
        offset += long
        if name in _FIELDS and 1 < length <= end - offset:
            body = held.at(offset, min(length, _TEXT))
            if version > 2 and frame[9]:
                body = _plain(body, frame[9], version)
            if body:
                yield name, body
        offset += length


def _frame_size(frame: bytes, version: int) -> int:
    if version == 2:
        return int.from_bytes(frame[3:6], "big")
    return _synchsafe(frame[4:8]) if version == 4 else int.from_bytes(frame[4:8], "big")


def _plain(body: bytes, flags: int, version: int) -> bytes:
    """Return a frame's body without what its flags put there, nothing where it is packed or encrypted."""
    if version == 3:
        return b"" if flags & 0xC0 else body[1:] if flags & 0x20 else body
    if flags & 0x0C:
        return b""
    if flags & 0x40:
        body = body[1:]
    if flags & 0x01:
        body = body[4:]
    return body.replace(b"\xff\0", b"\xff") if flags & 0x02 else body


def _synchsafe(data: bytes) -> int:
    return data[0] << 21 | data[1] << 14 | data[2] << 7 | data[3] if len(data) == 4 else 0


def _text(encoding: int, data: bytes) -> str:
    if encoding == 1:
        return words.from_utf16(data)
    if encoding == 2:
        return words.from_utf16(data, "be")
    return words.from_utf8(data) if encoding == 3 else words.from_latin1(data)


def _described(encoding: int, rest: bytes) -> tuple[str, str]:
    """Return what a comment is about, and its text."""
    if encoding not in (1, 2):
        about, _, text = rest.partition(b"\0")
        return _text(encoding, about), _text(encoding, text)
    split = 0
    while split + 1 < len(rest) and (rest[split] or rest[split + 1]):
        split += 2
    return _text(encoding, rest[:split]), _text(encoding, rest[split + 2 :])


def words_at_end(held: Held) -> dict[str, str]:
    """Return the words of the ID3v1 tag that ends the file, {} if none does."""
    tag = held.at(held.size - 128, 128)
    if tag[:3] != b"TAG":
        return {}
    return {key: text for at, key in _V1 if (text := words.from_latin1(tag[at : at + 30].split(b"\0", 1)[0]))}


def start_of_v1(held: Held) -> int:
    """Return the offset of the ID3v1 tag that ends the file, the file's size if none does."""
    return held.size - 128 if held.at(held.size - 128, 3) == b"TAG" else held.size
