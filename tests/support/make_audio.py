"""Sound files for tests, of every kind that a probe may meet: whole ones by PyAV, odd ones by hand."""

from __future__ import annotations

import functools
import os
import struct
import tempfile
from fractions import Fraction
from typing import Any

import numpy as np

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}

CODECS: dict[str, tuple[str, str, str]] = {
    "wav": ("wav", "pcm_s16le", "s16"),
    "wav-u8": ("wav", "pcm_u8", "u8"),
    "wav-s24": ("wav", "pcm_s24le", "s32"),
    "wav-s32": ("wav", "pcm_s32le", "s32"),
    "wav-f32": ("wav", "pcm_f32le", "flt"),
    "wav-f64": ("wav", "pcm_f64le", "dbl"),
    "wav-alaw": ("wav", "pcm_alaw", "s16"),
    "wav-mulaw": ("wav", "pcm_mulaw", "s16"),
    "wav-ima": ("wav", "adpcm_ima_wav", "s16p"),
    "wav-ms": ("wav", "adpcm_ms", "s16"),
    "wav-mp3": ("wav", "libmp3lame", "s16p"),
    "rf64": ("wav", "pcm_s16le", "s16"),
    "w64": ("w64", "pcm_s24le", "s32"),
    "aiff": ("aiff", "pcm_s16be", "s16"),
    "aiff-s24": ("aiff", "pcm_s24be", "s32"),
    "aiff-f32": ("aiff", "pcm_f32be", "flt"),
    "aiff-sowt": ("aiff", "pcm_s16le", "s16"),
    "flac": ("flac", "flac", "s16"),
    "flac-s24": ("flac", "flac", "s32"),
    "ogg-flac": ("ogg", "flac", "s16"),
    "mp3": ("mp3", "libmp3lame", "s16p"),
    "mp3-bare": ("mp3", "libmp3lame", "s16p"),
    "mp2": ("mp2", "mp2", "s16"),
    "vorbis": ("ogg", "vorbis", "fltp"),
    "opus": ("ogg", "libopus", "s16"),
    "aac": ("ipod", "aac", "fltp"),
    "aac-adts": ("adts", "aac", "fltp"),
    "alac": ("ipod", "alac", "s16p"),
    "alac-s24": ("ipod", "alac", "s32p"),
    "wma": ("asf", "wmav2", "fltp"),
    "caf": ("caf", "pcm_s24be", "s32"),
    "caf-alac": ("caf", "alac", "s16p"),
    "wavpack": ("wv", "wavpack", "s16p"),
    "wavpack-f32": ("wv", "wavpack", "fltp"),
    "tta": ("tta", "tta", "s16"),
    "ac3": ("ac3", "ac3", "fltp"),
    "au": ("au", "pcm_s16be", "s16"),
}
"""Kind of file to FFmpeg's muxer, encoder and sample format."""

OPTIONS: dict[str, dict[str, str]] = {
    "rf64": {"rf64": "always"},
    "mp3-bare": {"write_xing": "0"},
    "aiff": {"write_id3v2": "1"},
}


def noise(seconds: float, rate: int = 44100, channels: int = 2, seed: int = 1) -> np.ndarray[Any, Any]:
    """Return noise over a tone that falls silent by and by, float32, of shape (frames, channels)."""
    frames = round(seconds * rate)
    tone = np.sin(np.arange(frames) * 440 * 2 * np.pi / rate)[:, None] * 0.3
    hiss = np.random.default_rng(seed).standard_normal((frames, channels)) * 0.05
    return ((tone + hiss) * np.linspace(1, 0, frames)[:, None] ** 4).astype(np.float32)


@functools.cache
def sound(
    kind: str,
    seconds: float = 1.0,
    rate: int = 44100,
    channels: int = 2,
    *,
    bit_rate: int = 0,
    vbr: bool = False,
    options: tuple[tuple[str, str], ...] = (),
    tags: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """Return a whole file of one of `CODECS`.

    Args:
        kind: a key of `CODECS`.
        seconds: length of the sound.
        rate: hertz.
        channels: 1, 2 or 6.
        bit_rate: bits a second, 0 for the encoder's own choice.
        vbr: let the bit rate of an mp3 vary.
        options: more options of the muxer.
        tags: names and values.
    """
    import av

    samples = noise(seconds, rate, channels)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "flt", LAYOUTS[channels])
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    # By name, not in memory: to put an MP4's index in front, its writer opens the file a second time.
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "sound")
        _write(file, kind, frame, options, tags, bit_rate, vbr)
        with open(file, "rb") as whole:
            return whole.read()


