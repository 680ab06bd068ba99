"""Sony Wave64: WAV with 16 bytes for a name and 8 for a size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.model.audio import AudioFacts
from ctk_tui.scan.containers import waveformat
from ctk_tui.scan.containers.sane import sane

if TYPE_CHECKING:
    from ctk_tui.scan.containers.held import Held

_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")
_FORM, _DATA = b"fmt " + _TAIL, b"data" + _TAIL
_CHUNKS = 256


def read(held: Held) -> AudioFacts | None:
    """Return the facts of a W64 file, None where a decoder has to be asked."""
    form: waveformat.WaveFormat | None = None
    offset = 40
    for _ in range(_CHUNKS):
        header = held.at(offset, 24)
        if len(header) < 24:
            return None
        size = int.from_bytes(header[16:], "little") - 24
        if header[:16] == _DATA:
            return _facts(held, form, size, held.size - offset - 24) if form else None
        if size < 0:
            return None
        if header[:16] == _FORM:
            form = waveformat.parse(held.at(offset + 24, min(size, 64)))
        offset += (24 + size + 7) // 8 * 8
    return None


def _facts(held: Held, form: waveformat.WaveFormat, size: int, rest: int) -> AudioFacts | None:
    if size <= 0:  # a stream: its writer could not go back
        size = rest
    if form.frames_in_block != 1 or not sane(form.rate, form.channels):
        return None
    frames = min(size, rest) // form.block
    if frames <= 0:
        raise held.refuse("holds no sound: its data chunk is empty")
    depth = waveformat.bit_depth(form)
    return AudioFacts("wav", frames / form.rate, form.rate, form.channels, depth, truncated=rest < size)
