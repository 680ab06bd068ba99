"""Every flavour of every format that ctk plays, made from a signal that the test chooses."""

from __future__ import annotations

import functools
import io
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.support.make_audio import CODECS, OPTIONS, id3

Samples = npt.NDArray[np.float32]

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}


@dataclass(frozen=True, slots=True)
class Flavour:
    """One kind of file."""

    kind: str
    """A key of `CODECS`."""
    rate: int = 44100
    """Hertz."""
    channels: int = 2
    """1, 2, 6 or 8."""
    vbr: bool = False
    """Whether the bit rate of an MP3 varies."""
    cover: bool = False
    """Whether a picture is embedded."""
    noisy: bool = False
    """Whether its decoder fills in random noise, so that two decodes differ."""
    slack: float = 0.03
    """Seconds by which the length may be off: ADTS has no place to tell its padding."""


FLAVOURS: dict[str, Flavour] = {
    "wav-u8": Flavour("wav-u8"),
    "wav-s16": Flavour("wav"),
    "wav-s16-mono": Flavour("wav", 48000, 1),
    "wav-s24": Flavour("wav-s24"),
    "wav-s32": Flavour("wav-s32"),
    "wav-f32": Flavour("wav-f32"),
    "wav-f64": Flavour("wav-f64"),
    "wav-96k": Flavour("wav-s24", 96000),
    "wav-8k": Flavour("wav", 8000, 1),
    "wav-5.1": Flavour("wav-s24", 48000, 6),
    "wav-alaw": Flavour("wav-alaw"),
    "wav-ima": Flavour("wav-ima"),
    "wav-mp3": Flavour("wav-mp3", slack=0.06),
    "rf64": Flavour("rf64"),
    "w64": Flavour("w64"),
    "aiff-s16": Flavour("aiff"),
    "aiff-s24": Flavour("aiff-s24", 48000),
    "aifc-f32": Flavour("aiff-f32"),
    "aifc-sowt": Flavour("aiff-sowt", 44100, 1),
    "flac-16": Flavour("flac"),
    "flac-24-96k": Flavour("flac-s24", 96000),
    "flac-5.1": Flavour("flac", 48000, 6),
    "flac-cover": Flavour("flac", cover=True),
    "ogg-flac": Flavour("ogg-flac"),
    "mp3": Flavour("mp3"),
    "mp3-mono-22k": Flavour("mp3", 22050, 1),
    "mp3-bare-vbr": Flavour("mp3-bare", vbr=True, slack=0.06),
    "mp3-cover": Flavour("mp3", cover=True),
    "vorbis": Flavour("vorbis"),
    "opus": Flavour("opus", 48000),
    "opus-mono": Flavour("opus", 48000, 1),
    "m4a": Flavour("aac", noisy=True),
    "m4a-5.1": Flavour("aac", 48000, 6, noisy=True),
    "adts": Flavour("aac-adts", noisy=True, slack=0.07),
    "alac-16": Flavour("alac"),
    "alac-24": Flavour("alac-s24", 48000),
    "wma": Flavour("wma", slack=0.05),
    "caf-s24": Flavour("caf"),
    "caf-alac": Flavour("caf-alac"),
    "wavpack": Flavour("wavpack"),
    "wavpack-f32": Flavour("wavpack-f32", 48000),
}
"""Name of the flavour to how it is made."""


def sine(frequency: float, seconds: float, rate: int, channels: int = 2, peak: float = 0.5) -> Samples:
    """Return the same sine in every channel."""
    wave = peak * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def hiss(seconds: float, rate: int, channels: int = 2, seed: int = 1) -> Samples:
    """Return noise without its highest octave, the same in every channel: any tenth of a second tells its place."""
    raw = np.random.default_rng(seed).standard_normal(round(seconds * rate) + 16)
    window = np.hanning(9) / np.hanning(9).sum()
    wave = 0.2 * np.convolve(raw, window, "same")[: round(seconds * rate)]
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


@functools.cache
def sine_file(name: str, frequency: float = 997.0, seconds: float = 1.5, peak: float = 0.5) -> bytes:
    """Return a file of one flavour that holds a sine."""
    flavour = FLAVOURS[name]
    return written(sine(frequency, seconds, flavour.rate, flavour.channels, peak), flavour)


@functools.cache
def hiss_file(name: str, seconds: float = 4.0) -> bytes:
    """Return a file of one flavour that holds noise."""
    flavour = FLAVOURS[name]
    return written(hiss(seconds, flavour.rate, flavour.channels), flavour)


def written(samples: Samples, flavour: Flavour) -> bytes:
    """Return these samples as a file."""
    import av

    muxer, codec, sample_format = CODECS[flavour.kind]
    layout = LAYOUTS[flavour.channels]
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.reshape(1, -1)), "flt", layout)
    frame.sample_rate, frame.pts, frame.time_base = flavour.rate, 0, Fraction(1, flavour.rate)
    file = io.BytesIO()
    with av.open(file, "w", format=muxer, options=dict(OPTIONS.get(flavour.kind, {}))) as container:
        stream: Any = container.add_stream(codec, rate=flavour.rate)
        context = stream.codec_context
        context.layout, context.format = layout, sample_format
        if codec == "vorbis":
            context.options = {"strict": "experimental"}
        if codec in {"wmav2", "aac", "libmp3lame", "vorbis"}:
            context.bit_rate = 48_000 if flavour.rate < 32000 else 96_000 * flavour.channels
        if flavour.vbr:
            context.flags |= 0x2  # AV_CODEC_FLAG_QSCALE
            context.options = {"global_quality": "472"}
        context.open()
        resampler = av.AudioResampler(sample_format, layout, flavour.rate, context.frame_size or 4096)
        for part in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(stream.encode(part))
    return with_cover(file.getvalue()) if flavour.cover else file.getvalue()


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200
"""51 kB that begin like a picture."""


def with_cover(content: bytes) -> bytes:
    """Return an MP3 or FLAC with an embedded picture."""
    if content.startswith(b"fLaC"):
        body = struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">6I", 0, 1, 1, 24, 0, len(PICTURE)) + PICTURE
        at = 4
        while True:  # the block goes behind STREAMINFO, which is the first and never the last here
            last, size = content[at] >> 7, int.from_bytes(content[at + 1 : at + 4], "big")
            assert not last
            at += 4 + size
            return content[:at] + bytes([6]) + len(body).to_bytes(3, "big") + body + content[at:]
    return id3(("APIC", b"\0image/png\0\x03\0" + PICTURE)) + content


def tone(samples: Samples, rate: int) -> tuple[float, float]:
    """Return pitch in hertz and root mean square of the middle half of one channel."""
    if not samples.any():
        return 0.0, 0.0
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    top = int(spectrum[1:-1].argmax()) + 1
    a, b, c = np.log(spectrum[top - 1 : top + 2] + 1e-12)
    top_exact = top + 0.5 * (a - c) / (a - 2 * b + c)
    return float(top_exact * rate / len(middle)), float(np.sqrt((middle**2).mean()))


def decibels(level: float, wanted: float) -> float:
    """Return by how much a level is off, in dB."""
    return float(20 * np.log10(level / wanted))


def silent_gaps(samples: Samples, rate: int) -> int:
    """Return how many windows of 5 ms inside the sound hold nothing."""
    sounding = np.flatnonzero(np.abs(samples) > 1e-3)
    inside = np.abs(samples[sounding[0] : sounding[-1] + 1])
    window = rate // 200
    return int((inside[: len(inside) // window * window].reshape(-1, window).max(axis=1) < 1e-3).sum())
