"""Outlines as text."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctk_tui.audio.peaks import Peaks
from ctk_tui.audio.render import ascii_bars, blocks, braille, drawn, resized


def outline(*columns: tuple[int, int]) -> Peaks:
    return Peaks(bytes(low & 255 for low, _ in columns), bytes(high & 255 for _, high in columns))


SILENCE = outline(*[(0, 0)] * 1000)
FULL = outline(*[(-127, 127)] * 1000)
RAMP = outline(*[(-(column * 127 // 999), column * 127 // 999) for column in range(1000)])

some_outlines = st.lists(st.tuples(st.integers(-127, 0), st.integers(0, 127)), max_size=50).map(lambda c: outline(*c))


def test_braille_of_known_outlines() -> None:
    assert braille(FULL, 3) == ["⣿⣿⣿"]
    assert braille(FULL, 2, 2) == ["⣿⣿", "⣿⣿"]
    assert len(set(braille(SILENCE, 8)[0])) == 1
    assert braille(SILENCE, 8)[0] != "⠀" * 8
    assert braille(outline((0, 127)), 1, 2) == ["⣿", "⠀"]
    assert braille(outline((-127, -1)), 1, 2) == ["⠀", "⣿"]


def test_bars_of_known_outlines() -> None:
    assert blocks(FULL, 3) == ["███"]
    assert blocks(SILENCE, 3, 2) == ["   ", "   "]
    assert blocks(RAMP, 8) == ["▁▂▃▄▅▆▇█"]
    assert blocks(RAMP, 4, 2) == ["  ▄█", "▄███"]
    assert ascii_bars(RAMP, 7) == [".:-=+*#"]


def test_one_loud_sample_is_seen_at_any_width() -> None:
    lone = outline(*[(0, 0)] * 500, (0, 127), *[(0, 0)] * 499)
    for width in range(1, 300):
        assert "█" in blocks(lone, width)[0]


@given(peaks=some_outlines, width=st.integers(0, 120), height=st.integers(1, 6))
def test_every_drawing_has_its_size_and_alphabet(peaks: Peaks, width: int, height: int) -> None:
    for style, letters in (("braille", None), ("blocks", set(" ▁▂▃▄▅▆▇█")), ("ascii", set(" .:-=+*#"))):
        rows = drawn(peaks, width, height, style)  # type: ignore[arg-type]
        assert [len(row) for row in rows] == [width] * height
        assert letters is None or set("".join(rows)) <= letters


@given(peaks=some_outlines.filter(lambda peaks: peaks.lows != b""), columns=st.integers(1, 200))
def test_another_width_keeps_the_extremes(peaks: Peaks, columns: int) -> None:
    found = resized(peaks, columns)
    everything = resized(peaks, len(peaks.lows))
    assert max(high for _, high in found) <= max(high for _, high in everything)
    if columns <= len(everything):
        assert min(low for low, _ in found) == min(low for low, _ in everything)
        assert max(high for _, high in found) == max(high for _, high in everything)


@pytest.mark.parametrize("module", ["ctk_tui.audio.render", "ctk_tui.audio.peaks"])
def test_neither_numpy_nor_a_decoder_is_loaded_to_draw(module: str) -> None:
    code = f"import sys, {module}; sys.exit(bool({{'numpy', 'av', 'miniaudio'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
