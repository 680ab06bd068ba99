"""Ogg (RFC 3533) with Vorbis, Opus (RFC 7845) or FLAC (RFC 9639); its other codecs are left to a decoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctk_tui.model.audio import AudioFacts
from ctk_tui.scan.containers import vorbis_comment, words
from ctk_tui.scan.containers.sane import sane

if TYPE_CHECKING:
    from ctk_tui.scan.containers.held import Held

_LONGEST_PAGE = 65307
_PAGES = 256
"""Pages of headers looked at: a cover of 16 MB."""
_COMMENT_BYTES = 1 << 18
_NO_PACKET = (1 << 64) - 1
"""The position of a page on which no packet ends."""
_END = 4
_OPUS_RATE = 48000
_LONGEST_PACKET = 65535
"""Samples: FLAC's longest; Opus has 5,760 at most, Vorbis 4,096 new ones."""


@dataclass(frozen=True, slots=True)
class Page:
    """The header of one page."""

    flags: int
    position: int
    """The stream's own count of samples at the end of its last whole packet."""
    serial: bytes
    lacing: bytes
    """The sizes of its segments."""
    body: int
    """Offset of its first segment."""
    end: int
    """Offset behind its last."""

    @property
    def packets(self) -> int:
        """The packets that end on it."""
        return sum(size < 255 for size in self.lacing)


def page_at(held: Held, offset: int) -> Page | None:
    """Return the page that begins at `offset`, None if none does."""
    head = held.at(offset, 282)
    if len(head) < 27 or head[:4] != b"OggS" or head[4]:
        return None
    lacing = head[27 : 27 + head[26]]
    if len(lacing) < head[26]:
        return None
    body = offset + 27 + len(lacing)
    return Page(head[5], int.from_bytes(head[6:14], "little"), head[14:18], lacing, body, body + sum(lacing))


@dataclass(frozen=True, slots=True)
class Codec:
    """What the first packet says."""

    name: str
    rate: int
    """Hertz."""
    channels: int
    bits: int | None
    skip: int
    """Samples in front that decoders leave out."""
    headers: int
    """Packets in front of the sound."""
    comment: int
    """Bytes in front of the comments, in the second packet."""


def _codec(ident: bytes) -> Codec | None:
    if ident[:7] == b"\x01vorbis" and len(ident) >= 30:
        return Codec("vorbis", int.from_bytes(ident[12:16], "little"), ident[11], None, 0, 3, 7)
    if ident[:8] == b"OpusHead" and len(ident) >= 19:
        return Codec("opus", _OPUS_RATE, ident[9], None, int.from_bytes(ident[10:12], "little"), 2, 8)
    if ident[:5] == b"\x7fFLAC" and ident[9:13] == b"fLaC" and len(ident) >= 35 and ident[8]:
        packed = int.from_bytes(ident[27:35], "big")  # rate, channels and bits as in flac.py
        return Codec("flac", packed >> 44, (packed >> 41 & 7) + 1, (packed >> 36 & 31) + 1, 0, 1 + ident[8], 4)
    return None


def read(held: Held) -> AudioFacts | None:
    """Return the facts of an Ogg file, None where a decoder has to be asked."""
    first = page_at(held, 0)
    if first is None or first.end > held.size:
        return None
    codec = _codec(held.at(first.body, 51))
    last = _last_page(held, first.serial)
    if last is None:
        return None
    held.ends_early = not last.flags & _END
    if codec is None or not sane(codec.rate, codec.channels):
        return None
    sound, comment = _headers(held, first, codec.headers)
    if sound is None or sound.position > sound.packets * _LONGEST_PACKET:  # cut out of a longer stream
        return None
    # A packet takes a byte of the file at least: a position beyond that is a lie.
    if not codec.skip < last.position < held.size * _LONGEST_PACKET:
        return None
    seconds = (last.position - codec.skip) / codec.rate
    tags = words.tags(vorbis_comment.words_in(comment[codec.comment :]))
    return AudioFacts(codec.name, seconds, codec.rate, codec.channels, codec.bits, tags, held.ends_early)


def _headers(held: Held, first: Page, headers: int) -> tuple[Page | None, bytes]:
    """Return the first page on which a packet of sound ends, and the packet of comments.

    Args:
        held: the file.
        first: the page of the first header.
        headers: packets in front of the sound.
    """
    comment = b""
    done = 1
    end = first.end
    for _ in range(_PAGES):
        page = page_at(held, end)
        if page is None or page.serial != first.serial:
            return None, comment
        if done >= headers and page.packets:
            return page, comment
        if done == 1 and len(comment) < _COMMENT_BYTES:
            comment += held.at(page.body, page.end - page.body)
        done += page.packets
        end = page.end
    return None, comment


def _last_page(held: Held, serial: bytes) -> Page | None:
    """Return the last whole page on which a packet ends; None if there is none, or if it is another stream's."""
    stop = held.size
    for back in (len(held.tail) or held.size, 4 * _LONGEST_PAGE):
        start = max(held.size - back, 0)
        data = held.at(start, held.size - start)
        at = min(stop - start, len(data))
        while (at := data.rfind(b"OggS", 0, at)) >= 0:
            page = page_at(held, start + at)
            if page is None or page.end > held.size:
                continue
            if page.serial != serial:
                return None
            if page.position != _NO_PACKET:
                return page
        stop = start + 3
    return None
