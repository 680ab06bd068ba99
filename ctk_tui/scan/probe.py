"""The facts of one file: by a quick reader of its headers, or by the surer and slower one where that has doubts."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from ctk_tui.audio import magic
from ctk_tui.disk.reasons import unreadable
from ctk_tui.model.errors import NotAudio
from ctk_tui.scan.containers import (
    adts,
    aiff,
    asf,
    caf,
    flac,
    id3,
    mp3,
    mp4,
    ogg,
    riff,
    w64,
    wavpack,
)
from ctk_tui.scan.containers.held import Held, HeldFile, no_check

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctk_tui.model.audio import AudioFacts

_READERS: dict[magic.Container, Callable[[Held], AudioFacts | None]] = {
    "riff": riff.read,
    "w64": w64.read,
    "aiff": aiff.read,
    "flac": flac.read,
    "mpeg": mp3.read,
    "adts": adts.read,
    "ogg": ogg.read,
    "mp4": mp4.read,
    "asf": asf.read,
    "caf": caf.read,
    "wavpack": wavpack.read,
}
_LIES = (struct.error, ValueError, LookupError, ArithmeticError)
"""What a reader may stumble over in a header that contradicts itself; UnicodeError is a ValueError."""


def probe(
    fd: int, path: bytes, size: int, head: bytes, tail: bytes, *, check: Callable[[], None] = no_check
) -> AudioFacts:
    """Return what is known of an open file; how it is named does not matter.

    Args:
        fd: the open file; it is read by offset and never opened again by its name.
        path: its name, for errors.
        size: its length in bytes.
        head: its first 64 KiB, or all of it.
        tail: its last 64 KiB, b"" where `head` is all.
        check: called now and then where a whole file has to be read; what it raises goes through.

    Raises:
        NotAudio: it holds no sound that can be decoded; the reason is in plain words.
        FileUnreadable: the system refused to read it.
    """
    held = Held(fd, path, size, head, tail, check)
    try:
        facts = _quick(held)
        if facts is not None and facts.sample_rate and facts.channels:
            return facts
        return _sure(held, facts)
    except OSError as error:
        raise unreadable(path, error) from error


def _quick(held: Held) -> AudioFacts | None:
    """Return what the headers tell, None where they leave doubts.

    Raises:
        NotAudio: they leave none that there is no sound.
    """
    kind = magic.container(held.head)
    if kind == "id3":
        behind = magic.container(held.at(id3.end_of_tags(held), 12))
        kind = behind if behind in {"flac", "adts"} else "mpeg"
    reader = _READERS.get(kind)
    if reader is not None:
        try:
            return reader(held)
        except _LIES:
            return None
    reason = magic.no_sound(held.head)
    if reason:
        raise held.refuse(reason)
    return None


def _sure(held: Held, facts: AudioFacts | None) -> AudioFacts:
    """Ask the decoder: for all, or for the rate and channels that the headers of `facts` do not tell."""
    from ctk_tui.audio.inspect import inspect

    file = HeldFile(held)
    try:
        asked = inspect(file, held.path, measure=facts is None, check=held.check)
    except NotAudio:
        if file.error is not None:
            raise file.error from None
        raise
    if facts is None:
        return replace(asked, truncated=True) if held.ends_early and not asked.truncated else asked
    return replace(facts, sample_rate=asked.sample_rate, channels=asked.channels)
