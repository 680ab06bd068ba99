"""The surer and slower reader of facts: FFmpeg, held to sound in one file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from ctk_tui.audio.layouts import tame
from ctk_tui.model.audio import AudioFacts, Tags
from ctk_tui.model.errors import NotAudio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEMUXERS = (
    "wav,w64,aiff,caf,au,voc,flac,mp3,ogg,aac,loas,mov,asf,wv,ape,tta,tak,mpc,mpc8,shn,ac3,eac3,dts,dtshd,amr,dsf,iff"
)
"""All that may be opened. No script, playlist, manifest or subtitle: those name other files, and FFmpeg reads them."""
HIGHEST_RATE, MOST_CHANNELS = 6_000_000, 512
"""DSD comes as up to 5,644,800 Hz."""
LONGEST_WORD = 4096
"""Characters kept of a tag."""
_TRIES = 64
"""Packets in which sound must be found before a file is called undecodable."""
_DECODES = 16
"""Damaged packets that are decoded to find how much of them is sound."""
_LONGEST_PACKET = 30.0
"""Seconds; TTA puts one into a packet, no other codec more."""
_STILLS = frozenset({"mjpeg", "png", "gif", "bmp", "webp", "tiff"})
_TELLS_LENGTH = frozenset({"wav", "w64", "aiff", "caf", "au", "flac", "ogg", "mov", "asf", "wv", "ape", "tta", "dsf"})
"""Containers whose length is written down; elsewhere it is a guess from the bit rate."""
_PCM_BITS = re.compile(r"pcm_[suf](\d+)")
_WAVE_CONTAINERS = {"wav": "wav", "w64": "wav", "aiff": "aiff", "caf": "caf"}


class Readable(Protocol):
    """A file object as PyAV needs it."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place and return it."""


def inspect(
    file: Readable, path: bytes, *, measure: bool = True, check: Callable[[], None] = lambda: None
) -> AudioFacts:
    """Return the facts of a sound file of any format that FFmpeg knows.

    Args:
        file: the open file, at its start.
        path: its name, for errors; it is never opened.
        measure: read all of it and add up its packets, so that the length is that of the sound that is there;
            else the length is the header's.
        check: called now and then while it is measured; what it raises goes through.

    Raises:
        NotAudio: it holds no sound, or none that can be decoded.
    """
    import av

    av.logging.set_level(av.logging.PANIC)  # it would write to the terminal's second stream
    try:
        with _open(file) as container:
            return _facts(container, path, measure, check)
    except av.FFmpegError as error:
        raise NotAudio(path, _reason(error)) from error
    # What PyAV lets through on files that lie: absurd sizes, missing streams, words that are no UTF-8.
    except (ValueError, LookupError, ArithmeticError, MemoryError, TypeError, RuntimeError) as error:
        raise NotAudio(path, "its headers make no sense") from error


def open_sound(file: Readable, **options: str) -> Any:
    """Return a container of PyAV, held to sound in one file.

    Args:
        file: the open file, at its start.
        options: further options of FFmpeg.

    Raises:
        av.FFmpegError: it cannot be opened.
    """
    import av

    held = {"format_whitelist": DEMUXERS, "protocol_whitelist": "file", **options}
    if int(av.__version__.partition(".")[0]) >= 19:  # it gives bytes that are no UTF-8 as surrogates
        return av.open(file, mode="r", options=held)
    return av.open(file, mode="r", options=held, metadata_errors="replace")


def _open(file: Readable) -> Any:
    start = file.read(4)
    file.seek(0)
    if start in {b"RIFF", b"RF64", b"BW64", b"RIFX"}:
        return open_sound(file, probesize="32768")  # else 22 ms go by in a search for S/PDIF inside the PCM
    return open_sound(file)


def _reason(error: Exception) -> str:
    """Return what FFmpeg means, in words that are about the file: its own speak of permissions and numbers."""
    import av

    if isinstance(error, av.EOFError):
        return "ends before any sound begins"
    if isinstance(error, av.DecoderNotFoundError):
        return "no decoder for its kind of sound"
    if isinstance(error, av.InvalidDataError):
        return "no sound format that ctk knows, or damaged"
    return "damaged, or of a kind that cannot be decoded"


def _facts(container: Any, path: bytes, measure: bool, check: Callable[[], None]) -> AudioFacts:
    stream = _stream(container, path)
    context = stream.codec_context
    told = _seconds(stream.duration, stream.time_base) or (container.duration or 0) / 1_000_000
    heard = Heard(container, stream, check)
    heard.first_sound()
    rate, channels = heard.rate or context.sample_rate, heard.channels or context.layout.nb_channels
    if not heard.rate:
        raise NotAudio(path, "no sound in it can be decoded")
    if not (0 < rate <= HIGHEST_RATE and 0 < channels <= MOST_CHANNELS):
        raise NotAudio(path, f"its header says {rate} Hz and {channels} channels")
    seconds, truncated = told, False
    if measure or told <= 0:
        heard.rest()
        seconds = heard.seconds
        tells = not _TELLS_LENGTH.isdisjoint(container.format.name.split(","))
        truncated = heard.damaged or (tells and seconds < told - 0.1)
    if seconds <= 0:
        raise NotAudio(path, "holds no sound")
    return AudioFacts(
        _name(container, context), seconds, rate, channels, _bits(context), _tags(container, stream), truncated
    )


