"""Drums: tuned bodies that fall, and noise that is shaped."""

from __future__ import annotations

import numpy as np

from ctk_tui.demo.waves import Rng, Signal, band, fall, finish, phase, room, saturate, times


def kick(
    rate: int, rng: Rng, pitch: float = 48.0, length: float = 0.6, click: float = 0.3, drive: float = 1.8
) -> Signal:
    """Return a bass drum: a sine that falls to `pitch` hertz within 50 ms, and the beater's click."""
    time = times(length, rate)
    body = np.sin(phase(pitch * (1 + 4.5 * fall(time, 0.018)), time)) * fall(time, length / 5)
    beater = band(rng.standard_normal(len(time)), rate, 1800, 9000) * fall(time, 0.004) * click
    return finish(saturate(body + beater, drive), rate)


def snare(rate: int, rng: Rng, pitch: float = 185.0, tail: float = 0.09, snap: float = 1.0) -> Signal:
    """Return a snare drum: two modes of the skin, and the wires below it ringing for `tail` seconds."""
    time = times(0.45, rate)
    bend = 1 + 0.5 * fall(time, 0.012)
    skin = np.sin(phase(pitch * bend, time)) + 0.6 * np.sin(phase(pitch * 1.79 * bend, time))
    wires = band(rng.standard_normal(len(time)), rate, 1100, 11000, order=1) * fall(time, tail) * snap
    return finish(saturate(skin * fall(time, 0.035) + wires, 1.4), rate)


def hat(rate: int, rng: Rng, ring: float = 0.025, pitch: float = 540.0) -> Signal:
    """Return a hi-hat that halves every `ring` seconds: six square waves out of tune, and what is high of them."""
    time = times(min(1.4, 0.08 + ring * 8), rate)
    metal = np.zeros_like(time)
    for ratio in (1.0, 1.34, 1.73, 2.21, 2.69, 3.16):
        metal += np.sign(np.sin(phase(pitch * ratio, time) + rng.uniform(0, 6)))
    bright = band(metal + 2.5 * rng.standard_normal(len(time)), rate, 7200, 15500, order=3)
    return finish(bright * fall(time, ring), rate, peak=0.7)


def clap(rate: int, rng: Rng, tail: float = 0.07) -> Signal:
    """Return hands that clap not quite together, in a small room."""
    time = times(0.5, rate)
    envelope = 0.6 * fall(time, tail) * (time > 0.03)
    for start in (0.0, 0.011, 0.021, 0.03):
        envelope += fall(np.maximum(time - start, 0), 0.004) * (time >= start)
    hands = band(rng.standard_normal(len(time)), rate, 850, 5200)
    return finish(room(hands * envelope, rate, rng, 0.5, 0.2), rate)


def tom(rate: int, rng: Rng, pitch: float = 110.0) -> Signal:
    """Return a tom tuned to `pitch` hertz."""
    time = times(0.9, rate)
    bend = 1 + 0.45 * fall(time, 0.05)
    body = np.sin(phase(pitch * bend, time)) + 0.35 * np.sin(phase(pitch * 1.59 * bend, time)) * fall(time, 0.05)
    stick = band(rng.standard_normal(len(time)), rate, 900, 6000) * fall(time, 0.006) * 0.4
    return finish(room(saturate(body * fall(time, 0.12) + stick, 1.3), rate, rng, 0.6, 0.15), rate)


def rim(rate: int, rng: Rng, pitch: float = 1650.0) -> Signal:
    """Return a stick on the rim."""
    time = times(0.16, rate)
    wood = np.sin(phase(pitch, time)) + 0.7 * np.sin(phase(pitch * 0.51, time))
    return finish((wood + 0.3 * rng.standard_normal(len(time))) * fall(time, 0.009), rate)


def shaker(rate: int, rng: Rng, length: float = 0.14) -> Signal:
    """Return one stroke of a shaker."""
    time = times(length, rate)
    stroke = np.sin(np.pi * np.clip(time / length, 0, 1)) ** 3
    return finish(band(rng.standard_normal(len(time)), rate, 5200, 13000) * stroke, rate, peak=0.6)


def crash(rate: int, rng: Rng) -> Signal:
    """Return a crash cymbal."""
    time = times(2.6, rate)
    metal = band(rng.standard_normal(len(time)), rate, 2600, 15000, order=1) * fall(time, 0.35)
    for pitch in rng.uniform(2400, 9000, 14):
        metal += 0.16 * np.sin(phase(float(pitch), time)) * fall(time, float(rng.uniform(0.1, 0.5)))
    return finish(room(metal, rate, rng, 1.0, 0.2), rate, peak=0.7, fade_out=0.4)
