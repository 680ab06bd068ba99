"""Numbers for eyes: sizes, lengths, rates, times. Pure functions that both front ends use."""

from __future__ import annotations

import time

_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


def size(count: int) -> str:
    """Return bytes in decimal units, three digits at least: 512 B, 1.2 KB, 184 KB, 10.5 GB."""
    value = float(count)
    for unit in _UNITS:
        if value < 999.5 or unit == _UNITS[-1]:
            break
        value /= 1000
    if unit == "B":
        return f"{count} B"
    return f"{value:.0f} {unit}" if value >= 99.95 else f"{value:.1f} {unit}"


def length(seconds: float | None) -> str:
    """Return a sound's length: 0:01.4 below a minute, 3:07 below an hour, 1:02:03 beyond; - when it is not known."""
    if seconds is None:
        return "-"
    if seconds < 59.95:
        return f"0:{seconds:04.1f}"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def total(seconds: float) -> str:
    """Return a sum of lengths in words: 12 s, 38 min, 310 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    hours = seconds / 3600
    return f"{hours:.1f} h" if hours < 10 else f"{hours:,.0f} h"


def rate(hertz: int | None) -> str:
    """Return a sample rate in kHz: 44.1k, 48k."""
    if hertz is None:
        return "-"
    text = f"{hertz / 1000:.2f}".rstrip("0").rstrip(".")
    return f"{text}k"


def stamp(seconds: float) -> str:
    """Return seconds since the epoch as ISO 8601 in UTC, as JSON has it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def day(seconds: float | None) -> str:
    """Return seconds since the epoch as a local date; - for None."""
    return "-" if seconds is None else time.strftime("%Y-%m-%d", time.localtime(seconds))


def moment(seconds: float | None) -> str:
    """Return seconds since the epoch as local date and time; never for None."""
    return "never" if seconds is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: 1 file, 20,770 files."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
