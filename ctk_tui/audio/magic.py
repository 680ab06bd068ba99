"""What a file is by its first bytes; its name is no evidence."""

from __future__ import annotations

from typing import Literal

Container = Literal[
    "riff", "w64", "aiff", "flac", "mpeg", "adts", "ogg", "mp4", "asf", "caf", "wavpack", "id3", "unknown"
]
"""id3: a tag; what follows it has to be looked at."""

_BY_FOUR: dict[bytes, Container] = {
    b"fLaC": "flac",
    b"OggS": "ogg",
    b"caff": "caf",
    b"wvpk": "wavpack",
    b"\x30\x26\xb2\x75": "asf",
}
_MP4 = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
"""The first atom's name; QuickTime of before 2001 has no ftyp."""

_OTHERS = (
    (0, b"#EXTM3U", "a playlist"),
    (0, b"[playlist]", "a playlist"),
    (0, b"ffconcat", "a script that names other files"),
    (0, b"\x89PNG", "a picture (PNG)"),
    (0, b"\xff\xd8\xff", "a picture (JPEG)"),
    (0, b"GIF8", "a picture (GIF)"),
    (8, b"WEBP", "a picture (WebP)"),
    (8, b"AVI ", "a video (AVI)"),
    (0, b"\x1a\x45\xdf\xa3", "a Matroska or WebM file, which ctk does not read"),
    (0, b"FLV\x01", "a video (FLV)"),
    (0, b"MThd", "MIDI: notes, not sound"),
    (8, b"RMID", "MIDI: notes, not sound"),
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"7z\xbc\xaf", "a 7z archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"\x1f\x8b", "packed by gzip"),
    (0, b"\x00\x05\x16\x07", "the resource fork of a Mac file (AppleDouble)"),
    (0, b"<?xml", "text (XML)"),
    (0, b"<!DOCTYPE", "text (a web page)"),
    (0, b"<html", "text (a web page)"),
    (0, b"version https://git-lfs", "a Git LFS pointer: the sound itself was not fetched"),
)


def container(head: bytes) -> Container:
    """Return the container that begins with these bytes (12 or more)."""
    four = head[:4]
    if four in {b"RIFF", b"RF64", b"BW64"}:
        return "riff" if head[8:12] == b"WAVE" else "unknown"
    found = _BY_FOUR.get(four)
    if found:
        return found
    if four == b"FORM":
        return "aiff" if head[8:12] in {b"AIFF", b"AIFC"} else "unknown"
    if head[:3] == b"ID3":
        return "id3"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "adts" if head[1] & 0xF6 == 0xF0 else "mpeg"
    if head[4:8] in _MP4:
        return "mp4"
    return "w64" if four == b"riff" and head[4:8] == b"\x2e\x91\xcf\x11" else "unknown"


def no_sound(head: bytes) -> str | None:
    """Return what a file is that surely holds no sound, in plain words; None where it may hold some.

    Args:
        head: its first bytes, 64 KiB or all of it.
    """
    if not head:
        return "is empty"
    if not head.strip(b"\0"):
        return "holds zeros where its sound should begin"
    for at, magic, words in _OTHERS:
        if head.startswith(magic, at):
            return words
    return None
