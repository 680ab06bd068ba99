"""Whether the decoders that ctk stands on are here; asked in a worker, for a broken library may crash who loads it."""

from __future__ import annotations

NEEDED = {
    "MP3": "mp3float", "Vorbis": "vorbis", "Opus": "opus", "AAC": "aac", "ALAC": "alac", "FLAC": "flac",
    "Windows Media": "wmav2", "WavPack": "wavpack", "PCM": "pcm_s24le", "ADPCM": "adpcm_ms",
}  # fmt: skip
"""Kind of sound to FFmpeg's decoder."""


def look() -> dict[str, str]:
    """Return the version of each library by its name, and as "missing" what FFmpeg here cannot decode."""
    import av
    import miniaudio  # type: ignore[import-untyped]

    missing = [kind for kind, decoder in NEEDED.items() if not _is_there(decoder)]
    versions = {"miniaudio": str(miniaudio.__version__), "PyAV": av.__version__, "FFmpeg": av.ffmpeg_version_info}
    return {**versions, "missing": ", ".join(missing)}


def _is_there(decoder: str) -> bool:
    import av

    try:
        return bool(av.codec.Codec(decoder, "r").is_decoder)
    except av.codec.codec.UnknownCodecError:
        return False