def _write(
    file: str,
    kind: str,
    frame: Any,
    options: tuple[tuple[str, str], ...],
    tags: tuple[tuple[str, str], ...],
    bit_rate: int,
    vbr: bool,
) -> None:
    import av

    muxer, codec, sample_format = CODECS[kind]
    layout, rate = frame.layout.name, frame.sample_rate
    with av.open(file, "w", format=muxer, options={**OPTIONS.get(kind, {}), **dict(options)}) as container:
        container.flags |= 0x400  # bit exact: equal arguments give equal bytes
        container.metadata.update(dict(tags))
        stream: Any = container.add_stream(codec, rate=rate)
        context = stream.codec_context
        context.layout, context.format = layout, sample_format
        context.flags |= 1 << 23
        if codec == "vorbis":
            context.options = {"strict": "experimental"}
        if bit_rate or codec == "wmav2":
            context.bit_rate = bit_rate or 128_000
        if vbr:
            context.flags |= 0x2  # AV_CODEC_FLAG_QSCALE
            context.options = {"global_quality": "472"}
        context.open()
        block = 4096 if not context.frame_size else context.frame_size
        resampler = av.AudioResampler(sample_format, layout, rate, block)
        for part in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(stream.encode(part))


def chunk(name: bytes, body: bytes, order: str = "<") -> bytes:
    """Return a RIFF chunk (or, with ">", an IFF one), padded to an even length."""
    return name + struct.pack(order + "I", len(body)) + body + b"\0" * (len(body) % 2)


def wave_format(tag: int = 1, channels: int = 2, rate: int = 44100, bits: int = 16, align: int | None = None) -> bytes:
    """Return the body of a fmt chunk."""
    block = (channels * bits // 8 if align is None else align) & 0xFFFF
    return struct.pack("<HHIIHH", tag, channels, rate, rate * block & 0xFFFFFFFF, block, bits)


def riff(*chunks: bytes, name: bytes = b"RIFF", form: bytes = b"WAVE", size: int | None = None) -> bytes:
    """Return a RIFF file of these chunks."""
    body = form + b"".join(chunks)
    return name + struct.pack("<I", len(body) if size is None else size) + body


def wav(frames: int = 4410, *, more: bytes = b"", data_size: int | None = None, **of_format: int) -> bytes:
    """Return a PCM WAV of hiss, `data_size` as its header tells it, `more` behind the sound."""
    form = wave_format(**of_format)
    block = struct.unpack("<H", form[12:14])[0]
    body = np.random.default_rng(1).bytes(frames * block)
    told = struct.pack("<I", len(body) if data_size is None else data_size)
    return riff(chunk(b"fmt ", form), b"data" + told + body + b"\0" * (len(body) % 2) + more)


def id3(*frames: tuple[str, bytes], version: int = 3, flags: int = 0, size: int | None = None) -> bytes:
    """Return an ID3v2.3 or 2.4 tag of these frames, each its name and its body."""
    out = b""
    for name, body in frames:
        length = synchsafe(len(body)) if version == 4 else struct.pack(">I", len(body))
        out += name.encode() + length + b"\0\0" + body
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(out) if size is None else size) + out


def synchsafe(number: int) -> bytes:
    """Return a number in four bytes of seven bits."""
    return bytes([number >> 21 & 127, number >> 14 & 127, number >> 7 & 127, number & 127])


def with_picture(*, video: bool) -> bytes:
    """Return an M4A that has a picture beside its sound: the frames of a video, or a cover."""
    import av

    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "sound")
        with av.open(name, "w", format="mp4") as container:
            sound_: Any = container.add_stream("aac", rate=44100)
            sound_.codec_context.layout = "mono"
            picture: Any = container.add_stream("mpeg4" if video else "png", rate=25)
            picture.width, picture.height = 32, 32
            picture.pix_fmt = "yuv420p" if video else "rgb24"
            if not video:
                picture.disposition = 0x400  # AV_DISPOSITION_ATTACHED_PIC
            image = av.VideoFrame(32, 32, picture.pix_fmt)
            for number in range(10 if video else 1):
                image.pts, image.time_base = number, Fraction(1, 25)
                container.mux(picture.encode(image))
            container.mux(picture.encode(None))
            frame = av.AudioFrame.from_ndarray(noise(1.0, 44100, 1).reshape(1, -1), "fltp", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 44100, 0, Fraction(1, 44100)
            for part in [*av.AudioResampler("fltp", "mono", 44100, 1024).resample(frame), None]:
                container.mux(sound_.encode(part))
        with open(name, "rb") as whole:
            return whole.read()
