"""Loops and a little song, put together from the other sounds."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from ctk_tui.demo import drums, tones
from ctk_tui.demo.waves import Rng, Signal, finish, mono

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 16
"""Steps in a bar of four beats."""

BEATS: dict[str, dict[str, str]] = {
    "house": {
        "kick": "x...x...x...x...",
        "clap": "....x.......x...",
        "hat": "..x...x...x...x.",
        "shaker": "x.x.x.x.x.x.x.x.",
    },
    "techno": {
        "kick": "x...x...x...x...",
        "hat": "..x...x...x...xx",
        "rim": "x..x..x...x..x..",
        "tom": "..............x.",
    },
    "hip hop": {"kick": "x......x..x.....", "snare": "....x.......x...", "hat": "x.x.x.xxx.x.x.x."},
    "breaks": {"kick": "x.........xx....", "snare": "....x..x.x..x..x", "hat": "x.x.x.x.x.x.x.x."},
    "trap": {"kick": "x.....x...x.....", "clap": "........x.......", "hat": "x.xxx.x.xxxxx.x."},
}
"""Drum to its steps in one bar."""


def lay(
    pattern: list[tuple[int, Signal]], bars: int, tempo: float, rate: int, *, around: bool = True, swing: float = 0.0
) -> Signal:
    """Return sounds laid on the steps of a bar grid, in stereo.

    Args:
        pattern: step, counted from 0 through all bars, and the sound that starts there.
        bars: length of the result.
        tempo: beats a minute.
        rate: hertz.
        around: whether a tail that reaches past the end goes on at the beginning, so that the loop has no seam.
        swing: how late every second step comes, in steps.
    """
    step_frames = 60 / tempo / 4 * rate
    total = np.zeros((round(bars * STEPS * step_frames), 2))
    for step, sound in pattern:
        start = round((step + swing * (step % 2)) * step_frames)
        both = sound if sound.ndim == 2 else np.stack([sound, sound], axis=1)
        here = both[: len(total) - start]
        total[start : start + len(here)] += here
        if around and len(here) < len(both):
            rest = both[len(here) :][: len(total)]
            total[: len(rest)] += rest
    return total


def beat(rate: int, rng: Rng, style: str = "house", tempo: float = 124.0, bars: int = 2) -> Signal:
    """Return a drum loop in a style of `BEATS`; the hats play a little louder and softer, as people do."""
    kit: dict[str, tuple[Callable[[int, Rng], Signal], float]] = {
        "kick": (drums.kick, 0.9),
        "snare": (drums.snare, 0.6),
        "clap": (drums.clap, 0.6),
        "hat": (drums.hat, 0.35),
        "rim": (drums.rim, 0.4),
        "tom": (drums.tom, 0.5),
        "shaker": (drums.shaker, 0.25),
    }
    pattern = []
    for name, steps in BEATS[style].items():
        make, level = kit[name]
        sound = make(rate, rng)
        pattern += [
            (bar * STEPS + step, sound * level * rng.uniform(0.8, 1.0))
            for bar in range(bars)
            for step, mark in enumerate(steps)
            if mark == "x"
        ]
    return finish(lay(pattern, bars, tempo, rate, swing=0.18 if style == "hip hop" else 0.06), rate, fade_out=0.002)


def line(
    rate: int,
    rng: Rng,
    make: Callable[[int, Rng, str], Signal] = tones.pluck,
    notes: str = "A3 . E4 . C4 . . G3",
    tempo: float = 124.0,
    bars: int = 2,
) -> Signal:
    """Return a melody as a loop: one note or rest an eighth, repeated over the bars."""
    words = notes.split()
    sounds = {word: make(rate, rng, word) for word in sorted(set(words) - {"."})}
    places = ((eighth * 2, words[eighth % len(words)]) for eighth in range(bars * STEPS // 2))
    pattern = [(step, sounds[word]) for step, word in places if word != "."]
    return finish(lay(pattern, bars, tempo, rate), rate, fade_out=0.002)


TEMPO = 112.0
BARS = 4
PARTS = ("Drums", "Bass", "Pad", "Pluck", "Lead")


def stem(rate: int, _rng: Rng, part: str = "Drums") -> Signal:
    """Return one track of the song, a name of `PARTS`: a bar of silence, `BARS` bars, a bar of silence.

    All stems have one length and silent ends, as a sequencer exports them. So in one format they have one size
    and equal first and last 64 KiB: their fingerprints are equal, and the music is not. What is random in a stem
    depends on its name alone, so that `song` mixes these very stems.
    """
    rng = np.random.default_rng(zlib.crc32(part.encode()))
    if part == "Drums":
        music = beat(rate, rng, "breaks", TEMPO, BARS)
    elif part == "Bass":
        music = line(rate, rng, tones.acid, "A1 . A1 C2 . A1 G1 . F1 . F1 A1 . F1 E1 .", TEMPO, BARS) * 0.8
    elif part == "Pad":
        bar = 60 / TEMPO * 4
        chords = (("A2", "E3", "C4"), ("F2", "C3", "A3"))
        music = lay(
            [(32 * n, tones.pad(rate, rng, notes, bar * 2)) for n, notes in enumerate(chords)], BARS, TEMPO, rate
        )
    elif part == "Pluck":
        music = line(rate, rng, tones.pluck, "A3 C4 E4 C4 G4 E4 C4 E4 A3 C4 F4 C4 A4 F4 C4 F4", TEMPO, BARS) * 0.6
    else:
        music = lay([(8, tones.lead(rate, rng, "E4")), (40, tones.lead(rate, rng, "C4"))], BARS, TEMPO, rate) * 0.7
    silence = np.zeros((round(60 / TEMPO * 4 * rate), 2))
    return np.concatenate([silence, finish(music, rate, peak=0.6), silence])


def song(rate: int, rng: Rng) -> Signal:
    """Return the mix of all stems."""
    parts = [stem(rate, rng, part) for part in PARTS]
    return finish(np.sum(parts, axis=0), rate)


def memo(rate: int, rng: Rng) -> Signal:
    """Return the song's lead as hummed into a telephone: mono, narrow, noisy."""
    hummed = mono(line(rate, rng, tones.lead, "E4 . . D4 C4 . A3 .", 84.0, 2))
    return finish(hummed + 0.01 * rng.standard_normal(len(hummed)), rate)
