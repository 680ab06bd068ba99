"""Vorbis comments: the tags of FLAC and Ogg (xiph.org, Ogg Vorbis I, section 5)."""

from __future__ import annotations

from ctk_tui.scan.containers import words

COMMENTS = 512
"""Comments looked at."""
_FIELDS = {
    b"TITLE": "title",
    b"ARTIST": "artist",
    b"COMMENT": "comment",
    b"DESCRIPTION": "description",
}


def words_in(body: bytes) -> dict[str, str]:
    """Return title, artist and comment of a block of comments, those that it has, as far as the bytes go."""
    offset = 4 + int.from_bytes(body[:4], "little")
    count = int.from_bytes(body[offset : offset + 4], "little")
    offset += 4
    found: dict[str, str] = {}
    for _ in range(min(count, COMMENTS)):
        if offset + 4 > len(body):
            break
        length = int.from_bytes(body[offset : offset + 4], "little")
        offset += 4
        equals = body.find(b"=", offset, offset + min(length, 12))
        if equals > 0 and (key := _FIELDS.get(body[offset:equals].upper())):
            end = min(offset + length, equals + 1 + words.LONGEST * 4)
            if text := words.from_utf8(body[equals + 1 : end]):
                found.setdefault(key, text)
        offset += length
    # Many encoders write what others call the comment under DESCRIPTION.
    description = found.pop("description", "")
    if description:
        found.setdefault("comment", description)
    return found
