"""MP4, M4A, M4B and QuickTime sound (ISO 14496-12 and -14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.model.audio import AudioFacts
from ctk_tui.scan.containers import mp4_codec, words
from ctk_tui.scan.containers.mp4_atoms import atoms, find
from ctk_tui.scan.containers.mp4_atoms import words as list_words
from ctk_tui.scan.containers.sane import sane

if TYPE_CHECKING:
    from ctk_tui.model.audio import Tags
    from ctk_tui.scan.containers.held import Held

_WORDS = {b"\xa9nam": "title", b"\xa9ART": "artist", b"\xa9cmt": "comment"}
_LONGEST_PACKET = 1.1
"""Seconds: ALAC at 8,000 Hz puts 0.5 into one, AAC a quarter of that."""


def read(held: Held) -> AudioFacts | None:
    """Return the facts of an MP4 file, None where a decoder has to be asked; rate 0 where it alone knows the rate."""
    movie: tuple[int, int] | None = None
    has_sound = False
    for name, body, end in atoms(held, 0, held.size):
        if name == b"moov":
            movie = movie or (body, end)
            held.ends_early = held.ends_early or end > held.size
        elif name == b"mdat":
            has_sound = True
            held.ends_early = held.ends_early or end > held.size
        elif name == b"moof":
            return None
    if movie is None and has_sound:
        raise held.refuse("cut off: its index (moov), which stands at the end, is missing")
    if movie is None or held.ends_early or find(held, *movie, b"mvex"):
        return None
    return _movie(held, *movie)


def _movie(held: Held, start: int, end: int) -> AudioFacts | None:
    sound: tuple[int, int] | None = None
    tags: dict[str, str] = {}
    ticks = 0
    for name, body, stop in atoms(held, start, end):
        if name == b"mvhd":
            ticks = _scale(held, body)
        elif name == b"trak":
            media = find(held, body, stop, b"mdia")
            kind = find(held, *media, b"hdlr") if media else None
            handler = held.at(kind[0] + 8, 4) if kind else b""
            if handler == b"vide":
                return None
            if handler == b"soun":
                if sound:
                    return None
                sound = body, stop
        elif name == b"udta" and (place := find(held, body, stop, b"meta")):
            for key, text in _words(held, *place):
                tags.setdefault(key, text)
    return _track(held, *sound, ticks, words.tags(tags)) if sound else None


def _words(held: Held, start: int, end: int) -> list[tuple[str, str]]:
    place = find(held, start + 4, end, b"ilst")
    if not place:
        return []
    found = [(_WORDS[name], words.from_utf8(data)) for name, data in list_words(held, *place) if name in _WORDS]
    return [(key, text) for key, text in found if text]


def _track(held: Held, start: int, end: int, ticks: int, tags: Tags) -> AudioFacts | None:
    media = find(held, start, end, b"mdia")
    header = find(held, *media, b"mdhd") if media else None
    table = find(held, *media, b"minf", b"stbl") if media else None
    description = find(held, *table, b"stsd") if table else None
    if not header or not table or not description:
        return None
    if mp4_codec.is_encrypted(held, description[0]):
        raise held.refuse("its sound is encrypted: bought with copy protection")
    codec = mp4_codec.codec(held, *description)
    seconds = _edited(held, start, end, ticks) or _length(held, header[0])
    if codec is None or not 0 < seconds < _packets(held, *table) * _LONGEST_PACKET:
        return None
    if codec.rate and codec.channels and not sane(codec.rate, codec.channels):
        return None
    return AudioFacts(codec.name, seconds, codec.rate, codec.channels, codec.bits, tags)


def _packets(held: Held, start: int, end: int) -> int:
    """Return the number of the track's packets, 0 where that stands elsewhere.

    Raises:
        NotAudio: they do not fit into the file: millions of them in a small one are a trap for decoders.
    """
    sizes = find(held, start, end, b"stsz")
    if sizes is None:
        return 0
    each, count = (int.from_bytes(held.at(sizes[0] + at, 4), "big") for at in (4, 8))
    if max(each, 1) * count > held.size or (not each and sizes[0] + 12 + 4 * count > held.size):
        raise held.refuse("its index names more packets than the file can hold")
    return count


def _scale(held: Held, body: int) -> int:
    """Return the ticks a second that a `mvhd` or `mdhd` counts in."""
    return int.from_bytes(held.at(body + (20 if held.at(body, 1) == b"\1" else 12), 4), "big")


def _length(held: Held, body: int) -> float:
    """Return the seconds that a `mdhd` tells of, 0 where it does not know."""
    long = held.at(body, 1) == b"\1"
    ticks = int.from_bytes(held.at(body + (24 if long else 16), 8 if long else 4), "big")
    scale = _scale(held, body)
    return ticks / scale if scale and ticks != (1 << (64 if long else 32)) - 1 else 0.0


def _edited(held: Held, start: int, end: int, scale: int) -> float:
    """Return the seconds that are left by the edit list, which leaves out the encoder's padding; 0 if there is none."""
    place = find(held, start, end, b"edts", b"elst")
    if not place or not scale:
        return 0.0
    head = held.at(place[0], 8)
    if int.from_bytes(head[4:8], "big") != 1:
        return 0.0
    long = head[:1] == b"\1"
    ticks = int.from_bytes(held.at(place[0] + 8, 8 if long else 4), "big")
    return ticks / scale
