"""Voices, effects and places: what is neither drum nor note."""

from __future__ import annotations

import numpy as np

from ctk_tui.demo.waves import Rng, Signal, band, fall, finish, hertz, partials, phase, room, saturate, swell, times

VOWELS = {
    "Ah": ((800, 1.0), (1150, 0.5), (2900, 0.22), (3900, 0.12)),
    "Ee": ((350, 1.0), (2000, 0.35), (2800, 0.28), (3600, 0.1)),
    "Oh": ((450, 1.0), (800, 0.45), (2830, 0.12), (3800, 0.08)),
    "Oo": ((325, 1.0), (700, 0.22), (2700, 0.06), (3800, 0.03)),
}
"""Formants of a singing voice in hertz with their strengths, after the tables that Csound's manual gives."""


def vowel(rate: int, rng: Rng, sound: str = "Ah", note: str = "A3", length: float = 1.8) -> Signal:
    """Return a voice that sings one vowel, a key of `VOWELS`."""
    time = times(length, rate)
    pitch = hertz(note)
    sway = 1 + 0.009 * np.clip(time / 0.6, 0, 1) * np.sin(2 * np.pi * 5.1 * time + rng.uniform(0, 6))
    strengths = []
    for number in range(1, min(40, int(4800 / pitch)) + 1):
        place = number * pitch
        formants = sum(strength / (1 + ((place - centre) / 110) ** 2) for centre, strength in VOWELS[sound])
        strengths.append(formants + 0.05 / number)
    breath = band(rng.standard_normal(len(time)), rate, 1500, 7000, order=1) * 0.02
    voice = partials(phase(pitch * sway, time), strengths) + breath
    attack = min(0.12, length / 8)
    return finish(room(voice * swell(time, attack, length / 4), rate, rng, 1.2, 0.22), rate, fade_out=0.2)


def chop(rate: int, rng: Rng, sound: str = "Oh", note: str = "C4") -> Signal:
    """Return a short cut from a voice, as samplers play it."""
    piece = vowel(rate, rng, sound, note, 0.42)
    return finish(piece[: round(0.3 * rate)], rate, fade_in=0.004, fade_out=0.05)


def riser(rate: int, rng: Rng, length: float = 4.0) -> Signal:
    """Return noise and a tone that climb for `length` seconds."""
    time = times(length, rate)
    way = time / length
    noise = rng.standard_normal((len(time), 2))
    rush = np.zeros_like(noise)
    steps = 10  # a moving filter, by fading through ten that stand
    for step in range(steps):
        weight = np.clip(1 - np.abs(way * (steps - 1) - step), 0, 1)[:, None]
        centre = 250 * 40 ** (step / (steps - 1))
        rush += band(noise, rate, centre * 0.6, centre * 1.6) * weight
    tone = np.sin(phase(110 * 2 ** (3 * way), time))[:, None] * 0.5
    both = rush / np.abs(rush).max() + tone
    return finish(both * (way**1.6)[:, None], rate, fade_out=0.03)


def fall_away(rate: int, rng: Rng, length: float = 3.0) -> Signal:
    """Return the reverse of a riser."""
    return finish(riser(rate, rng, length)[::-1], rate, fade_out=0.4)


def impact(rate: int, rng: Rng, pitch: float = 42.0) -> Signal:
    """Return a cinematic hit in a hall."""
    time = times(1.6, rate)
    boom = np.sin(phase(pitch * (1 + 2.5 * fall(time, 0.05)), time)) * fall(time, 0.28)
    debris = band(rng.standard_normal(len(time)), rate, 300, 5000, order=1) * fall(time, 0.05) * 0.6
    return finish(room(saturate(boom + debris, 1.8), rate, rng, 2.6, 0.35), rate, fade_out=0.8)


