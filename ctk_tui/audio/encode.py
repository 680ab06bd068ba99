"""Sound to file, for the demo library and for tests; ctk never encodes what belongs to the user."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

BITEXACT_MUXER = 0x400
"""AVFMT_FLAG_BITEXACT: no encoder name, no date, Ogg serials counted from 0 instead of random."""
BITEXACT_CODEC = 1 << 23
"""AV_CODEC_FLAG_BITEXACT."""
LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 6: "5.1", 8: "7.1"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one format is written."""

    muxer: str
    """FFmpeg's name of the container."""
    codecs: Mapping[int, tuple[str, str]]
    """Bit depth (0 where the format has none) to encoder and its sample format; the first is the default."""
    rates: tuple[int, ...] = ()
    """Hertz that the encoder takes, () for all."""
    bitrate: int | None = None
    """Bits a second unless told, None where it has no meaning."""


def _pcm(muxer: str, order: str) -> Recipe:
    depths = {16: (f"pcm_s16{order}", "s16"), 24: (f"pcm_s24{order}", "s32"), 32: (f"pcm_f32{order}", "flt")}
    return Recipe(muxer, depths if muxer == "caf" else {**depths, 8: ("pcm_u8", "u8")})


RECIPES: dict[str, Recipe] = {
    "wav": _pcm("wav", "le"),
    "aiff": _pcm("aiff", "be"),
    "caf": _pcm("caf", "be"),
    "flac": Recipe("flac", {16: ("flac", "s16"), 24: ("flac", "s32")}),
    "alac": Recipe("ipod", {16: ("alac", "s16p"), 24: ("alac", "s32p")}),
    "wavpack": Recipe("wv", {16: ("wavpack", "s16p"), 32: ("wavpack", "fltp")}),
    "mp3": Recipe("mp3", {0: ("libmp3lame", "fltp")}, (44100, 48000, 32000, 22050, 24000, 16000), 192_000),
    "vorbis": Recipe("ogg", {0: ("vorbis", "fltp")}, (), 160_000),
    "opus": Recipe("ogg", {0: ("libopus", "flt")}, (48000, 24000, 16000, 12000, 8000), 128_000),
    "aac": Recipe("ipod", {0: ("aac", "fltp")}, (), 160_000),
    "wma": Recipe("asf", {0: ("wmav2", "fltp")}, (), 160_000),
}
"""Short name of a format (model/audio.py) to its recipe. 32 bits are floats. FFmpeg's own vorbis is stereo only."""


def encode_bytes(
    samples: Samples,
    rate: int,
    format: str,  # noqa: A002  the word of the spec
    *,
    bit_depth: int | None = None,
    bitrate: int | None = None,
    tags: Mapping[str, str] | None = None,
) -> bytes:
    """Return a whole audio file; equal arguments give equal bytes.

    Args:
        samples: shape (frames, channels) or (frames,), float32, -1 to 1; what is louder is clipped.
        rate: hertz.
        format: one of `RECIPES`.
        bit_depth: bits a sample where the format has a choice, None for 16.
        bitrate: bits a second for formats that lose something, None for about 160,000.
        tags: title, artist, comment...; `description` becomes the bext description of a WAV.

    Raises:
        ValueError: the format, or this bit depth, rate or number of channels in it, cannot be written.
    """
    import av

    recipe, (codec, sample_format) = _recipe(format, bit_depth, rate)
    frame = _frame(samples, rate)
    if codec == "vorbis" and frame.layout.nb_channels != 2:
        raise ValueError("vorbis can be written in stereo only")
    file = io.BytesIO()
    options = {"write_bext": "1"} if format == "wav" and tags and "description" in tags else {}
    with av.open(file, "w", format=recipe.muxer, options=options) as container:
        container.flags |= BITEXACT_MUXER
        container.metadata.update(tags or {})
        stream: Any = container.add_stream(codec, rate=rate)
        context = stream.codec_context
        context.layout, context.format = frame.layout.name, sample_format
        context.flags |= BITEXACT_CODEC
        if codec == "vorbis":
            context.options = {"strict": "experimental"}  # elsewhere it would change bit depths
        if recipe.bitrate:
            context.bit_rate = bitrate or recipe.bitrate
        context.open()
        resampler = av.AudioResampler(sample_format, frame.layout.name, rate, context.frame_size or 4096)
        for part in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(stream.encode(part))
    return file.getvalue()


def encode(
    path: str | bytes | os.PathLike[str],
    samples: Samples,
    rate: int,
    format: str,  # noqa: A002
    *,
    bit_depth: int | None = None,
    bitrate: int | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Write an audio file; the arguments are those of `encode_bytes`.

    Raises:
        ValueError: as `encode_bytes`.
        OSError: the file cannot be written.
    """
    content = encode_bytes(samples, rate, format, bit_depth=bit_depth, bitrate=bitrate, tags=tags)
    with open(path, "wb") as file:
        file.write(content)


def _recipe(name: str, bit_depth: int | None, rate: int) -> tuple[Recipe, tuple[str, str]]:
    recipe = RECIPES.get(name)
    if recipe is None:
        raise ValueError(f"{name}: not one of {', '.join(RECIPES)}")
    depth = next(iter(recipe.codecs)) if bit_depth is None else bit_depth
    if depth not in recipe.codecs:
        raise ValueError(f"{name} cannot be written with {depth} bits a sample")
    if recipe.rates and rate not in recipe.rates:
        raise ValueError(f"{name} cannot be written at {rate} Hz")
    return recipe, recipe.codecs[depth]


def _frame(samples: Samples, rate: int) -> Any:
    import av
    import numpy as np

    packed = np.ascontiguousarray(samples.reshape(len(samples), -1).clip(-1, 1), dtype=np.float32)
    layout = LAYOUTS.get(packed.shape[1])
    if layout is None:
        raise ValueError(f"{packed.shape[1]} channels cannot be written")
    frame = av.AudioFrame.from_ndarray(packed.reshape(1, -1), "flt", layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)  # Ogg and MP4 tell lengths by these
    return frame
