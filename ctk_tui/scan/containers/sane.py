"""What a header may claim before it is called a lie."""

from __future__ import annotations

HIGHEST_RATE = 768_000
"""Hertz: the fastest converters sold; DSD comes as more, but not in a sample rate of PCM."""
MOST_CHANNELS = 512
"""FFmpeg refuses more as well."""


def sane(rate: int, channels: int) -> bool:
    """Return whether a file may have this sample rate in hertz and this many channels."""
    return 0 < rate <= HIGHEST_RATE and 0 < channels <= MOST_CHANNELS
