"""The few tools that every generated sound is made with: time, noise, filters, envelopes, rooms."""

from __future__ import annotations

import re
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Signal: TypeAlias = npt.NDArray[np.float64]
"""Samples, shape (frames,) for mono or (frames, 2) for stereo, about -1 to 1."""
Rng: TypeAlias = np.random.Generator

SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def hertz(note: str) -> float:
    """Return the frequency of a note such as "A3" or "F#1", equal temperament, A4 = 440 Hz."""
    match = re.fullmatch(r"([A-G])(#?)(\d)", note)
    if match is None:
        raise ValueError(f"{note}: not a note")
    midi = SEMITONES[match[1]] + len(match[2]) + 12 * (int(match[3]) + 1)
    return float(440 * 2 ** ((midi - 69) / 12))


def times(seconds: float, rate: int) -> Signal:
    """Return the time in seconds of every sample."""
    return np.arange(round(seconds * rate)) / rate


def fall(time: Signal, half_life: float) -> Signal:
    """Return an envelope that halves every `half_life` seconds."""
    return np.asarray(0.5 ** (time / half_life))


def swell(time: Signal, attack: float, release: float) -> Signal:
    """Return an envelope that rises for `attack` seconds, stays, and falls for the last `release` seconds."""
    rise = np.clip(time / max(attack, 1e-4), 0, 1)
    end = np.clip((time[-1] - time) / max(release, 1e-4), 0, 1)
    return np.asarray(np.sin(rise * np.pi / 2) * np.sin(end * np.pi / 2))


def phase(pitch: Signal | float, time: Signal) -> Signal:
    """Return the running phase in radians of a tone whose pitch in hertz may move."""
    if isinstance(pitch, float | int):
        return 2 * np.pi * pitch * time
    step = time[1] - time[0]
    return np.asarray(2 * np.pi * np.cumsum(pitch) * step)


def partials(angle: Signal, strengths: list[Signal] | list[float]) -> Signal:
    """Return the sum of the partials 1, 2, 3... of a tone, each with its strength, one number or one a sample."""
    # sin((k + 1)a) = 2 cos(a) sin(ka) - sin((k - 1)a): one sine for all partials
    total, before, sine, twice = np.zeros_like(angle), np.zeros_like(angle), np.sin(angle), 2 * np.cos(angle)
    for strength in strengths:
        total += strength * sine
        before, sine = (
            sine,
            twice * sine - before,
        )
    return total


def saw(angle: Signal, pitch: float, rate: int, cutoff: Signal | float) -> Signal:
    """Return a saw wave that is soft above `cutoff` hertz, without a partial above half the rate."""
    heard = min(0.45 * rate, 4 * float(np.max(cutoff)))  # above that every partial is more than 48 dB down
    count = max(1, min(48, int(heard / pitch)))
    square = (pitch / cutoff) ** 2
    strengths = [np.asarray(1 / (k * (1 + (k * k * square) ** 2))) for k in range(1, count + 1)]
    return partials(angle, strengths)


def band(signal: Signal, rate: int, low: float = 0.0, high: float = 1e6, order: int = 2) -> Signal:
    """Return the signal without most of what is below `low` and above `high` hertz (Butterworth's curve, no delay)."""
    size = 1 << int(np.ceil(np.log2(len(signal) + 4096)))  # room behind the end, so that it does not wrap around
    spectrum = np.fft.rfft(signal, size, axis=0)
    pitch = np.fft.rfftfreq(size, 1 / rate)
    curve = 1 / np.sqrt(1 + (pitch / high) ** (2 * order))
    if low > 0:
        curve = curve / np.sqrt(1 + (low / np.maximum(pitch, 1e-3)) ** (2 * order))
    shaped = spectrum * (curve if signal.ndim == 1 else curve[:, None])
    return np.asarray(np.fft.irfft(shaped, size, axis=0)[: len(signal)])


def saturate(signal: Signal, drive: float) -> Signal:
    """Return the signal bent as by an overdriven amplifier, peaks stay at 1."""
    return np.asarray(np.tanh(drive * signal) / np.tanh(drive))


def room(signal: Signal, rate: int, rng: Rng, seconds: float = 1.2, mix: float = 0.25) -> Signal:
    """Return the signal in stereo, as heard in a room that rings for `seconds`; it grows longer by as much."""
    time = times(seconds, rate)
    ring = rng.standard_normal((len(time), 2)) * fall(time, seconds / 9)[:, None]
    ring = band(ring, rate, 180, 6500, order=1)
    ring /= np.sqrt((ring**2).sum(axis=0))
    length = len(signal) + len(ring)
    size = 1 << int(np.ceil(np.log2(length)))
    dry = signal if signal.ndim == 2 else np.stack([signal, signal], axis=1)
    wet = np.fft.irfft(np.fft.rfft(dry, size, axis=0) * np.fft.rfft(ring, size, axis=0), size, axis=0)[:length]
    wet *= mix
    wet[: len(dry)] += (1 - mix) * dry
    return np.asarray(wet)


def mono(signal: Signal) -> Signal:
    """Return the mean of the channels."""
    return signal if signal.ndim == 1 else signal.mean(axis=1)


def finish(signal: Signal, rate: int, peak: float = 0.84, fade_in: float = 0.0005, fade_out: float = 0.012) -> Signal:
    """Return the signal at a peak of `peak` (-1.5 dB), with ends that do not click; fades in seconds."""
    time = times(len(signal) / rate, rate)[: len(signal)]
    ends = np.clip(time / fade_in, 0, 1) * np.clip((time[-1] - time) / fade_out, 0, 1)
    centred = signal - signal.mean(axis=0)
    faded = centred * (ends if signal.ndim == 1 else ends[:, None])
    return np.asarray(faded * (peak / np.abs(faded).max()))
