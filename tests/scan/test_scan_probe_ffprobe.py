"""The probe's answers and ffprobe's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bench.probe_vs_ffprobe import differences, ours, theirs
from tests.support.make_audio import CODECS, sound
from tests.support.probing import decoded_seconds

if TYPE_CHECKING:
    from pathlib import Path

ESTIMATES = {"aac-adts", "caf-alac"}
"""ffprobe takes a raw AAC's length from its bit rate, and leaves the padding in CAF's packets."""


@pytest.mark.needs("ffprobe")
@pytest.mark.parametrize("kind", CODECS)
def test_both_say_the_same(kind: str, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path / "sound")
    (tmp_path / "sound").write_bytes(sound(kind, 1.7, 48000 if kind in {"opus", "ac3"} else 44100))
    mine, form, _ = ours(path)
    found = differences(mine, theirs(path), form)
    if kind in ESTIMATES:
        assert [field for field in found if field != "seconds"] == []
        assert mine.seconds == pytest.approx(decoded_seconds((tmp_path / "sound").read_bytes()), abs=0.05)
    else:
        assert found == []
