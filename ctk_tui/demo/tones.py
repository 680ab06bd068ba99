"""Basses, keys and strings: everything that has a note."""

from __future__ import annotations

import numpy as np

from ctk_tui.demo.waves import (
    Rng,
    Signal,
    band,
    fall,
    finish,
    hertz,
    partials,
    phase,
    room,
    saturate,
    saw,
    swell,
    times,
)


def sub(rate: int, _rng: Rng, note: str = "C1", length: float = 1.6) -> Signal:
    """Return a sine bass with a little of its second partial."""
    time = times(length, rate)
    tone = partials(phase(hertz(note), time), [1.0, 0.12, 0.05])
    return finish(saturate(tone * swell(time, 0.01, 0.25), 1.2), rate)


def bass_808(rate: int, _rng: Rng, note: str = "F1", length: float = 2.2, drive: float = 2.2) -> Signal:
    """Return the long, overdriven bass drum that is played as a bass."""
    time = times(length, rate)
    tone = np.sin(phase(hertz(note) * (1 + 1.6 * fall(time, 0.014)), time)) * fall(time, length / 4)
    return finish(saturate(tone, drive), rate, fade_out=0.1)


def reese(rate: int, _rng: Rng, note: str = "E1", length: float = 3.0) -> Signal:
    """Return two saws beating against each other below a filter that breathes."""
    time = times(length, rate)
    pitch = hertz(note)
    cutoff = 420 + 360 * np.sin(2 * np.pi * 0.4 * time - 1.2)
    left = saw(phase(pitch * 1.006, time), pitch, rate, cutoff) + saw(phase(pitch * 0.993, time), pitch, rate, cutoff)
    right = saw(phase(pitch * 1.008, time), pitch, rate, cutoff) + saw(phase(pitch * 0.995, time), pitch, rate, cutoff)
    both = np.stack([left, right], axis=1) * swell(time, 0.02, 0.4)[:, None]
    return finish(saturate(both / 2, 1.5), rate)


def acid(rate: int, _rng: Rng, note: str = "A1", length: float = 0.35) -> Signal:
    """Return one squelching note."""
    time = times(length, rate)
    pitch = hertz(note)
    tone = saw(phase(pitch, time), pitch, rate, 280 + 2600 * fall(time, 0.05))
    return finish(saturate(tone * swell(time, 0.003, 0.05), 2.0), rate)


def pad(rate: int, rng: Rng, notes: tuple[str, ...] = ("A2", "E3", "B3", "C4"), length: float = 6.0) -> Signal:
    """Return a wide, slow chord."""
    time = times(length, rate)
    both = np.zeros((len(time), 2))
    for note in notes:
        pitch = hertz(note)
        for side in (0, 1):
            drift = 1 + 0.0016 * np.sin(2 * np.pi * rng.uniform(0.15, 0.4) * time + rng.uniform(0, 6))
            both[:, side] += saw(phase(pitch * rng.uniform(0.997, 1.003) * drift, time), pitch, rate, 900.0)
    return finish(room(both * swell(time, 1.6, 2.2)[:, None] / len(notes), rate, rng, 2.0, 0.45), rate, fade_out=0.8)


def pluck(rate: int, rng: Rng, note: str = "A3", length: float = 1.1) -> Signal:
    """Return a short bright note in a room."""
    time = times(length, rate)
    pitch = hertz(note)
    tone = saw(phase(pitch, time), pitch, rate, 350 + 5200 * fall(time, 0.05)) * fall(time, 0.13)
    return finish(room(tone, rate, rng, 1.1, 0.25), rate, fade_out=0.2)


def lead(rate: int, rng: Rng, note: str = "E4", length: float = 1.8) -> Signal:
    """Return a singing lead whose vibrato comes late."""
    time = times(length, rate)
    pitch = hertz(note)
    vibrato = 1 + 0.007 * np.clip(time - 0.35, 0, 0.5) * 2 * np.sin(2 * np.pi * 5.4 * time)
    tone = saw(phase(pitch * vibrato, time), pitch, rate, 2400.0) + saw(phase(pitch * 1.004, time), pitch, rate, 2000.0)
    return finish(room(tone * swell(time, 0.03, 0.3), rate, rng, 1.3, 0.25), rate, fade_out=0.3)


def bell(rate: int, rng: Rng, note: str = "E5") -> Signal:
    """Return a bell by frequency modulation, after Chowning's ratio of 1 to 1.4."""
    time = times(3.0, rate)
    carrier = phase(hertz(note), time)
    tone = np.sin(carrier + 3.5 * fall(time, 0.3) * np.sin(1.4 * carrier)) * fall(time, 0.45)
    return finish(room(tone, rate, rng, 1.6, 0.3), rate, fade_out=0.5)


def stab(rate: int, rng: Rng, notes: tuple[str, ...] = ("A3", "C4", "E4", "G4")) -> Signal:
    """Return a short house chord."""
    time = times(0.5, rate)
    chord = np.zeros_like(time)
    for note in notes:
        pitch = hertz(note)
        chord += saw(phase(pitch, time) + rng.uniform(0, 6), pitch, rate, 500 + 3800 * fall(time, 0.06))
    return finish(room(chord * fall(time, 0.11), rate, rng, 1.0, 0.3), rate, fade_out=0.2)


def string(
    rate: int, rng: Rng, note: str = "E2", length: float = 2.6, bright: float = 0.6, hold: float = 0.997
) -> Signal:
    """Return one plucked string (Karplus and Strong, 1983): noise in a ring, averaged once a turn.

    Args:
        rate: hertz.
        rng: where the noise comes from.
        note: what it is tuned to, to the nearest whole period.
        length: seconds.
        bright: 0 to 1, how near the bridge it is plucked.
        hold: what is left of it after a turn; 0.9 is a muted string.
    """
    period = round(rate / hertz(note) - 0.5)
    turn = band(rng.uniform(-1, 1, period), rate, 0, 800 + 7000 * bright, order=1)
    turns, before = [], 0.0
    for _ in range(int(length * rate / period) + 1):
        turns.append(turn)
        shifted = np.concatenate([[before], turn[:-1]])
        before = float(turn[-1])
        turn = hold * 0.5 * (turn + shifted)
    tone = np.concatenate(turns)[: round(length * rate)]
    return finish(band(tone, rate, 60, 9000, order=1), rate, fade_out=min(0.3, length / 3))


def strum(rate: int, rng: Rng, notes: tuple[str, ...] = ("E2", "B2", "E3", "G3", "B3", "E4")) -> Signal:
    """Return a chord strummed downwards on a guitar."""
    total = np.zeros(round(3.4 * rate))
    for number, note in enumerate(notes):
        start = round(number * rng.uniform(0.014, 0.02) * rate)
        tone = string(rate, rng, note, 3.0, 0.5)
        total[start : start + len(tone)] += tone * rng.uniform(0.8, 1.0)
    return finish(room(band(total, rate, 90, 7000, order=1), rate, rng, 0.9, 0.18), rate, fade_out=0.6)