def sweep(rate: int, rng: Rng, start: float = 6000.0, end: float = 90.0, length: float = 1.2) -> Signal:
    """Return a laser: a tone that slides from `start` to `end` hertz."""
    time = times(length, rate)
    pitch = start * (end / start) ** (time / length)
    tone = partials(phase(pitch, time), [1.0, 0.2])
    return finish(room(tone * swell(time, 0.005, 0.4), rate, rng, 0.9, 0.3), rate, fade_out=0.2)


def glitch(rate: int, rng: Rng) -> Signal:
    """Return digital dirt: tones held for a few milliseconds each."""
    parts = []
    for _ in range(24):
        time = times(float(rng.uniform(0.008, 0.04)), rate)
        parts.append(np.sign(np.sin(phase(float(rng.uniform(120, 4200)), time))) * rng.choice([0.0, 0.5, 1.0]))
    return finish(band(np.concatenate(parts), rate, 80, 9000), rate, peak=0.6)


def rain(rate: int, rng: Rng, length: float = 72.0) -> Signal:
    """Return rain on a roof: a hiss that comes and goes, and drops that are near."""
    time = times(length, rate)
    gusts = 1 + 0.25 * np.sin(2 * np.pi * time / 17) + 0.15 * np.sin(2 * np.pi * time / 6.3 + 1)
    hiss = band(rng.standard_normal((len(time), 2)), rate, 700, 7500, order=1) * gusts[:, None] * 0.25
    drop_time = times(0.03, rate)
    for start in rng.integers(0, len(time) - len(drop_time), int(length * 25)):
        drop = np.sin(phase(float(rng.uniform(900, 3800)), drop_time)) * fall(drop_time, 0.003)
        left = rng.uniform(0.1, 0.9)
        hiss[start : start + len(drop)] += drop[:, None] * np.array([left, 1 - left]) * rng.uniform(0.1, 0.8)
    return finish(hiss, rate, peak=0.5, fade_in=1.5, fade_out=2.5)


def wind(rate: int, rng: Rng, length: float = 24.0) -> Signal:
    """Return wind in trees."""
    time = times(length, rate)
    slow = sum(np.sin(2 * np.pi * time / period + rng.uniform(0, 6)) for period in (11.0, 5.2, 2.9))
    noise = rng.standard_normal((len(time), 2))
    low, high = band(noise, rate, 90, 520), band(noise, rate, 500, 1800)
    force = np.clip(0.55 + 0.18 * slow, 0.08, None)[:, None]
    return finish(low * force + high * force**2, rate, peak=0.6, fade_in=1.0, fade_out=1.5)


def surf(rate: int, rng: Rng, length: float = 20.0) -> Signal:
    """Return waves on a beach."""
    time = times(length, rate)
    noise = rng.standard_normal((len(time), 2))
    wave = np.clip(np.sin(2 * np.pi * time / 7.5 - 1), 0, None)[:, None] ** 2
    both = band(noise, rate, 150, 900, order=1) * (0.2 + wave) + band(noise, rate, 1500, 6500, order=1) * wave**2 * 0.7
    return finish(both, rate, peak=0.6, fade_in=0.8, fade_out=1.5)


def crickets(rate: int, rng: Rng, length: float = 12.0) -> Signal:
    """Return a summer night."""
    time = times(length, rate)
    both = band(rng.standard_normal((len(time), 2)), rate, 300, 4000, order=1) * 0.02
    for _ in range(5):
        chirps = np.clip(np.sin(2 * np.pi * rng.uniform(16, 24) * time), 0, None)
        chirps *= np.sin(2 * np.pi * rng.uniform(0.5, 1.1) * time + rng.uniform(0, 6)) > 0
        left = rng.uniform(0.1, 0.9)
        tone = band(np.sin(phase(float(rng.uniform(3900, 4900)), time)) * chirps, rate, 3000, 6000) * 0.3
        both += tone[:, None] * np.array([left, 1 - left])
    return finish(both, rate, peak=0.5, fade_in=0.6, fade_out=1.0)
