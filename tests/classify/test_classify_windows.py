"""What of a file the network hears, and that it is what librosa would have given it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
import soxr  # type: ignore[import-untyped]

from ctk_tui.audio import decode
from ctk_tui.classify import windows
from ctk_tui.classify.decoding import decode_sound, heard
from ctk_tui.classify.windows import RATE, hear, starts
from ctk_tui.model.errors import FileUnreadable, NotAudio
from tests.support.make_audio import sound, wav

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("duration", "places"),
    [
        (0.01, [0.0]),
        (10.0, [0.0]),
        (10.5, [0.0, 0.5]),
        (20.0, [0.0, 10.0]),
        (21.0, [0.0, 5.5, 11.0]),
        (3610.0, [0.0, 1800.0, 3600.0]),
        (None, [0.0, 10.0, 20.0]),
        (0.0, [0.0]),
    ],
)
def test_where_windows_begin(duration: float | None, places: list[float]) -> None:
    assert starts(duration) == places


@pytest.mark.parametrize("rate", [44_100, 48_000, 22_050, 96_000, 8_000, 11_025])
@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_samples_are_those_of_librosa(tmp_path: Path, kind: str, rate: int) -> None:
    """Its way to 32 kHz mono: channels averaged, soxr HQ over the whole file, the length rounded up."""
    path = tmp_path / f"x.{kind}"
    path.write_bytes(sound(kind, 1.337, rate, 2))
    samples, found = soundfile.read(path, dtype="float32")
    assert found == rate
    wanted = soxr.resample(samples.mean(1), rate, RATE, quality="HQ")
    [clip] = hear(str(path))
    assert len(clip) == math.ceil(len(samples) * RATE / rate)
    assert np.abs(clip[: len(wanted)] - wanted[: len(clip)]).max() < 1e-6


def test_only_the_windows_are_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.wav"
    path.write_bytes(sound("wav", 100.0, 48_000, 1))
    read = [0]
    blocks = decode.Sound.__iter__

    def counted(self: decode.Sound) -> Any:
        for block in blocks(self):
            read[0] += len(block)
            yield block

    monkeypatch.setattr(decode.Sound, "__iter__", counted)
    clips = hear(str(path), 100.0)
    assert [len(clip) for clip in clips] == [320_000] * 3
    assert read[0] < 31.9 * 48_000
    whole, _ = soundfile.read(path, dtype="float32")
    for clip, start in zip(clips, (0, 45, 90), strict=True):
        part = soxr.resample(whole[start * 48_000 : (start + 10) * 48_000], 48_000, RATE, quality="HQ")
        assert np.abs(clip[: len(part)] - part).max() < 1e-6


def test_a_header_that_lies_costs_windows_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "cut.wav"
    path.write_bytes(wav(44_100 * 12, channels=1, data_size=44_100 * 2 * 3600))
    clips = hear(str(path))
    assert 1 <= len(clips) < 3
    assert len(clips[0]) == 320_000
    clips = hear(str(path), 12.0)
    assert [len(clip) for clip in clips] == [320_000] * 2


def test_what_cannot_be_heard_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(b"garbage " * 100)
    with pytest.raises(NotAudio):
        hear(str(path))
    path.write_bytes(wav(0))
    with pytest.raises(NotAudio):
        hear(str(path))
    with pytest.raises(FileUnreadable):
        hear(str(tmp_path / "none"))


@pytest.mark.parametrize(("level", "silent"), [(0.0, True), (0.00009, True), (0.0002, False), (0.5, False)])
def test_silence_is_what_nobody_hears(tmp_path: Path, level: float, silent: bool) -> None:
    path = tmp_path / "x.wav"
    samples = (np.sin(np.arange(32_000) * 0.1) * level * 32767).round().astype("<i2").tobytes()
    path.write_bytes(wav(0, channels=1, rate=32_000)[:40] + len(samples).to_bytes(4, "little") + samples)
    found = heard(decode_sound(str(path), 1.0))
    assert found.silent == silent
    assert found.lengths == (32_000,)
    assert len(found.samples) == 4 * 32_000
    assert windows.WINDOW == 10.0
