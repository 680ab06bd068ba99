"""What is known of one sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Format = Literal["wav", "aiff", "flac", "mp3", "vorbis", "opus", "aac", "alac", "wma", "caf", "wavpack"]
"""The short names of formats, as JSON, queries and screens show them."""
FORMATS: tuple[str, ...] = get_args(Format)

Category = Literal["drums", "synth", "vocal", "bass", "guitar", "fx", "other"]
"""What a sound is, in one word."""
CATEGORIES: tuple[str, ...] = get_args(Category)


@dataclass(frozen=True, slots=True)
class Tags:
    """The embedded words that search looks at; "" where the file has none."""

    title: str = ""
    artist: str = ""
    comment: str = ""
    description: str = ""
    """The bext description of Broadcast Wave."""

    def words(self) -> str:
        """Return all of them, one a line, without the empty ones."""
        return "\n".join(text for text in (self.title, self.artist, self.comment, self.description) if text)


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What a probe says of one decodable file."""

    format: str
    """One of `FORMATS`, or the decoder's own short lower-case name for a rarer one."""
    duration_secs: float
    """Seconds of sound that the file really holds, also when it is truncated."""
    sample_rate: int
    """Hertz, more than 0."""
    channels: int
    """More than 0."""
    bit_depth: int | None = None
    """Bits a sample where the format has such a thing (PCM, FLAC, ALAC, WavPack), else None."""
    tags: Tags = Tags()
    truncated: bool = False
    """Whether the file ends before its header says it does."""
