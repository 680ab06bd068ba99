"""Probe bytes as the scanner probes a file."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from ctk_tui.audio.inspect import open_sound
from ctk_tui.disk.fingerprint import BLOCK
from ctk_tui.scan.probe import probe

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.model.audio import AudioFacts


def probed(content: bytes, check: Callable[[], None] = lambda: None) -> AudioFacts:
    """Return the facts of a file that holds `content`; it has no name by which it could be opened again."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        tail = content[-BLOCK:] if len(content) > BLOCK else b""
        return probe(file.fileno(), b"/nowhere/x.wav", len(content), content[:BLOCK], tail, check=check)


def decoded_seconds(content: bytes) -> float | None:
    """Return the seconds that come out when all of a file is decoded, None if nothing does."""
    import av

    av.logging.set_level(av.logging.PANIC)
    samples = rate = 0
    handle, name = tempfile.mkstemp()
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        with open(name, "rb") as sound, open_sound(sound) as container:
            try:
                for packet in container.demux(container.streams.audio[0]):
                    try:
                        for frame in packet.decode():
                            samples, rate = samples + frame.samples, frame.sample_rate
                    except av.FFmpegError:
                        continue
            except av.FFmpegError:
                pass
    except (av.FFmpegError, IndexError):
        return None
    finally:
        os.unlink(name)
    return samples / rate if rate else None