def _stream(container: Any, path: bytes) -> Any:
    """Return the first stream of sound; a video is refused, a cover is not a video."""
    import av
    from av.stream import Disposition

    for stream in container.streams.video:
        name = stream.codec_context.name if stream.codec_context else ""
        if name not in _STILLS and not stream.disposition & Disposition.attached_pic:
            raise NotAudio(path, "a video")
    if not container.streams.audio:
        raise NotAudio(path, "holds no sound")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise av.DecoderNotFoundError(0, "no decoder for its sound")
    tame(container, stream.codec_context)  # before anything looks at its layout
    return stream


class Heard:
    """How much sound comes out of a stream.

    Args:
        container: an open container of PyAV.
        stream: its stream of sound.
        check: called for every packet.
    """

    def __init__(self, container: Any, stream: Any, check: Callable[[], None]) -> None:
        self._container = container
        self._stream = stream
        self._check = check
        self._packets = self._demux()
        self._base = float(stream.time_base or 0)
        # The packets of Windows Media tell their length in rounded milliseconds: 90 of them were off in 1.7 s.
        self._by_packets = not stream.codec_context.codec.canonical_name.startswith("wma")
        self._ticks = 0
        self._samples = 0
        self._decodes = _DECODES
        self.rate = 0
        """Hertz of the decoded sound, 0 while there is none."""
        self.channels = 0
        self.damaged = False
        """Whether a packet could not be read to its end."""

    @property
    def seconds(self) -> float:
        """Seconds heard up to now."""
        return self._ticks * self._base + (self._samples / self.rate if self.rate else 0)

    def first_sound(self) -> None:
        """Go on until a packet was decoded: its rate and channels are true, a header's may be half of it (HE-AAC)."""
        for number, packet in enumerate(self._packets):
            samples = self._decode(packet)
            if samples is not None:  # what decodes to nothing yet counts: many decoders begin one packet late
                self._add(packet, samples)
            if samples or number > _TRIES:
                return

    def rest(self) -> None:
        """Add up all packets that are left; those that are damaged or of unknown length are decoded."""
        for packet in self._packets:
            if self._tells_length(packet):
                self._ticks += packet.duration
            elif self._decodes > 0:
                self._decodes -= bool(packet.is_corrupt)
                self._add(packet, self._decode(packet) or 0)

    def _add(self, packet: Any, samples: int) -> None:
        if self._tells_length(packet):
            self._ticks += packet.duration
        else:
            self._samples += samples

    def _tells_length(self, packet: Any) -> bool:
        """Return whether a packet's own duration can be believed; one of 27 hours stood in a damaged MP4."""
        return (
            self._by_packets
            and not packet.is_corrupt
            and packet.duration is not None
            and 0 < packet.duration * self._base < _LONGEST_PACKET
        )

    def _demux(self) -> Iterator[Any]:
        import av

        try:
            for packet in self._container.demux(self._stream):
                self._check()
                self.damaged = self.damaged or bool(packet.is_corrupt)
                yield packet
        except av.FFmpegError:
            self.damaged = True  # what came before it is sound all the same

    def _decode(self, packet: Any) -> int | None:
        """Return the samples that come out of a packet, None for one that cannot be decoded."""
        import av

        samples = 0
        try:
            for frame in packet.decode():
                samples += frame.samples
                self.rate = self.rate or frame.sample_rate
                self.channels = self.channels or frame.layout.nb_channels
        except av.FFmpegError:
            return samples or None
        return samples


def _seconds(ticks: int | None, base: Any) -> float:
    return float(ticks * base) if ticks and base and ticks > 0 else 0.0


def _name(container: Any, context: Any) -> str:
    """Return the short name of the format: the container's where that is what a sampler goes by, else the codec's."""
    short = container.format.name.split(",")[0]
    codec = context.codec.canonical_name
    if short in _WAVE_CONTAINERS:
        return _WAVE_CONTAINERS[short]
    if codec.startswith("wma"):
        return "wma"
    return str(short if codec.startswith(("pcm_", "dsd_")) else codec)


def _bits(context: Any) -> int | None:
    """Return the bits of a sample; what FFmpeg knows of FLAC and ALAC is taken from the codec's own header."""
    name, extra = context.codec.canonical_name, context.extradata or b""
    if pcm := _PCM_BITS.match(name):
        return int(pcm[1])
    if name in {"pcm_alaw", "pcm_mulaw"}:
        return 8
    if name in {"adpcm_ima_wav", "adpcm_ms"}:
        return 4
    if name == "flac" and len(extra) >= 18:
        return ((extra[12] << 8 | extra[13]) >> 4 & 31) + 1
    if name == "alac" and len(extra) >= 36:
        return int(extra[17])
    return int.from_bytes(extra[8:10], "little") or None if name == "tta" and len(extra) >= 10 else None


def _tags(container: Any, stream: Any) -> Tags:
    """Return the embedded words: the container's, or the stream's as Ogg has them."""
    found: dict[str, str] = {}
    for metadata in (container.metadata, stream.metadata):
        for key, value in metadata.items():
            found.setdefault(str(key).lower(), str(value))
    words = [found.get(key, "").replace("\0", " ").strip()[:LONGEST_WORD] for key in ("title", "artist", "comment")]
    return Tags(*(word.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for word in words))
